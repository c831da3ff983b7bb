//! The way out of a socket: all that has queued leaves in one frame.

use std::{
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll, ready},
    time::Duration,
};

use chat::{Deliveries, Delivery, Item};
use futures::{FutureExt as _, future::BoxFuture};
use tokio::time::{MissedTickBehavior, interval_at, timeout};

use super::line::Line;
use crate::websocket::{self, Close, Memory, Outlet, PING};

/// How long a client may take to read what it was sent.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// Sends what comes until the subscription or the client ends. It knows no more of the socket than it needs for that: each piece of
/// memory that it touches must be fetched, for each of thousands.
pub struct Writer {
    deliveries: Deliveries,
    outlet: Arc<Outlet>,
    draining: Option<Draining>,
}

/// Runs until the client has taken what it was sent. Boxed, since most take it at once.
type Draining = BoxFuture<'static, Result<(), Close>>;

impl Writer {
    /// Sends `deliveries` by `outlet`.
    pub fn new(deliveries: Deliveries, outlet: Arc<Outlet>) -> Self {
        Self { deliveries, outlet, draining: None }
    }

    /// What it will look at.
    pub fn memory(&self) -> WriterMemory {
        WriterMemory { deliveries: self.deliveries.clone(), outlet: self.outlet.clone() }
    }

    /// Mostly it is one event, whose frame is the same for everyone.
    fn deliver(&self, items: &[Item]) -> Result<Option<Draining>, Close> {
        match items {
            [Item::Event(published)] => send(&self.outlet, published.wire(|line| joined([line]))),
            items => send(&self.outlet, &joined(items.iter().map(Item::line))),
        }
    }
}

/// What a writer will look at.
pub struct WriterMemory {
    deliveries: Deliveries,
    outlet: Arc<Outlet>,
}

impl Memory for WriterMemory {
    fn fetch(&self) {
        self.deliveries.fetch();
        self.outlet.fetch();
    }
}

impl Future for Writer {
    type Output = Close;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Close> {
        loop {
            if let Some(draining) = &mut self.draining {
                if let Err(close) = ready!(draining.poll_unpin(context)) {
                    return Poll::Ready(close);
                }
                self.draining = None;
            }
            let sent = match ready!(self.deliveries.poll_next(context)) {
                Delivery::Items(items) => self.deliver(&items),
                Delivery::Closed(reason) => return Poll::Ready(reason.into()),
            };
            match sent {
                // Not asked for more: deliveries have known whom to wake since before they gave these out.
                Ok(None) => return Poll::Pending,
                Ok(draining) => self.draining = draining,
                Err(close) => return Poll::Ready(close),
            }
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
        let sent = match send(&line.outlet, &sign) {
            Ok(Some(draining)) => draining.await,
            other => other.map(drop),
        };
        if let Err(close) = sent {
            return close;
        }
    }
}

/// Sends frames; what is returned must be waited for before the next ones.
fn send(outlet: &Arc<Outlet>, frames: &[u8]) -> Result<Option<Draining>, Close> {
    if outlet.send(frames).map_err(|_| Close::Gone)? {
        return Ok(None);
    }
    let outlet = outlet.clone();
    let draining = async move {
        let drained = timeout(WRITE_LIMIT, outlet.drained()).await;
        drained.map_err(|_| Close::TooSlow)?.map_err(|_| Close::Gone)
    };
    Ok(Some(draining.boxed()))
}

/// One line each. An event was encoded when it was published, once for all sockets.
fn joined<'a>(lines: impl IntoIterator<Item = &'a str, IntoIter: Clone>) -> Vec<u8> {
    let lines = lines.into_iter();
    let length = lines.clone().map(|line| line.len() + 1).sum::<usize>().saturating_sub(1);
    let mut frame = websocket::text(length);
    for (index, line) in lines.enumerate() {
        if index > 0 {
            frame.push(b'\n');
        }
        frame.extend_from_slice(line.as_bytes());
    }
    frame
}
