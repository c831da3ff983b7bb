//! Time: a team’s day, as P3 has it, for half an hour. What it takes must not grow with it, and what everyone took must be given
//! back when they leave.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use futures::{FutureExt as _, future::LocalBoxFuture};
use tokio::time::sleep;

use super::{Extent, Fault};
use crate::{
    Bench,
    http::{Connection, NOBODY},
    place::{Plan, Spread},
    process::Process,
    rows::{
        Column,
        day::{self, Confab, Day, Server as _},
    },
    sample::Sample,
    stored,
};

pub const FAULT: Fault = Fault {
    name: "drift",
    runs: "minutes of a team’s day, 2,500 people",
    checked: "memory of the last sixth is within 2 % of that of the second (10 % in the short form of 3 minutes); \
              after everyone has left, as many files and tasks are open as after everyone was there once before; all is kept",
    figures: &[
        Column { key: "early_mb", heading: "resident early, MB:", digits: 1 },
        Column { key: "late_mb", heading: "late:", digits: 1 },
        Column { key: "drift", heading: "drift, %:", digits: 1 },
        Column { key: "descriptors", heading: "files open before:", digits: 0 },
        Column { key: "descriptors_after", heading: "after:", digits: 0 },
        Column { key: "tasks", heading: "tasks before:", digits: 0 },
        Column { key: "tasks_after", heading: "after:", digits: 0 },
        Column { key: "acknowledged", heading: "messages:", digits: 0 },
    ],
    run,
};

const PEOPLE: usize = 2500;
const ROOMS: usize = 250;
/// How often memory is read.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many looks in a row must tell the same.
const SAME_LOOKS: u32 = 5;
/// How long the server may take to give back what those who left had.
const PATIENCE: Duration = Duration::from_mins(1);
/// How much memory may grow; in the short form caches are still filling.
const PERCENT: (f64, f64) = (2.0, 10.0);

fn run(bench: &Bench, extent: Extent) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    measure(bench, extent.of(30, 3), extent.of(PERCENT.0, PERCENT.1)).map(|sample| Ok(vec![sample?])).boxed_local()
}

/// What the server has open.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Open {
    descriptors: usize,
    tasks: usize,
}

async fn measure(bench: &Bench, minutes: u32, percent: f64) -> Result<Sample> {
    let plan = Plan { people: PEOPLE, rooms: ROOMS, rooms_each: 5, spread: Spread::Zipf, messages: 0 };
    let server = Confab::start(bench, plan).await?;
    // Once before, so that what is kept for later on is there.
    drop(day::connect(&server, PEOPLE).await?);
    let before = at_rest(&server).await?;

    let everyone = day::connect(&server, PEOPLE).await?;
    let day = Day::begin(plan, everyone, Instant::now(), Duration::from_mins(minutes.into()))?;
    let memory = watch(server.process(), day.until()).await?;
    let diary = day.end().await;
    let after = at_rest(&server).await?;
    let database = server.database();
    let stored = server.stop().await?;

    let sixth = memory.len() / 6;
    let (early, late) = (mean(&memory[sixth..2 * sixth]), mean(&memory[memory.len() - sixth..]));
    let drift = (late / early - 1.0) * 100.0;
    let mut faults = diary.faults(&stored);
    faults.extend(stored::corruption(&database)?);
    if drift > percent {
        faults.push(format!("memory grew by {drift:.1} %"));
    }
    if after.descriptors > before.descriptors || after.tasks > before.tasks {
        faults.push(format!("before anyone came {before:?}, after everyone left {after:?}"));
    }
    let count = |count: usize| u32::try_from(count).map(f64::from);
    Ok(Sample::new("", 0)
        .with("runs", f64::from(minutes))
        .with("early_mb", early / 1e6)
        .with("late_mb", late / 1e6)
        .with("drift", drift)
        .with("descriptors", count(before.descriptors)?)
        .with("descriptors_after", count(after.descriptors)?)
        .with("tasks", count(before.tasks)?)
        .with("tasks_after", count(after.tasks)?)
        .with("acknowledged", count(diary.posted())?)
        .blamed(faults))
}

/// Reads the server's memory until then, in bytes.
async fn watch(process: &Process, end: Instant) -> Result<Vec<f64>> {
    let mut memory = Vec::new();
    while Instant::now() < end {
        sleep(LOOK_EVERY).await;
        memory.push(process.resident_bytes()?);
    }
    Ok(memory)
}

#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// What is open once nobody has a socket any more, and what goes on after one ends has ended too: nothing changes for longer than
/// the server waits before it tells the others that someone has left.
async fn at_rest(server: &Confab) -> Result<Open> {
    let (mut last, mut same) = (open(server).await?, 0);
    for _ in 0..PATIENCE.as_secs() {
        sleep(LOOK_EVERY).await;
        let now = open(server).await?;
        same = if now == last { same + 1 } else { 0 };
        last = now;
        if same == SAME_LOOKS && now.descriptors < PEOPLE && now.tasks < PEOPLE {
            return Ok(now);
        }
    }
    bail!("it doesn’t come to rest: {last:?}")
}

async fn open(server: &Confab) -> Result<Open> {
    let metrics = Connection::open(server.address()).await?.get("/metrics", NOBODY).await?;
    let metrics = String::from_utf8_lossy(&metrics);
    let tasks = metrics.lines().find_map(|line| line.strip_prefix("confab_tasks ")).context("it counts its tasks")?;
    Ok(Open { descriptors: server.process().descriptors()?, tasks: tasks.parse()? })
}
