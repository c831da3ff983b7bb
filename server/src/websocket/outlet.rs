//! The way out of a connection, written to at once from wherever something is to be said: no task is woken to do it. Only
//! what the system doesn't take waits.

use std::{
    hint::black_box,
    io,
    os::fd::AsRawFd as _,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, BytesMut};
use rustix::{
    io::Errno,
    net::{SendFlags, send},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};

use super::Memory;
use crate::impatient::PATIENCE;

/// How many bytes may wait before no more answers to pings are added.
const WAITING_LIMIT: usize = 64 * 1024;

/// The way out of a connection. Dropping it hangs up.
pub struct Outlet {
    /// Within, since whoever writes to a thousand of them waits for the memory of each.
    stream: TcpStream,
    unsent: Mutex<Unsent>,
}

#[derive(Default)]
struct Unsent {
    bytes: BytesMut,
    finished: bool,
}

impl Outlet {
    /// Writes to `stream`.
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, unsent: Mutex::default() }
    }

    /// Sends whole frames, behind what still waits; returns whether all has left. Otherwise [`Outlet::drained`] must be
    /// waited for.
    ///
    /// # Errors
    /// The connection is gone, or [`Outlet::finish`] was called.
    pub fn send(&self, frames: &[u8]) -> io::Result<bool> {
        let mut unsent = self.unsent();
        if unsent.finished {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.append(&mut unsent, frames)?;
        Ok(unsent.bytes.is_empty())
    }

    /// Waits until nothing waits to be sent. Safe to cancel.
    ///
    /// # Errors
    /// The connection is gone, or its client takes nothing.
    pub async fn drained(&self) -> io::Result<()> {
        while !self.flush(&mut self.unsent())? {
            timeout(PATIENCE, self.stream.writable()).await??;
        }
        Ok(())
    }

    /// Refuses frames from now on; only the goodbye leaves.
    pub fn finish(&self) {
        self.unsent().finished = true;
    }

    fn append(&self, unsent: &mut Unsent, frames: &[u8]) -> io::Result<()> {
        let sent = if self.flush(unsent)? { self.write(frames)? } else { 0 };
        unsent.bytes.extend_from_slice(&frames[sent..]);
        Ok(())
    }

    /// Sends what waits; returns whether that was all.
    fn flush(&self, unsent: &mut Unsent) -> io::Result<bool> {
        if unsent.bytes.is_empty() {
            return Ok(true);
        }
        let sent = self.write(&unsent.bytes)?;
        unsent.bytes.advance(sent);
        if unsent.bytes.is_empty() {
            // A socket that was slow once needs no room from then on.
            unsent.bytes = BytesMut::new();
        }
        Ok(unsent.bytes.is_empty())
    }

    /// Writes as much as the system takes now.
    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut sent = 0;
        while sent < bytes.len() {
            match self.attempt(&bytes[sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(taken) => sent += taken,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(sent)
    }

    /// Asks the system first, not what the runtime knows of the socket, which would have to be fetched: mostly it takes the bytes.
    /// Where it doesn't, the runtime has to hear of that, to tell when it does again. (Programs in Rust ignore SIGPIPE.)
    fn attempt(&self, bytes: &[u8]) -> io::Result<usize> {
        match send(&self.stream, bytes, SendFlags::empty()) {
            Err(Errno::AGAIN) => self.stream.try_write(bytes),
            outcome => Ok(outcome?),
        }
    }

    fn unsent(&self) -> MutexGuard<'_, Unsent> {
        self.unsent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory for Outlet {
    fn fetch(&self) {
        black_box((self.stream.as_raw_fd(), self.unsent.is_poisoned()));
    }
}

/// The connection as the WebSocket has it: what the client says, and its own words, which leave by the outlet: answers to pings,
/// and the goodbye.
pub struct Connection(pub Arc<Outlet>);

impl Connection {
    fn poll_below(&self, context: &mut Context<'_>, limit: usize) -> Poll<io::Result<MutexGuard<'_, Unsent>>> {
        loop {
            let mut unsent = self.0.unsent();
            self.0.flush(&mut unsent)?;
            if unsent.bytes.len() <= limit {
                return Poll::Ready(Ok(unsent));
            }
            drop(unsent);
            ready!(self.0.stream.poll_write_ready(context))?;
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let stream = &self.0.stream;
        loop {
            ready!(stream.poll_read_ready(context))?;
            match stream.try_read_buf(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                outcome => return Poll::Ready(outcome.map(drop)),
            }
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, frames: &[u8]) -> Poll<io::Result<usize>> {
        let mut unsent = ready!(self.poll_below(context, WAITING_LIMIT))?;
        self.0.append(&mut unsent, frames)?;
        // All of it, for what comes next may be from elsewhere, and frames stay whole.
        Poll::Ready(Ok(frames.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_below(context, 0).map_ok(drop)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Dropping the outlet hangs up.
        self.poll_flush(context)
    }
}
