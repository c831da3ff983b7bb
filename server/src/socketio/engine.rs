//! Engine.IO: a line of packets in both directions, over requests that wait ("polling"), a WebSocket, or first one and
//! then the other. All of it is engineioxide's; what its clients say goes to their sessions.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::body::Bytes;
use engineioxide::{
    DisconnectReason, Socket, Str, config::EngineIoConfig, handler::EngineIoHandler, service::EngineIoService,
};

use super::{
    connection,
    session::{Ear, Incoming, Session},
};
use crate::{
    AppState,
    websocket::{BUFFER, Close, FRAME_LIMIT, PING},
};

/// How many packets may wait for a client before it counts as too slow.
const WAITING_LIMIT: usize = 1_000;
/// How long a client may take to answer a ping.
const PONG: Duration = Duration::from_secs(20);
/// How long a client may take to try its WebSocket.
const UPGRADE_LIMIT: Duration = Duration::from_secs(10);

/// A client's connection. Its data is where what it says is heard.
pub type Connection = Socket<OnceLock<Ear>>;

/// Gives every client a session.
pub struct Engine {
    state: AppState,
}

/// Answers requests to `/socket.io`.
pub fn service(state: AppState) -> EngineIoService<Engine> {
    let config = EngineIoConfig::builder()
        .req_path("/socket.io")
        .ping_interval(PING)
        .ping_timeout(PONG)
        .upgrade_timeout(UPGRADE_LIMIT)
        .max_buffer_size(WAITING_LIMIT)
        .max_payload(FRAME_LIMIT as u64)
        .ws_max_message_size(FRAME_LIMIT)
        .ws_max_frame_size(FRAME_LIMIT)
        .ws_read_buffer_size(BUFFER)
        .build();
    EngineIoService::with_config(Arc::new(Engine { state }), config)
}

impl EngineIoHandler for Engine {
    type Data = OnceLock<Ear>;

    fn on_connect(self: Arc<Self>, socket: Arc<Connection>) {
        let (session, ear, incoming) = Session::new(&self.state, socket);
        // There is none yet.
        let _ = session.socket.data.set(ear);
        self.state.sockets.spawn(connection::run(self.state.clone(), session, incoming));
    }

    fn on_disconnect(&self, socket: Arc<Connection>, _: DisconnectReason) {
        if let Some(ear) = socket.data.get() {
            ear.end(Close::Gone);
        }
    }

    fn on_message(self: &Arc<Self>, text: Str, socket: Arc<Connection>) {
        if let Some(ear) = socket.data.get() {
            ear.hear(Incoming::Text(text));
        }
    }

    fn on_binary(self: &Arc<Self>, _: Bytes, socket: Arc<Connection>) {
        if let Some(ear) = socket.data.get() {
            ear.hear(Incoming::Binary);
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}
