//! Socket.IO at `/socket.io`: the live half of the documented APIs (`docs/api.md`), all on one namespace.
//!
//! engineioxide carries the packets, over polling or WebSocket. What is in them is read here (`packet`) and not by
//! socketioxide, since that can close a client's namespace but not its connection: one whose sign-in has ended could
//! stay for as long as it answers pings, and nothing would tell when a client has taken what it was answered.
//!
//! Source: the Socket.IO protocol, revision 5, socket.io/docs/v4/socket-io-protocol.

mod authenticate;
mod connection;
mod engine;
mod fields;
mod line;
mod listener;
mod message;
mod packet;
mod private_chat;
mod public_chat;
mod room;
mod session;
mod speaker;
mod told;

use std::sync::Arc;

pub use engine::service;

/// What all sockets share; cheap to clone.
#[derive(Clone, Default)]
pub struct SocketIo(Arc<Shared>);

#[derive(Default)]
struct Shared {
    public_chat: public_chat::PublicChat,
    rooms: room::Rooms,
}
