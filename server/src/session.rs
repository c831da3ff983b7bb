//! Who asks. The browser holds its token in a cookie, programs send it as `Authorization: Bearer`; either way it was
//! resolved into a [`Visitor`] before a handler asks here ([`crate::resolve`]).

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use app::context::Visitor;
use axum::{
    RequestPartsExt as _,
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::AppendHeaders,
};
use axum_extra::extract::CookieJar;
use chat::{Authenticated, Caller, Device};
use protocol::Timestamp;

use crate::{AppState, address, error::Error};

/// The cookie that holds a browser's token.
pub const COOKIE: &str = "confab_session";

/// The token that a program sends.
pub fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The token that a browser sends.
pub fn cookie(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// Whether the request brings the cookie, good or not: then some page may have sent it without its user's will.
pub fn has_cookie(headers: &HeaderMap) -> bool {
    cookie(headers).is_some()
}

/// How long the token is good for.
pub fn lifetime(state: &AppState, found: Authenticated) -> Duration {
    let left = found.expires_at.0 - (state.environment.now)().0;
    Duration::from_millis(u64::try_from(left).unwrap_or(0))
}

/// A signed-in person: an extractor that refuses everyone else.
pub struct SignedIn(pub Caller);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Error> {
        let caller = parts.extensions.get::<Visitor>().and_then(|visitor| visitor.caller);
        caller.map(Self).ok_or_else(|| protocol::Error::SignedOut.into())
    }
}

/// The device that a request comes from, for signing in and up.
pub struct RequestDevice(pub Device);

impl FromRequestParts<AppState> for RequestDevice {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let user_agent = user_agent.unwrap_or_default().to_owned();
        let peer = parts.extract::<ConnectInfo<SocketAddr>>().await;
        let peer = peer.map_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0)), |ConnectInfo(peer)| peer);
        let address = address::client(peer, &parts.headers, state.settings.trusted_proxies).to_string();
        Ok(Self(Device { user_agent, address }))
    }
}

/// Sets and clears the cookie: an extractor, since whether it is `Secure` depends on the request.
pub struct Cookies {
    secure: bool,
    /// Whether the request was made with the cookie.
    pub sent: bool,
    now: Timestamp,
}

/// Response parts that set the cookie.
pub type SetCookie = AppendHeaders<Option<(header::HeaderName, HeaderValue)>>;

impl Cookies {
    /// For the answer to a request with these headers.
    pub fn of(state: &AppState, headers: &HeaderMap) -> Self {
        let forwarded = address::is_forwarded_https(headers, state.settings.trusted_proxies);
        Self {
            secure: state.settings.is_https() || forwarded,
            sent: bearer(headers).is_none() && has_cookie(headers),
            now: (state.environment.now)(),
        }
    }

    /// Keeps the sign-in in the browser.
    pub fn sign_in(&self, signed_in: &chat::SignedIn) -> SetCookie {
        self.set(&signed_in.token, signed_in.expires_at)
    }

    /// Keeps `token` in the browser until it expires.
    pub fn set(&self, token: &str, expires_at: Timestamp) -> SetCookie {
        self.header(token, (expires_at.0 - self.now.0) / 1000)
    }

    /// Makes the browser forget.
    pub fn sign_out(&self) -> SetCookie {
        self.header("", 0)
    }

    /// `HttpOnly`, so that a script that got into a page can't read it; `Lax`, so that other sites' forms don't send it.
    fn header(&self, token: &str, seconds: i64) -> SetCookie {
        let secure = if self.secure { "; Secure" } else { "" };
        let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        AppendHeaders(HeaderValue::try_from(cookie).ok().map(|value| (header::SET_COOKIE, value)))
    }
}

impl FromRequestParts<AppState> for Cookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(state, &parts.headers))
    }
}
