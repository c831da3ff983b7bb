//! Only pages of the place itself may change anything in a person's name.
//!
//! A browser sends the cookie along with whatever some other site makes it send (cross-site request forgery). `Lax`
//! cookies stop most of that; this layer stops the rest, among it posts from a sibling subdomain, and forged sign-ins
//! that would put someone into the attacker's account. Pages of origins that the settings list may use the API.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use protocol::Error;

use crate::{AppState, cors, error, session};

/// Refuses requests that change something and were sent by another site's page.
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let signs_in = matches!(request.uri().path(), "/sign-in" | "/sign-up");
    let at_risk = changes(&request) && (signs_in || session::has_cookie(request.headers()));
    let invited = is_own(&state, request.headers(), request.uri()) || cors::admits(&state, &request);
    if at_risk && !(invited && is_meant(&request)) {
        let refusal = Error::forbidden("This came from another site, so nothing was changed. Try again from here.");
        return error::Error::from(refusal).into_response();
    }
    next.run(request).await
}

/// Whether this may change something. A document ends sign-ins by `GET`, which a link from anywhere could do.
fn changes(request: &Request) -> bool {
    !is_get(request) || ends_sign_in(request)
}

fn is_get(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
}

fn ends_sign_in(request: &Request) -> bool {
    matches!(request.uri().path(), "/login" | "/logout")
}

/// Whether somebody wants this, for a sign-in that a `GET` would end: the address was typed, or a script or a program
/// asks. A picture whose address someone gave as theirs, or a link in a message, comes from our own pages as well.
fn is_meant(request: &Request) -> bool {
    if !is_get(request) || !ends_sign_in(request) {
        return true;
    }
    match text(request.headers(), "sec-fetch-site") {
        Some("none") => true,
        Some(_) => text(request.headers(), "sec-fetch-dest") == Some("empty"),
        // Browsers don't say where the place has no https. What scripts and programs accept names no page or picture.
        None => {
            let accept = text(request.headers(), header::ACCEPT.as_str()).unwrap_or_default();
            !accept.contains("text/html") && !accept.contains("image/")
        }
    }
}

/// Whether a page of ours sent this. What names neither header is not a browser, and has no cookie that it didn't
/// choose to send.
fn is_own(state: &AppState, headers: &HeaderMap, uri: &Uri) -> bool {
    match text(headers, "sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => origin_is_own(state, headers, uri),
    }
}

/// Whether the `Origin`, where there is one, is the place itself: as its public address says, or as the request was
/// addressed. Sockets are held to this alone: they get no `Sec-Fetch-Site` from every browser.
pub fn origin_is_own(state: &AppState, headers: &HeaderMap, uri: &Uri) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    if state.settings.public_origin() == Some(origin) {
        return true;
    }
    let host = text(headers, header::HOST.as_str()).or_else(|| uri.authority().map(Authority::as_str));
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    host.is_some() && authority == host
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
