//! The socket `/ws`: who may open one, and what it may cost. `docs/realtime.md` specifies what is said on it.

mod close;
mod connection;
mod couriers;
mod handshake;
mod outlet;
mod pace;
mod reader;
mod writer;

use std::{sync::atomic::AtomicBool, time::Duration};

use app::context::Visitor;
use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use chat::Authenticated;
use protocol::Error;

pub use self::{close::Close, connection::PING, couriers::Couriers, pace::Pace};
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
    request: Request,
) -> Result<Response> {
    if !same_origin::origin_is_own(&state, request.headers(), request.uri()) {
        return Err(Error::forbidden("Sockets are opened by pages of this place only.").into());
    }
    let Some(Extension(found)) = found else { return Err(Error::SignedOut.into()) };
    if state.stopping.is_cancelled() {
        return Err(Error::Unavailable.into());
    }
    let (answer, upgrade) = handshake::answer(request)?;
    // Before the upgrade: from here on every event is kept for this socket.
    let subscription = state.chat.connect(found.caller).await?;
    let lifetime = lifetime(&state, found);
    state.sockets.clone().spawn(async move {
        let Some((incoming, outlet)) = handshake::open(upgrade).await else { return };
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

/// How long the token is good for.
pub fn lifetime(state: &AppState, found: Authenticated) -> Duration {
    let left = found.expires_at.0 - (state.environment.now)().0;
    Duration::from_millis(u64::try_from(left).unwrap_or(0))
}
