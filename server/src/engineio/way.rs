//! The way out of a session: what waits for its client, and what carries it there.

use std::{collections::VecDeque, sync::Arc};

use super::packet::Frame;
use crate::websocket::{Close, FRAME_LIMIT, Outlet};

/// How many packets may wait for a client before it counts as too slow.
const WAITING_LIMIT: usize = 1_000;
/// Ends a packet in a body that has several.
pub const SEPARATOR: u8 = 0x1e;

/// What carries packets to the client.
pub enum Carrier {
    /// Its requests, of which one waits for them.
    Polling {
        /// Whether one does now.
        waits: bool,
        /// Whether the client tries a WebSocket: then polls are ended and packets wait for that.
        upgrading: bool,
    },
    /// A WebSocket.
    WebSocket {
        outlet: Arc<Outlet>,
        /// Whether the system doesn't take any more at the moment.
        full: bool,
    },
}

/// The way out.
pub struct Way {
    pub carrier: Carrier,
    waiting: VecDeque<Frame>,
    /// How many packets there were.
    queued: u64,
    /// How many of them the client, or the buffers on the way to it, have taken.
    taken: u64,
    /// Which was the last that only this client was told.
    answer: u64,
}

impl Way {
    pub fn new(carrier: Carrier) -> Self {
        Self { carrier, waiting: VecDeque::new(), queued: 0, taken: 0, answer: 0 }
    }

    /// Queues a packet. It leaves with [`Way::send`].
    ///
    /// # Errors
    /// [`Close::TooSlow`] where too many wait; [`Close::Gone`] where nobody takes them.
    pub fn push(&mut self, frame: Frame) -> Result<(), Close> {
        if self.waiting.len() == WAITING_LIMIT {
            self.send()?;
            if self.waiting.len() == WAITING_LIMIT {
                return Err(Close::TooSlow);
            }
        }
        self.waiting.push_back(frame);
        self.queued += 1;
        Ok(())
    }

    /// Notes that what was queued last is an answer.
    pub fn note_answer(&mut self) {
        self.answer = self.queued;
    }

    /// Whether answers are still on their way.
    pub fn has_answers(&self) -> bool {
        self.taken < self.answer
    }

    /// Sends what waits, as far as a WebSocket takes it.
    ///
    /// # Errors
    /// [`Close::Gone`] where the connection is.
    pub fn send(&mut self) -> Result<(), Close> {
        let Carrier::WebSocket { outlet, full } = &mut self.carrier else { return Ok(()) };
        while !*full && !self.waiting.is_empty() {
            let sent = match joined(&mut self.waiting) {
                Joined::One(frame) => outlet.send(frame.bytes()),
                Joined::Several(frames) => outlet.send(&frames),
            };
            *full = !sent.map_err(|_| Close::Gone)?;
        }
        if !*full {
            self.taken = self.queued;
        }
        Ok(())
    }

    /// The WebSocket that takes nothing at the moment.
    pub fn stuck(&self) -> Option<Arc<Outlet>> {
        match &self.carrier {
            Carrier::WebSocket { outlet, full: true } => Some(outlet.clone()),
            _ => None,
        }
    }

    /// Whether whatever is sent leaves at once.
    pub fn is_clear(&self) -> bool {
        matches!(self.carrier, Carrier::WebSocket { full: false, .. })
    }

    /// Sends on, after the system has taken all that it was given.
    ///
    /// # Errors
    /// As for [`Way::send`].
    pub fn go_on(&mut self) -> Result<(), Close> {
        if let Carrier::WebSocket { full, .. } = &mut self.carrier {
            *full = false;
        }
        self.taken = self.queued - self.waiting.len() as u64;
        self.send()
    }

    /// What a poll is answered with: as many packets as fit, if there are any.
    pub fn payload(&mut self) -> Option<Vec<u8>> {
        let mut payload = self.waiting.pop_front()?.text().to_vec();
        while let Some(frame) = self.waiting.front().filter(|frame| payload.len() + frame.text().len() < FRAME_LIMIT) {
            payload.push(SEPARATOR);
            payload.extend_from_slice(frame.text());
            self.waiting.pop_front();
        }
        self.taken = self.queued - self.waiting.len() as u64;
        Some(payload)
    }

    /// Forgets what waits.
    pub fn clear(&mut self) {
        self.waiting = VecDeque::new();
    }
}

enum Joined {
    One(Frame),
    Several(Vec<u8>),
}

/// As many frames as are worth one write: one by itself, several copied together. Takes them out of the line, which keeps no
/// memory for the next.
fn joined(waiting: &mut VecDeque<Frame>) -> Joined {
    if waiting.len() == 1
        && let Some(frame) = std::mem::take(waiting).pop_front()
    {
        return Joined::One(frame);
    }
    let mut frames = Vec::new();
    while let Some(frame) = waiting.front()
        && (frames.is_empty() || frames.len() + frame.bytes().len() <= FRAME_LIMIT)
    {
        frames.extend_from_slice(frame.bytes());
        waiting.pop_front();
    }
    if waiting.is_empty() {
        *waiting = VecDeque::new();
    }
    Joined::Several(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polling() -> Way {
        Way::new(Carrier::Polling { waits: false, upgrading: false })
    }

    #[test]
    fn a_poll_takes_what_fits_and_leaves_the_rest() {
        let mut way = polling();
        for length in [40_000, 25_000, 25_000, 100_000, 1] {
            way.push(Frame::message(&"x".repeat(length))).expect("room");
        }
        let mut lengths = Vec::new();
        while let Some(payload) = way.payload() {
            lengths.push(payload.split(|byte| *byte == SEPARATOR).map(|packet| packet.len() - 1).collect::<Vec<_>>());
        }
        assert_eq!(lengths, [vec![40_000, 25_000], vec![25_000], vec![100_000], vec![1]]);
    }

    #[test]
    fn answers_are_on_their_way_until_they_are_taken_whatever_follows_them() {
        let mut way = polling();
        way.push(Frame::message("answer")).expect("room");
        way.note_answer();
        way.push(Frame::message(&"x".repeat(FRAME_LIMIT))).expect("room");
        assert!(way.has_answers());
        way.payload();
        assert!(!way.has_answers() && way.payload().is_some());
    }

    #[test]
    fn a_thousand_packets_may_wait_and_no_more() {
        let mut way = polling();
        for _ in 0..WAITING_LIMIT {
            way.push(Frame::ping()).expect("room");
        }
        assert_eq!(way.push(Frame::ping()), Err(Close::TooSlow));
    }
}
