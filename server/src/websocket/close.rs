//! Why a socket ends.

use chat::CloseReason;
use protocol::{CLOSE_RESTARTING, CLOSE_SIGNED_OUT, CLOSE_TOO_SLOW};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The registry of RFC 6455, 11.7, "service restart" means just this: come back and resume.
const CLOSE_AGAIN: u16 = CLOSE_RESTARTING;
/// RFC 6455, 7.4.1: the peer does what we don't allow.
const CLOSE_POLICY: u16 = 1008;
/// RFC 6455, 7.4.1: the peer's message is too large.
const CLOSE_TOO_LARGE: u16 = 1009;

/// Why a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// The client left, or is gone.
    Gone,
    /// The server is restarting.
    Restarting,
    /// The token has run out; a browser that was in use meanwhile has a newer one.
    Expired,
    /// The session has ended.
    SignedOut,
    /// The client reads too slowly.
    TooSlow,
    /// The client didn't say in time what it has to.
    Silent,
    /// The client keeps sending what can't be understood.
    Nonsense,
    /// The client sent more in one frame than we take.
    TooLarge,
}

impl From<CloseReason> for Close {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::SignedOut => Self::SignedOut,
            CloseReason::TooSlow => Self::TooSlow,
            CloseReason::Restarting => Self::Restarting,
        }
    }
}

impl Close {
    /// What the client is told; nothing to one that is gone.
    pub fn frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Gone => return None,
            Self::Restarting => (CLOSE_RESTARTING, "restarting"),
            Self::Expired => (CLOSE_AGAIN, "come back with a newer token"),
            Self::SignedOut => (CLOSE_SIGNED_OUT, "signed out"),
            Self::TooSlow => (CLOSE_TOO_SLOW, "too slow"),
            Self::Silent => (CLOSE_POLICY, "the first frame must be resume"),
            Self::Nonsense => (CLOSE_POLICY, "too many frames that can't be understood"),
            Self::TooLarge => (CLOSE_TOO_LARGE, "too large"),
        };
        Some(CloseFrame { code: code.into(), reason: reason.into() })
    }
}
