//! The server's end of a session.

use std::{sync::Arc, time::Duration};

use super::{Sessions, packet::Frame, session::Session, socket};
use crate::websocket::{Close, Incoming, PING, say_goodbye};

/// How long a client may take to answer a ping.
pub const PONG: Duration = Duration::from_secs(20);

/// How long the end waits until the client was told.
const PARTING_LIMIT: Duration = Duration::from_secs(5);

/// The server's end of a session, which ends with it.
pub struct Host {
    pub session: Arc<Session>,
    id: u128,
    sessions: Sessions,
    socket: Option<Box<Incoming>>,
}

impl Host {
    pub(super) fn new(id: u128, session: Arc<Session>, sessions: Sessions, socket: Option<Box<Incoming>>) -> Self {
        Self { session, id, sessions, socket }
    }

    /// Keeps the session going until its client does not.
    pub async fn attend(&mut self) -> Close {
        let Self { session, socket, .. } = self;
        tokio::select! {
            close = session.drain() => close,
            close = session.ping(PING, PONG) => close,
            close = socket::read(session, socket) => close,
        }
    }

    /// Hangs up after the last words. Where a WebSocket carries them, this waits until they have gone out; where a poll does,
    /// that has its own answer to wait for.
    pub async fn part(mut self, close: Close, last: impl IntoIterator<Item = Frame>) {
        self.sessions.remove(self.id);
        match close {
            Close::Gone | Close::TooSlow => self.session.close([]),
            _ => self.session.close(last.into_iter().chain([Frame::close()])),
        }
        let Some(incoming) = &mut self.socket else { return };
        if !matches!(close, Close::Gone | Close::TooSlow) {
            let _ = tokio::time::timeout(PARTING_LIMIT, self.session.part()).await;
        }
        self.session.finish();
        say_goodbye(incoming, None).await;
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.sessions.remove(self.id);
        self.session.close([]);
    }
}
