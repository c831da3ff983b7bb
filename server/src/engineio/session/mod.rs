//! A session: what its client says waits here in line, what it is told leaves from here, over whatever carries it.

#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until, timeout},
};

use super::{
    packet::Frame,
    way::{Carrier, Way},
};
use crate::{
    queue::Queue,
    websocket::{Close, Incoming, Outlet},
};

/// How much of a client's words may wait in line, in bytes: an outbox that drains after a day offline fits.
const WORDS_LIMIT: usize = 1024 * 1024;
/// What a word in line costs beside its text, in bytes.
const OVERHEAD: usize = 64;
/// What a poll is answered with when there is nothing to tell.
const NOOP: &[u8] = b"6";

/// What a client said.
#[derive(Debug, PartialEq, Eq)]
pub enum Word {
    Text(Box<str>),
    /// Bytes, which nobody here wants.
    Binary,
    /// Nothing more: it has left.
    Goodbye,
}

/// One client's session.
pub struct Session {
    words: Queue<Word>,
    state: Mutex<State>,
    /// Told whenever something changes that may be waited for.
    changed: Notify,
}

struct State {
    way: Way,
    /// Why it is to end.
    ending: Option<Close>,
    /// Whether it has ended.
    closed: bool,
    /// Whether the client has been heard of since it was asked last.
    alive: bool,
    /// The WebSocket that the client came over, until it is read.
    arrived: Option<Box<Incoming>>,
}

impl Session {
    /// A session over whatever carries it.
    pub fn new(carrier: Carrier) -> Self {
        let way = Way::new(carrier);
        let state = State { way, ending: None, closed: false, alive: true, arrived: None };
        Self { words: Queue::new(WORDS_LIMIT), state: Mutex::new(state), changed: Notify::new() }
    }

    /// Queues what this client alone is told.
    pub fn answer(&self, frame: Frame) {
        self.tell(|way| {
            way.push(frame)?;
            way.note_answer();
            way.send()
        });
    }

    /// Queues what others are told as well. Nobody waits for a client that has no room left: it is cut off.
    pub fn pass_on(&self, frames: impl IntoIterator<Item = Frame>) {
        self.tell(|way| {
            frames.into_iter().try_for_each(|frame| way.push(frame))?;
            way.send()
        });
    }

    /// Waits until the client, or the buffers on the way to it, have taken what it was answered: answers must not pile up.
    pub async fn answered(&self) {
        self.until(|state| (!state.way.has_answers()).then_some(())).await;
    }

    /// Waits for the next word of the client. Safe to cancel.
    pub async fn next(&self) -> Word {
        self.words.next().await
    }

    /// Ends it. The first reason counts.
    pub fn end(&self, close: Close) {
        self.state().ending.get_or_insert(close);
        self.changed.notify_waiters();
    }

    /// Waits until someone ends it.
    pub async fn ended(&self) -> Close {
        self.until(|state| state.ending).await
    }

    /// Whether it has ended, or will.
    pub fn is_over(&self) -> bool {
        self.state().ending.is_some()
    }

    /// Puts a word in line. The client is never made to wait: one that says more than fits is cut off.
    pub fn hear(&self, word: Word) {
        let cost = match &word {
            Word::Text(text) => OVERHEAD + text.len(),
            Word::Binary => OVERHEAD,
            Word::Goodbye => 0,
        };
        if self.words.push(word, cost).is_err() {
            self.end(Close::TooLarge);
        }
    }

    /// Notes that the client is there.
    pub fn note_pong(&self) {
        self.state().alive = true;
        self.changed.notify_waiters();
    }

    /// Asks every so often whether the client is there, until it doesn't answer for that long.
    pub async fn ping(&self, every: Duration, patience: Duration) -> Close {
        let mut next = Instant::now() + every;
        loop {
            sleep_until(next).await;
            next += every;
            self.state().alive = false;
            self.pass_on([Frame::ping()]);
            let pong = self.until(|state| state.alive.then_some(()));
            if Box::pin(timeout(patience, pong)).await.is_err() {
                return Close::Silent;
            }
        }
    }

    /// Sends what a WebSocket didn't take at once, as it takes it.
    pub async fn drain(&self) -> Close {
        loop {
            let outlet = self.until(|state| state.way.stuck()).await;
            // Boxed, here and below, so that the many sockets that nothing is said to don't keep room for it.
            if let Err(close) = Box::pin(self.drain_once(&outlet)).await {
                return close;
            }
        }
    }

    /// Whether polls carry it.
    pub fn is_polling(&self) -> bool {
        matches!(self.state().way.carrier, Carrier::Polling { .. })
    }

    /// Waits for something to tell and takes it for the body of an answer; none if another poll waits for it already.
    pub async fn poll(&self) -> Option<Vec<u8>> {
        let _waiting = Waiting::begin(self)?;
        Some(self.until(State::payload).await)
    }

    /// Ends polls, since the client tries a WebSocket; returns whether nothing speaks against it.
    pub fn begin_upgrade(&self) -> bool {
        let begun = match &mut self.state().way.carrier {
            Carrier::Polling { upgrading, .. } => !std::mem::replace(upgrading, true),
            Carrier::WebSocket { .. } => false,
        };
        self.changed.notify_waiters();
        begun
    }

    /// Lets it be carried by polls again, where the WebSocket didn't come about.
    pub fn give_up_upgrade(&self) {
        if let Carrier::Polling { upgrading, .. } = &mut self.state().way.carrier {
            *upgrading = false;
        }
    }

    /// From here on a WebSocket carries it.
    pub fn go_over(&self, outlet: Arc<Outlet>, incoming: Box<Incoming>) {
        self.state().arrived = Some(incoming);
        self.tell(|way| {
            way.carrier = Carrier::WebSocket { outlet, full: false };
            way.send()
        });
        self.changed.notify_waiters();
    }

    /// Waits for the WebSocket that the client comes over.
    pub async fn arrival(&self) -> Box<Incoming> {
        self.until(|state| state.arrived.take()).await
    }

    /// Ends it now, after the last words; nothing is taken any more.
    pub fn close(&self, last: impl IntoIterator<Item = Frame>) {
        let mut state = self.state();
        if state.closed {
            return;
        }
        state.closed = true;
        state.ending.get_or_insert(Close::Gone);
        // Whoever is gone or reads too slowly doesn't hear them.
        let _ = last.into_iter().try_for_each(|frame| state.way.push(frame)).and_then(|()| state.way.send());
        drop(state);
        self.changed.notify_waiters();
    }

    /// Waits until the last words have left.
    ///
    /// # Errors
    /// Why they won't.
    pub async fn part(&self) -> Result<(), Close> {
        loop {
            let stuck = self.state().way.stuck();
            let Some(outlet) = stuck else { return Ok(()) };
            self.drain_once(&outlet).await?;
        }
    }

    /// Refuses whatever would leave over its WebSocket, but the goodbye.
    pub fn finish(&self) {
        let mut state = self.state();
        state.way.clear();
        if let Carrier::WebSocket { outlet, .. } = &state.way.carrier {
            outlet.finish();
        }
    }

    async fn drain_once(&self, outlet: &Outlet) -> Result<(), Close> {
        outlet.drained().await.map_err(|_| Close::Gone)?;
        let outcome = self.state().way.go_on();
        self.changed.notify_waiters();
        outcome
    }

    fn tell(&self, queue: impl FnOnce(&mut Way) -> Result<(), Close>) {
        let mut state = self.state();
        if state.ending.is_some() {
            return;
        }
        state.ending = queue(&mut state.way).err();
        let quiet = state.ending.is_none() && state.way.is_clear();
        drop(state);
        // Mostly nobody waits for what has left already: then no task is woken.
        if !quiet {
            self.changed.notify_waiters();
        }
    }

    async fn until<T>(&self, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        loop {
            // It hears of what changes from here on, before it is waited for.
            let changed = self.changed.notified();
            if let Some(found) = look(&mut self.state()) {
                return found;
            }
            changed.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn payload(&mut self) -> Option<Vec<u8>> {
        match self.way.carrier {
            Carrier::Polling { upgrading: false, .. } => {
                self.way.payload().or_else(|| self.closed.then(|| NOOP.to_vec()))
            }
            _ => Some(NOOP.to_vec()),
        }
    }
}

/// A poll that waits.
struct Waiting<'a>(&'a Session);

impl<'a> Waiting<'a> {
    fn begin(session: &'a Session) -> Option<Self> {
        if let Carrier::Polling { waits, .. } = &mut session.state().way.carrier
            && std::mem::replace(waits, true)
        {
            return None;
        }
        Some(Self(session))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Carrier::Polling { waits, .. } = &mut self.0.state().way.carrier {
            *waits = false;
        }
    }
}
