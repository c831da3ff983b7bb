//! One socket, from its welcome to its end.

use std::{sync::Arc, time::Duration};

use protocol::ServerFrame;

use super::{
    line::Line,
    reader::Reader,
    writer::{self, Writer},
};
use crate::{
    AppState,
    settings::Switch,
    websocket::{Close, Incoming, PING, say_goodbye},
};

/// Serves a socket until either side ends it, or until its token runs out.
pub async fn run(state: AppState, line: Line, lifetime: Duration, mut incoming: Box<Incoming>) {
    let user_id = line.subscription.caller().user_id;
    line.subscription.push(&ServerFrame::Welcome { user_id, ping_seconds: PING.as_secs() });
    let line = Arc::new(line);
    let writer = Writer::new(line.subscription.deliveries(), line.outlet.clone());
    let memory = writer.memory();
    let mut writing = state.couriers.carry(writer, memory);
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
    if let Some(frame) = close.frame() {
        say_goodbye(&mut incoming, Some(frame)).await;
    }
}
