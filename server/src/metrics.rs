//! What is counted, for Prometheus. No label names a person, a room or a path: there would be no end of them, and
//! numbers are read by more people than messages are.

use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::AppState;

/// Upper bounds in seconds; a page should take a few milliseconds, a password a few dozen.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
/// How many changes the writer commits at once.
const BATCHES: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// One per process, since counting is global; the servers of a test run share it.
static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

fn handle() -> &'static PrometheusHandle {
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_batch_size".to_owned()), &BATCHES));
        let recorder = builder.unwrap_or_default().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("something else counts already: /metrics stays empty");
        }
        metrics::describe_counter!("confab_http_requests_total", "Requests answered, by route and status");
        metrics::describe_histogram!("confab_http_request_seconds", "Time until a request's answer begins, by route");
        metrics::describe_gauge!("confab_sockets", "Sockets that are open");
        metrics::describe_gauge!("confab_tasks", "Tasks that have not ended, of whatever kind");
        metrics::describe_counter!("confab_socket_frames_total", "Frames that came over sockets");
        metrics::describe_counter!("confab_messages_accepted_total", "Messages that are on disk");
        metrics::describe_histogram!("confab_writer_batch_size", "Changes that went to disk together");
        handle
    })
}

/// Begins to count, and keeps the counts small until the server stops.
pub fn start(state: &AppState) {
    let (handle, stopping) = (handle(), state.stopping.clone());
    tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_secs(5));
        while stopping.run_until_cancelled(every.tick()).await.is_some() {
            handle.run_upkeep();
        }
    });
}

/// All counts as Prometheus reads them.
pub fn render(state: &AppState) -> String {
    // Where several servers share the process, none may set the gauge between another's setting and reading it.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    #[expect(clippy::cast_precision_loss, reason = "no machine has 2^52 sockets, nor tasks")]
    for (name, count) in [("confab_sockets", state.sockets.len()), ("confab_tasks", tasks)] {
        gauge!(name).set(count as f64);
    }
    handle().render()
}

/// Counts an answered request.
pub fn count_request(method: &'static str, route: String, status: u16, took: Duration) {
    counter!("confab_http_requests_total", "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    histogram!("confab_http_request_seconds", "route" => route).record(took);
}

/// Counts a frame that came over a socket.
pub fn count_frame() {
    counter!("confab_socket_frames_total").increment(1);
}
