//! What the two kinds of sockets, `/ws` and Socket.IO, have in common: how a WebSocket is opened and said goodbye to, how
//! frames leave, and what a client may cost.

mod close;
mod couriers;
mod frame;
mod goodbye;
mod handshake;
mod outlet;
mod pace;

use std::time::Duration;

pub use self::{
    close::Close,
    couriers::{Couriers, Memory},
    frame::{ping, text},
    goodbye::say_goodbye,
    handshake::{Incoming, answer, open},
    outlet::Outlet,
    pace::Pace,
};

/// The longest frame and message that a client may send, in bytes: the longest body, escaped, fits.
pub const FRAME_LIMIT: usize = 64 * 1024;

/// How often the server asks whether the client is there.
pub const PING: Duration = Duration::from_secs(25);

/// How many bytes are read at once: a usual message. Every socket keeps room for them, most are silent most of the time,
/// and there may be 10,000.
const BUFFER: usize = 512;
