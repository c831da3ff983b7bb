//! P12: what it takes to have it running: time until it answers, memory when nobody asks for anything, bytes to copy.

use std::{fs, time::Duration};

use anyhow::{Result, bail};
use futures::{FutureExt as _, future::LocalBoxFuture};
use tokio::time::{Instant, sleep};

use super::{Bound, Column, Goal, Row};
use crate::{Bench, confab, http, http::Connection, sample::Sample};

const FIRST: &str = "first start, on an empty folder";
const AGAIN: &str = "every other start";
const BINARY: &str = "the program, with the site in it";

pub const ROW: Row = Row {
    name: "P12",
    title: "start, idle memory, size",
    columns: &[
        Column { key: "ready_ms", heading: "start to ready, ms", digits: 0 },
        Column { key: "resident_mb", heading: "resident when idle, MB", digits: 1 },
        Column { key: "size_mb", heading: "size, MB", digits: 1 },
    ],
    goals: &[
        Goal { words: "ready within 100 ms", variant: AGAIN, key: "ready_ms", bound: Bound::Most(100.0) },
        Goal { words: "20 MB when idle", variant: AGAIN, key: "resident_mb", bound: Bound::Most(20.0) },
        Goal { words: "a program of 40 MB", variant: BINARY, key: "size_mb", bound: Bound::Most(40.0) },
    ],
    run,
};

/// How long it is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(2);

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
        let size = fs::metadata(&bench.binary)?.len() as f64 / 1e6;
        let mut samples = vec![Sample::new(BINARY, 0).with("size_mb", size)];
        for round in 0..bench.rounds(5) {
            let folder = bench.scratch("start")?;
            for variant in [FIRST, AGAIN] {
                let begun = Instant::now();
                let running = confab::start(bench, &folder, &[]).await?;
                ready(&running).await?;
                let took = begun.elapsed().as_secs_f64() * 1e3;
                sleep(IDLE).await;
                let resident = running.process.resident_bytes()? / 1e6;
                samples.push(Sample::new(variant, round).with("ready_ms", took).with("resident_mb", resident));
                running.process.stop().await?;
            }
        }
        Ok(samples)
    }
    .boxed_local()
}

/// Waits until `/readyz` says that it is.
async fn ready(running: &confab::Running) -> Result<()> {
    for _ in 0..1000 {
        if let Ok(mut connection) = Connection::open(running.place.address).await
            && connection.get("/readyz", http::NOBODY).await.is_ok()
        {
            return Ok(());
        }
        sleep(Duration::from_millis(1)).await;
    }
    bail!("it never was ready")
}
