//! The way out of a socket: all that has queued leaves in one frame.

use std::{sync::atomic::Ordering, time::Duration};

use axum::{
    body::Bytes,
    extract::ws::{Message, WebSocket},
};
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
pub async fn run(line: &Line, sink: &mut SplitSink<WebSocket, Message>) -> Close {
    let mut ping = interval_at(tokio::time::Instant::now() + PING, PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let lines = tokio::select! {
            delivery = line.subscription.next() => match delivery {
                Delivery::Items(items) => joined(&items),
                Delivery::Closed(reason) => return reason.into(),
            },
            _ = ping.tick() => {
                // Nothing since the last ping, not even its answer.
                if !line.heard.swap(false, Ordering::Relaxed) {
                    return Close::Gone;
                }
                String::new()
            }
        };
        let writing = line.writing.lock().await;
        match timeout(WRITE_LIMIT, write(sink, lines)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Close::Gone,
            Err(_) => return Close::TooSlow,
        }
        drop(writing);
    }
}

/// Sends lines; or, where there are none, a ping. A browser answers a ping but doesn't tell its page, so a frame of no
/// lines goes with it as the sign of life.
async fn write(sink: &mut SplitSink<WebSocket, Message>, lines: String) -> Result<(), axum::Error> {
    if lines.is_empty() {
        sink.feed(Message::Ping(Bytes::new())).await?;
    }
    sink.send(Message::Text(lines.into())).await
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
