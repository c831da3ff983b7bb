//! SIGKILL in the middle of writes, over and over on the same data folder. Everyone goes on after the restart with what wasn't
//! acknowledged, under the same names.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result};
use futures::{FutureExt as _, future::LocalBoxFuture};
use hdrhistogram::Histogram;
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use super::{
    Extent, Fault,
    client::Client,
    crowd::{self, Crowd},
    kept, settle,
};
use crate::{
    Bench,
    chance::Chance,
    confab,
    place::Filled,
    rows::Column,
    sample::{Sample, millis},
};

pub const FAULT: Fault = Fault {
    name: "kill",
    runs: "SIGKILLs under load",
    checked: "each restart comes up on the same folder; all is kept",
    figures: &[
        Column { key: "acknowledged", heading: "messages acknowledged:", digits: 0 },
        Column { key: "under_way", heading: "under way at a kill, on average:", digits: 1 },
        Column { key: "restart_p99_ms", heading: "restart, p99, ms:", digits: 0 },
    ],
    run,
};

/// How long they post before the kill, at least and at most.
const LOAD: (Duration, Duration) = (Duration::from_millis(40), Duration::from_millis(160));
/// After so many kills, what is stored so far is looked through, in a copy.
const LOOK_EVERY: u32 = 100;

fn run(bench: &Bench, extent: Extent) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    measure(bench, extent.of(1_000, 40)).map(|sample| Ok(vec![sample?])).boxed_local()
}

async fn measure(bench: &Bench, runs: u32) -> Result<Sample> {
    let filled = Filled::make(bench, "kill", Crowd::plan()).await?;
    let mut crowd = Crowd::new();
    let (mut chance, mut restarts, mut faults) = (Chance::new(1), Histogram::<u64>::new(3)?, Vec::new());
    for run in 1..=runs {
        let begun = Instant::now();
        let running = confab::start(bench, &filled.folder, &[]).await.with_context(|| format!("restart {run}"))?;
        restarts.record(u64::try_from(begun.elapsed().as_nanos())?)?;
        let acknowledged = Notify::new();
        let killing = async {
            acknowledged.notified().await;
            sleep(chance.between(LOAD)).await;
            running.process.kill().await
        };
        let (working, killed) = tokio::join!(crowd.work(running.place, &acknowledged), killing);
        killed?;
        faults.extend(working.into_iter().map(|fault| format!("kill {run}: {fault}")));
        if run % LOOK_EVERY == 0 {
            println!("    {run} kills, {} acknowledged", kept::acknowledged(&crowd.clients));
            faults.extend(kept::look(bench, &filled.folder, crowd::ROOMS, &crowd.clients)?);
        }
        if !faults.is_empty() {
            break;
        }
    }
    if faults.is_empty() {
        settle(bench, &filled.folder, &mut crowd.clients).await?;
        faults.extend(kept::faults(&filled.folder, crowd::ROOMS, &crowd.clients, true)?);
    }
    let count = |count: usize| u32::try_from(count).map(f64::from);
    Ok(Sample::new("", 0)
        .with("runs", f64::from(runs))
        .with("acknowledged", count(kept::acknowledged(&crowd.clients))?)
        .with("under_way", count(crowd.under_way)? / f64::from(runs))
        .with("restart_p99_ms", millis(&restarts, 0.99))
        .blamed(faults)
        .blamed(crowd.idleness()))
}

/// Lets everyone send again what wasn't acknowledged and hear the rest, then stops the server.
async fn settle(bench: &Bench, folder: &Path, clients: &mut [Client]) -> Result<()> {
    let running = confab::start(bench, folder, &[]).await?;
    settle::everyone(running.place, clients).await?;
    running.process.stop().await
}
