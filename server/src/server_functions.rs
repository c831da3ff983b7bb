//! The functions of `app/src/api`, called by the pages' own script: JSON in, JSON out.

use app::context::Visitor;
use axum::{
    Extension,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use leptos::{prelude::provide_context, server_fn::error::SERVER_FN_ERROR_HEADER};

use crate::{AppState, body, error};

/// Calls the function that is registered under the request's path.
pub async fn handle(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
) -> error::Result<Response> {
    let request = with_body_read(request).await?;
    let context = move || {
        provide_context(state.chat.clone());
        provide_context(visitor.clone());
    };
    let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    with_status(response).await
}

/// Reads the body here, since server functions would answer 500 to one that breaks off or is too long. `Accept` goes:
/// what prefers pages would be redirected to its `Referer`, which is meant for forms, and those post elsewhere.
async fn with_body_read(request: Request) -> error::Result<Request> {
    let (mut parts, body) = request.into_parts();
    parts.headers.remove(header::ACCEPT);
    let body = to_bytes(body, body::LIMIT).await;
    let body = body.map_err(|_| protocol::Error::TooLarge { limit: body::LIMIT as u64 })?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Leptos answers 500 to whatever error a function returns; ours know their status. An address that no function is
/// registered under is answered in plain text, and becomes what any unknown address is.
async fn with_status(response: Response) -> error::Result<Response> {
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        let unknown = response.status() == StatusCode::BAD_REQUEST;
        return if unknown { Err(protocol::Error::not_found("this function").into()) } else { Ok(response) };
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if let Ok(error) = serde_json::from_slice::<protocol::Error>(&body) {
        parts.status = StatusCode::from_u16(error.status()).unwrap_or(parts.status);
    }
    parts.headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    Ok(Response::from_parts(parts, Body::from(body)))
}
