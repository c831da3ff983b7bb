//! The socket `/ws`: who may open one, and what it may cost. `docs/realtime.md` specifies what is said on it.

mod close;
mod connection;
mod pace;
mod reader;
mod writer;

use std::{sync::atomic::AtomicBool, time::Duration};

use app::context::Visitor;
use axum::{
    Extension,
    extract::{Request, State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    response::{IntoResponse as _, Response},
};
use chat::Authenticated;
use protocol::Error;
use tokio::sync::Mutex;

pub use self::{close::Close, connection::PING, pace::Pace};
use connection::Line;

use crate::{AppState, error::Result, same_origin};

/// The longest frame and message that a client may send, in bytes: the longest body, escaped, fits.
pub const FRAME_LIMIT: usize = 64 * 1024;

/// Most sockets are silent most of the time, and there may be 10,000.
pub const BUFFER: usize = 2 * 1024;

/// Opens a socket for someone who is signed in and came from a page of ours, or from no page.
pub async fn upgrade(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    found: Option<Extension<Authenticated>>,
    socket: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    request: Request,
) -> Result<Response> {
    if !same_origin::origin_is_own(&state, request.headers(), request.uri()) {
        return Err(Error::forbidden("Sockets are opened by pages of this place only.").into());
    }
    let Some(Extension(found)) = found else { return Err(Error::SignedOut.into()) };
    if state.stopping.is_cancelled() {
        return Err(Error::Unavailable.into());
    }
    let socket = match socket {
        Ok(socket) => socket,
        Err(rejection) => return Ok(rejection.into_response()),
    };
    // Before the upgrade: from here on every event is kept for this socket.
    let subscription = state.chat.connect(found.caller).await?;
    let line = Line {
        chat: state.chat.clone(),
        subscription,
        request_id: visitor.request_id,
        heard: AtomicBool::new(true),
        writing: Mutex::new(()),
    };
    let lifetime = lifetime(&state, found);
    let sockets = state.sockets.clone();
    let serving = move |socket| sockets.track_future(connection::run(state, line, lifetime, socket));
    Ok(socket
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_frame_size(FRAME_LIMIT)
        .max_message_size(FRAME_LIMIT)
        .on_upgrade(serving))
}

/// How long the token is good for.
pub fn lifetime(state: &AppState, found: Authenticated) -> Duration {
    let left = found.expires_at.0 - (state.environment.now)().0;
    Duration::from_millis(u64::try_from(left).unwrap_or(0))
}
