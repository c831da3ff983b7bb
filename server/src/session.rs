//! Who asks. The browser holds its token in a cookie, programs send it as `Authorization: Bearer`; either way a layer
//! resolves it once per request into a [`Visitor`].

use std::{convert::Infallible, net::SocketAddr};

use app::context::Visitor;
use axum::{
    Extension, RequestPartsExt as _,
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{AppendHeaders, IntoResponse as _, Response},
};
use axum_extra::extract::CookieJar;
use chat::{Authenticated, Caller, Device};
use protocol::Timestamp;

use crate::{
    AppState, address,
    error::{self, Asked, Error},
    observe::RequestId,
    security_headers::Nonce,
};

/// The cookie that holds a browser's token.
pub const COOKIE: &str = "confab_session";

/// Resolves the request's token, and turns whatever error comes out into an answer that fits who asked.
pub async fn resolve(
    State(state): State<AppState>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    Extension(Nonce(nonce)): Extension<Nonce>,
    mut request: Request,
    next: Next,
) -> Response {
    let asked = Asked::by(&request);
    let cookies = Cookies::of(&state, request.headers());
    let (found, fault) = match authenticate(&state, request.headers()).await {
        Ok(found) => (found, None),
        Err(fault) => (None, Some(Error::from(fault))),
    };
    let visitor = Visitor { caller: found.map(|found| found.caller), request_id, nonce };
    request.extensions_mut().insert(visitor.clone());
    if let Some(found) = found {
        request.extensions_mut().insert(found);
    }
    let response = match fault {
        Some(fault) => fault.into_response(),
        None => next.run(request).await,
    };
    let response = error::dress(&state, &visitor, &asked, response).await;
    renew(&state, &visitor, &cookies, found, response).await
}

/// Who is behind the request's token. One that is expired, revoked or forged makes a stranger; only a fault is an error.
async fn authenticate(state: &AppState, headers: &HeaderMap) -> chat::Result<Option<Authenticated>> {
    let Some(token) = bearer(headers).or_else(|| cookie(headers)) else { return Ok(None) };
    match state.chat.authenticate(&token).await {
        Ok(found) => Ok(Some(found)),
        Err(chat::Error::Refusal(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Lengthens a browser's sign-in that is in use, once half of its life is over.
async fn renew(
    state: &AppState,
    visitor: &Visitor,
    cookies: &Cookies,
    found: Option<Authenticated>,
    response: Response,
) -> Response {
    let Some(found) = found else { return response };
    let left = found.expires_at.0 - (state.environment.now)().0;
    let life = i64::try_from(state.settings.token_ttl.as_millis()).unwrap_or(i64::MAX);
    // A handler that sets the cookie itself has just signed someone in or out.
    if !cookies.sent || left > life / 2 || response.headers().contains_key(header::SET_COOKIE) {
        return response;
    }
    match state.chat.renew(found.caller).await {
        Ok((token, expires_at)) => (cookies.set(&token, expires_at), response).into_response(),
        Err(error) => {
            error.report(&visitor.request_id);
            response
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// Whether the request brings the cookie, good or not: then some page may have sent it without its user's will.
pub fn has_cookie(headers: &HeaderMap) -> bool {
    cookie(headers).is_some()
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
    sent: bool,
    now: Timestamp,
}

/// Response parts that set the cookie.
pub type SetCookie = AppendHeaders<Option<(header::HeaderName, HeaderValue)>>;

impl Cookies {
    fn of(state: &AppState, headers: &HeaderMap) -> Self {
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
