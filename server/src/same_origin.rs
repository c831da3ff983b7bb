//! Only pages of the place itself may change anything in a person's name.
//!
//! A browser sends the cookie along with whatever some other site makes it send (cross-site request forgery). `Lax`
//! cookies stop most of that; this layer stops the rest, among it posts from a sibling subdomain, and forged sign-ins
//! that would put someone into the attacker's account.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use protocol::Error;

use crate::{AppState, error, session};

/// Refuses requests that change something and were sent by another site's page.
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let signs_in = matches!(request.uri().path(), "/sign-in" | "/sign-up");
    let at_risk = changes && (signs_in || session::has_cookie(request.headers()));
    if at_risk && !is_own(&state, request.headers(), request.uri()) {
        let refusal = Error::forbidden("This came from another site, so nothing was changed. Try again from here.");
        return error::Error::from(refusal).into_response();
    }
    next.run(request).await
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
