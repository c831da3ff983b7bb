//! Socket.IO at `/socket.io`: the live half of the documented APIs (`docs/api.md`), all on one namespace. Its packets are
//! carried by Engine.IO ([`crate::engineio`]).
//!
//! Source: the Socket.IO protocol, revision 5, socket.io/docs/v4/socket-io-protocol.

mod answer;
mod authenticate;
mod connection;
mod fields;
mod introduction;
mod line;
mod listener;
mod message;
mod packet;
mod private_chat;
mod public_chat;
mod room;
mod speaker;
mod told;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::Response,
};
use chat::Environment;
use futures::future::BoxFuture;

use self::introduction::Introduction;
use crate::{
    AppState,
    engineio::Engine,
    websocket::{Close, Couriers},
};

/// What all sockets share; cheap to clone.
#[derive(Clone)]
pub struct SocketIo(Arc<Shared>);

struct Shared {
    engine: Engine,
    couriers: Couriers<BoxFuture<'static, Close>>,
    public_chat: public_chat::PublicChat,
    rooms: room::Rooms,
}

impl SocketIo {
    /// Nobody, so far. To be called within a runtime.
    pub fn new(environment: Environment) -> Self {
        let engine = Engine::new(environment.random);
        Self(Arc::new(Shared {
            engine,
            couriers: Couriers::start(),
            public_chat: public_chat::PublicChat::default(),
            rooms: room::Rooms::default(),
        }))
    }
}

/// Answers requests to `/socket.io`.
pub async fn answer(State(state): State<AppState>, request: Request) -> Response {
    let introduction = Introduction::of(&state, &request);
    let (answer, beginning) = state.socketio.0.engine.answer(request).await;
    if let Some(beginning) = beginning {
        state.sockets.clone().spawn(async move {
            if let Some(host) = beginning.await {
                connection::run(state, host, introduction).await;
            }
        });
    }
    answer
}
