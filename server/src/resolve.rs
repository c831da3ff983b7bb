//! The layer that finds out, once per request, who asks, and sees to what they are answered.

use app::context::Visitor;
use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chat::Authenticated;

use crate::{
    AppState,
    dress::{self, Asked},
    error::Error,
    observe::RequestId,
    security_headers::Nonce,
    session::{Cookies, bearer, cookie},
};

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
    let response = dress::dress(&state, &visitor, &asked, response).await;
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
