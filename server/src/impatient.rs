//! A connection that breaks when its client takes nothing of what is written to it. Otherwise one that stops reading
//! would keep whatever writes to it waiting for as long as it likes, with all that it holds.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

/// How long a client may take nothing. One that takes a little at a time may take as long as it needs.
pub const PATIENCE: Duration = Duration::from_secs(25);

/// A connection that breaks when its client takes nothing.
pub struct Impatient<S> {
    stream: S,
    patience: Duration,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Impatient<S> {
    /// `stream`, with a limit to its patience.
    pub fn new(stream: S) -> Self {
        Self { stream, patience: PATIENCE, waiting: None }
    }

    /// The connection, which may wait from now on.
    pub fn into_inner(self) -> S {
        self.stream
    }

    fn hold<T>(&mut self, context: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.waiting = None;
            return outcome;
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.hold(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.hold(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use futures::poll;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_let_go() {
        let (server, _client) = duplex(16);
        let mut stream = Impatient { patience: Duration::from_millis(1), ..Impatient::new(server) };
        let outcome = stream.write_all(&[0; 64]).await;
        assert_eq!(outcome.map_err(|error| error.kind()), Err(io::ErrorKind::TimedOut));
    }

    #[tokio::test]
    async fn whatever_a_client_takes_gives_it_all_the_time_again() {
        let (server, mut client) = duplex(16);
        let mut stream = Impatient::new(server);
        assert!(poll!(Box::pin(stream.write_all(&[0; 17]))).is_pending() && stream.waiting.is_some());
        client.read_exact(&mut [0; 1]).await.expect("a byte");
        assert!(poll!(Box::pin(stream.write_all(&[0; 1]))).is_ready() && stream.waiting.is_none());
    }
}
