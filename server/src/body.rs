//! What one request may cost: so many bytes, so much time.

use std::{any::Any, time::Duration};

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use protocol::Error;

use crate::error;

/// The largest body of a form or server function, in bytes: the longest message, percent-encoded, fits five times.
pub const LIMIT: usize = 256 * 1024;

/// The longest that a request may take. Passwords are hashed and writes committed in far less; what takes longer hangs.
const TIME: Duration = Duration::from_secs(30);

/// Gives up on requests that hang.
pub async fn limit_time(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(TIME, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        tracing::error!("gave up after {} seconds", TIME.as_secs());
        error::Error::from(Error::Unavailable).into_response()
    })
}

/// Answers for a handler that panicked. What happened was logged where it did ([`crate::log`]).
pub fn after_panic(_: Box<dyn Any + Send>) -> Response {
    axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
