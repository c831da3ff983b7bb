//! Moves what SQLite has in its write-ahead log into the database file, on a connection of its own: the writer never
//! stops for it. At most one pass a second, and none while nothing is written.

use std::{sync::Arc, time::Duration};

use sqlx::{AnyPool, Executor};
use tokio::{sync::Notify, task::JoinHandle, time::sleep};

/// How long the log may grow between two passes.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs until it is aborted; `written` is notified after every commit.
pub(super) fn run(pool: AnyPool, written: Arc<Notify>) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            written.notified().await;
            // PASSIVE takes what it can without waiting for readers or the writer; the rest is for the next pass.
            if let Err(error) = pool.execute("PRAGMA wal_checkpoint(PASSIVE)").await {
                tracing::warn!(%error, "the write-ahead log could not be moved into the database");
            }
            sleep(PAUSE).await;
        }
    })
}
