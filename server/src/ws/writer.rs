//! The way out of a socket: all that has queued leaves in one frame.

use std::{sync::atomic::Ordering, time::Duration};

use axum::extract::ws::{Message, WebSocket};
use chat::{Delivery, Item};
use futures::{SinkExt as _, stream::SplitSink};
use tokio::time::{MissedTickBehavior, interval_at, timeout};

use super::{
    close::Close,
    connection::{Line, PING},
};

/// How long a client may take to read what it was sent.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// Sends what comes until the subscription or the client ends.
pub async fn run(
    line: &Line,
    sink: &mut SplitSink<WebSocket, Message>,
) -> Close {
    let mut ping = interval_at(tokio::time::Instant::now() + PING, PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            delivery = line.subscription.next() => match delivery {
                Delivery::Items(items) => Message::Text(joined(&items).into()),
                Delivery::Closed(reason) => return reason.into(),
            },
            _ = ping.tick() => {
                // Nothing since the last ping, not even its answer.
                if !line.heard.swap(false, Ordering::Relaxed) {
                    return Close::Gone;
                }
                Message::Ping(axum::body::Bytes::new())
            }
        };
        let writing = line.writing.lock().await;
        match timeout(WRITE_LIMIT, sink.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Close::Gone,
            Err(_) => return Close::TooSlow,
        }
        drop(writing);
    }
}

/// One line each. An event was encoded when it was published, once for all sockets.
fn joined(items: &[Item]) -> String {
    let lines: Vec<&str> = items
        .iter()
        .map(|item| match item {
            Item::Event(published) => published.frame(),
            Item::Frame(line) => line,
        })
        .collect();
    lines.join("\n")
}
