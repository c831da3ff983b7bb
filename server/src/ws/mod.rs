//! The socket `/ws`: who may open one, and what it may cost. `docs/realtime.md` specifies what is said on it.

mod connection;
mod line;
mod reader;
mod writer;

use std::sync::atomic::AtomicBool;

use app::context::Visitor;
use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use chat::Authenticated;
use protocol::Error;

use line::Line;
pub use writer::{Writer, WriterMemory};

use crate::{AppState, error::Result, same_origin, session::lifetime, websocket};

/// Opens a socket for someone who is signed in and came from a page of ours, or from no page.
pub async fn upgrade(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    found: Option<Extension<Authenticated>>,
    request: Request,
) -> Result<Response> {
    if !same_origin::origin_is_own(&state, request.headers(), request.uri()) {
        return Err(Error::forbidden("Sockets are opened by pages of this place only.").into());
    }
    let Some(Extension(found)) = found else { return Err(Error::SignedOut.into()) };
    if state.stopping.is_cancelled() {
        return Err(Error::Unavailable.into());
    }
    let (answer, upgrade) = websocket::answer(request)?;
    // Before the upgrade: from here on every event is kept for this socket.
    let subscription = state.chat.connect(found.caller).await?;
    let lifetime = lifetime(&state, found);
    state.sockets.clone().spawn(async move {
        let Some((incoming, outlet)) = websocket::open(upgrade).await else { return };
        let line = Line {
            chat: state.chat.clone(),
            subscription,
            outlet,
            request_id: visitor.request_id,
            heard: AtomicBool::new(true),
        };
        connection::run(state, line, lifetime, incoming).await;
    });
    Ok(answer)
}
