//! One socket, from its welcome to its end.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use chat::{Chat, Subscription};
use futures::{SinkExt as _, StreamExt as _};
use protocol::ServerFrame;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use super::{close::Close, handshake::Incoming, outlet::Outlet, reader::Reader, writer};
use crate::{AppState, settings::Switch};

/// How often the server asks whether the client is there.
pub const PING: Duration = Duration::from_secs(25);

/// How long a client may take to say goodbye.
const GOODBYE_LIMIT: Duration = Duration::from_secs(2);

/// What the two directions of a socket share.
pub struct Line {
    /// Carries out what the client says.
    pub chat: Chat,
    /// Where answers and events queue.
    pub subscription: Subscription,
    /// Where they leave.
    pub outlet: Arc<Outlet>,
    /// The id of the request that opened the socket; faults are logged under it.
    pub request_id: String,
    /// Whether anything came since the last ping.
    pub heard: AtomicBool,
}

/// Serves a socket until either side ends it, or until its token runs out.
pub async fn run(state: AppState, line: Line, lifetime: Duration, mut incoming: Incoming) {
    let user_id = line.subscription.caller().user_id;
    line.subscription.push(&ServerFrame::Welcome { user_id, ping_seconds: PING.as_secs() });
    let line = Arc::new(line);
    let mut writing = state.couriers.carry(writer::run(line.clone()));
    let reader = Reader::new(&line, state.settings.rate_limit == Switch::On);
    let close = tokio::select! {
        // In this order: whoever has lost the right to read must not get what else is ready.
        biased;
        () = state.stopping.cancelled() => Close::Restarting,
        () = tokio::time::sleep(lifetime) => Close::Expired,
        close = &mut writing => close,
        close = writer::ping(&line) => close,
        close = reader.run(&mut incoming) => close,
    };
    tracing::debug!(request_id = line.request_id, ?close, "socket closed");
    // No longer counted as online, nor sent to, while saying goodbye.
    line.subscription.end();
    line.outlet.finish();
    drop((writing, line));
    let Some(message) = close.message() else { return };
    let goodbye = async {
        incoming.send(message).await?;
        // Until the client has answered: hanging up on unread frames would reset the connection and lose our code.
        while let Some(Ok(message)) = incoming.next().await {
            if matches!(message, Message::Close(_)) {
                break;
            }
        }
        Ok::<_, tokio_tungstenite::tungstenite::Error>(())
    };
    // A client that doesn't say goodbye is gone all the same.
    let _ = timeout(GOODBYE_LIMIT, goodbye).await;
}
