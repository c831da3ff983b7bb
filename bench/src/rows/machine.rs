//! P0: the machine itself.

use std::time::Duration;

use anyhow::Result;
use futures::{FutureExt as _, future::LocalBoxFuture};

use super::{Column, Row};
use crate::{
    Bench,
    calibrate::{commits, flushes},
    sample::Sample,
};

pub const ROW: Row = Row {
    name: "P0",
    title: "the machine itself: its disk, and SQLite on it",
    columns: &[
        Column { key: "p50_us", heading: "p50, µs", digits: 0 },
        Column { key: "p99_us", heading: "p99, µs", digits: 0 },
        Column { key: "per_second", heading: "messages a second", digits: 0 },
    ],
    goals: &[],
    run,
};

/// One message to a commit, in SQLite alone.
pub const SINGLE_COMMITS: &str = "SQLite, one message to a commit";

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let mut samples = Vec::new();
        for round in 0..bench.rounds(5) {
            samples.extend(probe(bench, round)?);
        }
        Ok(samples)
    }
    .boxed_local()
}

/// One of each.
fn probe(bench: &Bench, round: u32) -> Result<Vec<Sample>> {
    let folder = bench.scratch("probe")?;
    let (p50, p99) = flushes(&folder)?;
    Ok(vec![
        Sample::new("4 KiB written and flushed (fdatasync)", round).with("p50_us", p50).with("p99_us", p99),
        single_commits(bench, round)?,
        Sample::new("SQLite, 64 messages to a commit", round).with("per_second", commits(&folder, 64, Duration::ZERO)?),
    ])
}

/// What a server that commits each message by itself could reach at best.
pub fn single_commits(bench: &Bench, round: u32) -> Result<Sample> {
    slow_single_commits(bench, SINGLE_COMMITS, Duration::ZERO, round)
}

/// The same on a disk that takes so much longer to flush.
pub fn slow_single_commits(bench: &Bench, variant: &str, flush: Duration, round: u32) -> Result<Sample> {
    let folder = bench.scratch("commits")?;
    Ok(Sample::new(variant, round).with("per_second", commits(&folder, 1, flush)?))
}
