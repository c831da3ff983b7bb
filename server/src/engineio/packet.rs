//! The packets of Engine.IO: a digit for the kind, then text.

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::websocket;

/// What a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// It leaves.
    Close,
    /// It is there: the answer to a ping.
    Pong,
    /// It tries whether a WebSocket carries.
    Probe,
    /// It goes over to the WebSocket.
    Upgrade,
    /// Nothing; servers send it to end a poll.
    Noop,
    /// What it says.
    Message(&'a str),
    /// Bytes, which nobody here wants.
    Binary,
}

impl<'a> Packet<'a> {
    /// Reads one; none where it isn't one.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (kind, rest) = text.split_at_checked(1)?;
        match kind {
            "1" => Some(Self::Close),
            "2" if rest == "probe" => Some(Self::Probe),
            "2" | "3" => Some(Self::Pong),
            "4" => Some(Self::Message(rest)),
            "5" => Some(Self::Upgrade),
            "6" => Some(Self::Noop),
            "b" => BASE64_STANDARD.decode(rest).ok().map(|_| Self::Binary),
            _ => None,
        }
    }
}

/// A packet for clients: as the frame of a WebSocket, made once for all of them. Clones are the same bytes.
#[derive(Clone, Debug)]
pub struct Frame {
    bytes: Arc<[u8]>,
    /// Where its text begins.
    start: u8,
}

impl Frame {
    /// What the server says.
    pub fn message(text: &str) -> Self {
        Self::new("4", text)
    }

    /// The beginning of a session, told in JSON.
    pub fn open(handshake: &str) -> Self {
        Self::new("0", handshake)
    }

    /// The server hangs up.
    pub fn close() -> Self {
        Self::new("1", "")
    }

    /// Asks whether the client is there.
    pub fn ping() -> Self {
        Self::new("2", "")
    }

    /// The WebSocket carries.
    pub fn probe() -> Self {
        Self::new("3", "probe")
    }

    fn new(kind: &str, text: &str) -> Self {
        let mut bytes = websocket::text(kind.len() + text.len());
        // A frame's beginning has ten bytes at most.
        let start = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
        bytes.extend_from_slice(kind.as_bytes());
        bytes.extend_from_slice(text.as_bytes());
        Self { bytes: bytes.into(), start }
    }

    /// All of it, as it goes over a WebSocket.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The packet alone, as it goes out by polling.
    pub fn text(&self) -> &[u8] {
        &self.bytes[usize::from(self.start)..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_told_by_its_first_character() {
        assert_eq!(Packet::parse("4"), Some(Packet::Message("")));
        assert_eq!(Packet::parse("42[\"é\"]"), Some(Packet::Message("2[\"é\"]")));
        assert_eq!((Packet::parse("2probe"), Packet::parse("3")), (Some(Packet::Probe), Some(Packet::Pong)));
        assert_eq!(Packet::parse("bAAEC"), Some(Packet::Binary));
        for nonsense in ["", "0{}", "7", "é", "b!!!"] {
            assert_eq!(Packet::parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_frame_has_the_packet_in_it_however_long_it_is() {
        for (length, start) in [(0, 2), (124, 2), (125, 4), (70_000, 10)] {
            let frame = Frame::message(&"x".repeat(length));
            assert_eq!((frame.bytes().len(), frame.text().len()), (start + 1 + length, 1 + length));
            assert_eq!((frame.bytes()[0], frame.text()[0]), (0x81, b'4'));
        }
    }
}
