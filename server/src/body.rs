//! What one request may cost: so many bytes, so much time.

use std::{any::Any, time::Duration};

use axum::{
    extract::Request,
    http::header,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use protocol::Error;

use crate::{error, tus};

/// The largest body of a form or server function, in bytes: the longest message, percent-encoded, fits five times.
pub const LIMIT: usize = 256 * 1024;

/// The longest that a request may take. Passwords are hashed and writes committed in far less; what takes longer hangs.
const TIME: Duration = Duration::from_secs(30);

/// Gives up on requests that hang. Uploads take as long as they take, and a Socket.IO poll waits for something to tell.
pub async fn limit_time(request: Request, next: Next) -> Response {
    if is_upload(&request) || tus::is_spoken_at(request.uri().path()) || request.uri().path().starts_with("/socket.io")
    {
        return next.run(request).await;
    }
    let answer = tokio::time::timeout(TIME, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        tracing::error!("gave up after {} seconds", TIME.as_secs());
        error::Error::from(Error::Unavailable).into_response()
    })
}

/// Whether the body says that it has files in it.
pub fn is_upload(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}

/// Answers for a handler that panicked. What happened was logged where it did ([`crate::log`]).
pub fn after_panic(_: Box<dyn Any + Send>) -> Response {
    axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
