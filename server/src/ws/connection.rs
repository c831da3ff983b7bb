//! One socket from its opening to its end: a reader and a writer that run side by side in one task. So neither a slow
//! commit nor a slow client keeps the other direction waiting.

use std::{sync::atomic::AtomicBool, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use chat::{Chat, Subscription};
use futures::{SinkExt as _, StreamExt as _};
use protocol::ServerFrame;
use tokio::{sync::Mutex, time::timeout};

use super::{close::Close, reader::Reader, writer};
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
    /// The id of the request that opened the socket; faults are logged under it.
    pub request_id: String,
    /// Whether anything came since the last ping.
    pub heard: AtomicBool,
    /// Held while the client is being written to.
    pub writing: Mutex<()>,
}

/// Serves a socket until either side ends it, or until its token runs out.
pub async fn run(state: AppState, line: Line, lifetime: Duration, socket: WebSocket) {
    let user_id = line.subscription.caller().user_id;
    line.subscription.push(&ServerFrame::Welcome { user_id, ping_seconds: PING.as_secs() });
    let (mut sink, mut stream) = socket.split();
    let reader = Reader::new(&line, state.settings.rate_limit == Switch::On);
    let close = tokio::select! {
        // In this order: whoever has lost the right to read must not get what else is ready.
        biased;
        () = state.stopping.cancelled() => Close::Restarting,
        () = tokio::time::sleep(lifetime) => Close::Expired,
        close = writer::run(&line, &mut sink) => close,
        close = reader.run(&mut stream) => close,
    };
    tracing::debug!(request_id = line.request_id, ?close, "socket closed");
    // No longer counted as online, nor sent to, while saying goodbye.
    drop(line);
    let Some(message) = close.message() else { return };
    let goodbye = async {
        sink.send(message).await?;
        // Until the client has answered: hanging up on unread frames would reset the connection and lose our code.
        while let Some(Ok(message)) = stream.next().await {
            if matches!(message, Message::Close(_)) {
                break;
            }
        }
        Ok::<_, axum::Error>(())
    };
    // A client that doesn't say goodbye is gone all the same.
    let _ = timeout(GOODBYE_LIMIT, goodbye).await;
}
