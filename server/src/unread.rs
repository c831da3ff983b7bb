//! What a client still sends when it has been answered already, because something was refused. Were the line closed on it
//! at once, many clients would learn only that, and not what was refused.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes, HttpBody as _},
    extract::Request,
    middleware::Next,
    response::Response,
};
use futures::{Stream, StreamExt as _};
use tokio::time::timeout;

/// How much of it is taken in, to be thrown away.
const LIMIT: usize = 16 << 20;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes in what a handler leaves unread of its request.
pub async fn take_in(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    next.run(request.map(|body| Body::from_stream(Unread { body: Some(body.into_data_stream()) }))).await
}

/// A body that is read to its end, whoever lets go of it before.
struct Unread {
    /// None once it has ended.
    body: Option<BodyDataStream>,
}

impl Stream for Unread {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = body.poll_next_unpin(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.body.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let Some(mut body) = self.body.take() else { return };
        // Its length was told, and all of it was read.
        if body.is_end_stream() {
            return;
        }
        tokio::spawn(timeout(PATIENCE, async move {
            let mut taken = 0;
            while taken < LIMIT
                && let Some(Ok(bytes)) = body.next().await
            {
                taken += bytes.len();
            }
        }));
    }
}
