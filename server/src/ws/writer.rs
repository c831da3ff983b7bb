//! The way out of a socket: all that has queued leaves in one frame.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use chat::{Delivery, Item};
use tokio::time::{MissedTickBehavior, interval_at, timeout};

use super::connection::Line;
use crate::websocket::{self, Close, Outlet, PING};

/// How long a client may take to read what it was sent.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// Sends what comes until the subscription or the client ends.
pub async fn run(line: Arc<Line>) -> Close {
    loop {
        let frame = match line.subscription.next().await {
            Delivery::Items(items) => joined(&items),
            Delivery::Closed(reason) => return reason.into(),
        };
        if let Err(close) = send(&line.outlet, &frame).await {
            return close;
        }
    }
}

/// Asks now and then whether the client is there, until it isn't. A browser answers a ping but doesn't tell its page, so
/// a frame of no lines goes with it as the sign of life.
pub async fn ping(line: &Line) -> Close {
    let mut sign = websocket::ping();
    sign.extend(websocket::text(0));
    let mut ticks = interval_at(tokio::time::Instant::now() + PING, PING);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // Nothing since the last ping, not even its answer.
        if !line.heard.swap(false, Ordering::Relaxed) {
            return Close::Gone;
        }
        if let Err(close) = send(&line.outlet, &sign).await {
            return close;
        }
    }
}

async fn send(outlet: &Outlet, frames: &[u8]) -> Result<(), Close> {
    let gone = |_: io::Error| Close::Gone;
    if outlet.send(frames).map_err(gone)? {
        return Ok(());
    }
    // Boxed, since most clients take at once what they are sent.
    Box::pin(timeout(WRITE_LIMIT, outlet.drained())).await.map_err(|_| Close::TooSlow)?.map_err(gone)
}

/// One line each. An event was encoded when it was published, once for all sockets.
fn joined(items: &[Item]) -> Vec<u8> {
    let lines = || {
        items.iter().map(|item| match item {
            Item::Event(published) => published.frame(),
            Item::Frame(line) => line,
        })
    };
    let length = lines().map(|line| line.len() + 1).sum::<usize>().saturating_sub(1);
    let mut frame = websocket::text(length);
    for (index, line) in lines().enumerate() {
        if index > 0 {
            frame.push(b'\n');
        }
        frame.extend_from_slice(line.as_bytes());
    }
    frame
}
