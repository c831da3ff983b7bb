//! SIGKILL in the middle of writes, over and over on the same data folder. Some post over `/ws` with several messages under
//! way, some over the API one at a time; each goes on after the restart with what wasn't acknowledged, under the same names.

use std::{cell::Cell, path::Path, time::Duration};

use anyhow::{Context as _, Result};
use futures::{
    FutureExt as _,
    future::{LocalBoxFuture, join_all},
};
use hdrhistogram::Histogram;
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use super::{
    Extent, Fault,
    client::{self, Client, Heard, is_broken},
    kept,
};
use crate::{
    Bench,
    chance::Chance,
    confab,
    http::Connection,
    place::{Filled, Plan, Spread},
    rows::Column,
    sample::{Sample, millis},
    socket::Place,
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

const ROOMS: usize = 4;
const OVER_SOCKET: usize = 8;
const OVER_HTTP: usize = 4;
const CLIENTS: usize = OVER_SOCKET + OVER_HTTP;
/// How many messages each has under way over its socket.
const AHEAD: usize = 8;
/// How long they post before the kill, at least and at most.
const LOAD: (Duration, Duration) = (Duration::from_millis(40), Duration::from_millis(160));
/// After so many kills, what is stored so far is looked through, in a copy.
const LOOK_EVERY: u32 = 100;

fn run(bench: &Bench, extent: Extent) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    measure(bench, extent.of(1_000, 40)).map(|sample| Ok(vec![sample?])).boxed_local()
}

/// What the clients of a round tell the one who kills.
#[derive(Default)]
struct Progress {
    acknowledged: Notify,
    /// How many were under way when the server was gone.
    under_way: Cell<usize>,
}

async fn measure(bench: &Bench, runs: u32) -> Result<Sample> {
    let plan = Plan { people: CLIENTS, rooms: ROOMS, rooms_each: 1, spread: Spread::Even, messages: 0 };
    let filled = Filled::make(bench, "kill", plan).await?;
    let mut clients: Vec<_> = (0..CLIENTS).map(|person| Client::new(person, &[room(person)])).collect();
    let mut turns = vec![0; CLIENTS];
    let (mut chance, mut restarts) = (Chance::new(1), Histogram::<u64>::new(3)?);
    let (mut faults, mut under_way) = (Vec::new(), 0);
    for run in 1..=runs {
        let begun = Instant::now();
        let running = confab::start(bench, &filled.folder, &[]).await.with_context(|| format!("restart {run}"))?;
        restarts.record(u64::try_from(begun.elapsed().as_nanos())?)?;
        let progress = Progress::default();
        let working = clients.iter_mut().zip(&mut turns).map(|it| work(it.0, it.1, running.place, &progress));
        let killing = async {
            progress.acknowledged.notified().await;
            sleep(LOAD.0 + (LOAD.1 - LOAD.0).mul_f64(chance.part())).await;
            running.process.kill().await
        };
        let (ends, killed) = tokio::join!(join_all(working), killing);
        killed?;
        faults.extend(ends.into_iter().filter_map(|end| end.err().map(|error| format!("run {run}: {error:#}"))));
        under_way += progress.under_way.get();
        if run % LOOK_EVERY == 0 {
            println!("    {run} kills, {} acknowledged", kept::acknowledged(&clients));
            faults.extend(look(bench, &filled.folder, &clients)?);
        }
        if !faults.is_empty() {
            break;
        }
    }
    if faults.is_empty() {
        settle(bench, &filled.folder, &mut clients).await?;
        faults.extend(kept::faults(&filled.folder, ROOMS, &clients, true)?);
    }
    if under_way == 0 {
        faults.push("no kill came in the middle of a write".to_owned());
    }
    let count = |count: usize| u32::try_from(count).map(f64::from);
    Ok(Sample::new("", 0)
        .with("runs", f64::from(runs))
        .with("acknowledged", count(kept::acknowledged(&clients))?)
        .with("under_way", count(under_way)? / f64::from(runs))
        .with("restart_p99_ms", millis(&restarts, 0.99))
        .blamed(faults))
}

fn room(person: usize) -> i64 {
    Filled::room(person % ROOMS)
}

/// The next number of someone, which is nobody else's.
fn next(person: usize, turn: &mut usize) -> i64 {
    *turn += 1;
    i64::try_from(person + *turn * CLIENTS).unwrap_or(i64::MAX)
}

/// Posts until the server is gone.
async fn work(client: &mut Client, turn: &mut usize, place: Place, progress: &Progress) -> Result<()> {
    let outcome = if client.person < OVER_SOCKET {
        over_socket(client, turn, place, progress).await
    } else {
        over_http(client, turn, place, progress).await
    };
    progress.under_way.update(|count| count + client.outbox.len());
    outcome
}

async fn over_socket(client: &mut Client, turn: &mut usize, place: Place, progress: &Progress) -> Result<()> {
    // One that the kill came before is tried again after it.
    if client.connect(place).await.is_err() {
        return Ok(());
    }
    loop {
        while client.outbox.len() < AHEAD {
            let number = next(client.person, turn);
            client.post(room(client.person), number).await;
        }
        let before = client.acknowledged.len();
        match client.hear().await? {
            Heard::Known => {}
            Heard::Gone => return Ok(()),
            other => anyhow::bail!("a server that runs {other:?}"),
        }
        if client.acknowledged.len() > before {
            progress.acknowledged.notify_one();
        }
    }
}

async fn over_http(client: &mut Client, turn: &mut usize, place: Place, progress: &Progress) -> Result<()> {
    let Ok(mut connection) = Connection::open(place.address).await else { return Ok(()) };
    let room = room(client.person);
    loop {
        let number = client.outbox.front().map_or_else(|| next(client.person, turn), |(_, number)| *number);
        match client.post_over_http(&mut connection, room, number).await {
            Ok(Heard::Known) => progress.acknowledged.notify_one(),
            Ok(other) => anyhow::bail!("a server that runs {other:?}"),
            Err(error) if is_broken(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Lets everyone send again what wasn't acknowledged and hear the rest, then stops the server.
async fn settle(bench: &Bench, folder: &Path, clients: &mut [Client]) -> Result<()> {
    let running = confab::start(bench, folder, &[]).await?;
    client::settle(running.place, clients).await?;
    running.process.stop().await
}

/// Looks through what is stored, in a copy: who opens a database after a crash mends it.
fn look(bench: &Bench, folder: &Path, clients: &[Client]) -> Result<Vec<String>> {
    let copy = bench.scratch("look")?;
    for name in ["confab.db", "confab.db-wal"] {
        let from = folder.join("data").join(name);
        if from.exists() {
            std::fs::copy(from, copy.join("data").join(name))?;
        }
    }
    kept::faults(&copy, ROOMS, clients, false)
}
