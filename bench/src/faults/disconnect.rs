//! Bad lines: everyone talks in one room through a proxy in which every connection comes to a bad end, and resumes as
//! `docs/realtime.md` says. Who hears nothing for a while takes the line for dead, sooner than the document asks for. What is
//! fetched afresh comes over a good line: bad ones would bring a page in so many tries that nobody ever caught up.

use std::{cell::Cell, convert::Infallible, time::Duration};

use anyhow::Result;
use futures::{
    FutureExt as _,
    future::{LocalBoxFuture, try_join_all},
};
use tokio::{
    select,
    time::{Instant, sleep, sleep_until, timeout, timeout_at},
};

use super::{
    Extent, Fault,
    client::{Client, Heard},
    kept,
    proxy::{End, Proxy},
    settle,
};
use crate::{
    Bench,
    chance::Chance,
    confab,
    place::{Filled, Plan},
    rows::Column,
    sample::Sample,
    socket::Place,
};

pub const FAULT: Fault = Fault {
    name: "disconnect",
    runs: "disconnects of 50 clients who talk in one room",
    checked: "everyone resumes and ends with exactly the conversation’s sequence; all is kept",
    figures: &[
        Column { key: "reset", heading: "resets:", digits: 0 },
        Column { key: "finish", heading: "ends in the middle of a frame:", digits: 0 },
        Column { key: "half_open", heading: "half-open:", digits: 0 },
        Column { key: "sleep", heading: "sleeps:", digits: 0 },
        Column { key: "acknowledged", heading: "messages:", digits: 0 },
        Column { key: "fetched", heading: "times the room was fetched afresh (more than 500 missed):", digits: 0 },
    ],
    run,
};

const CLIENTS: usize = 50;
/// How often each posts.
const EVERY: Duration = Duration::from_millis(150);
/// How many unacknowledged messages each has at most.
const AHEAD: usize = 20;
/// How long someone waits in silence before they take the line for dead, at least and at most.
const SILENCE: (Duration, Duration) = (Duration::from_millis(300), Duration::from_millis(2500));
/// How long until the next try, at most.
const BACK_OFF: Duration = Duration::from_millis(50);

fn run(bench: &Bench, extent: Extent) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    measure(bench, extent.of(10_000, 600)).map(|sample| Ok(vec![sample?])).boxed_local()
}

async fn measure(bench: &Bench, runs: usize) -> Result<Sample> {
    let filled = Filled::make(bench, "disconnect", Plan::one_room(CLIENTS)).await?;
    let running = confab::start(bench, &filled.folder, &[]).await?;
    let (proxy, address) = Proxy::start(running.place.address).await?;
    let place = Place { address, ..running.place };
    let mut clients: Vec<_> = (0..CLIENTS).map(|person| Client::new(person, &[Filled::room(0)])).collect();
    let scene = Scene { bad: place, good: running.place, numbers: Cell::new(0) };
    let fault = select! {
        lived = try_join_all(clients.iter_mut().map(|client| live(client, &scene))) => lived.err(),
        () = proxy.reach(runs) => None,
    };
    let mut faults: Vec<_> = fault.map(|error| format!("{error:#}")).into_iter().collect();
    proxy.mend();
    if faults.is_empty() {
        settle::everyone(place, &mut clients).await?;
    }
    clients.iter_mut().for_each(Client::leave);
    running.process.stop().await?;
    faults.extend(kept::faults(&filled.folder, 1, &clients, faults.is_empty())?);
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    Ok(Sample::new("", 0)
        .with("runs", count(proxy.ends()))
        .with("reset", count(proxy.count(End::Reset)))
        .with("finish", count(proxy.count(End::Finish)))
        .with("half_open", count(proxy.count(End::HalfOpen)))
        .with("sleep", count(proxy.count(End::Sleep)))
        .with("acknowledged", count(kept::acknowledged(&clients)))
        .with("fetched", count(clients.iter().map(|client| client.resets).sum()))
        .blamed(kept::few(faults)))
}

/// What everyone lives in.
struct Scene {
    /// Where bad lines lead to the server, and where a good one does.
    bad: Place,
    good: Place,
    /// How many messages were posted.
    numbers: Cell<i64>,
}

/// Posts and listens over one bad line after the other.
async fn live(client: &mut Client, scene: &Scene) -> Result<Infallible> {
    let mut chance = Chance::new(client.person);
    let mut next = Instant::now() + EVERY.mul_f64(chance.part());
    loop {
        let silence = chance.between(SILENCE);
        if let Ok(Ok(())) = timeout(silence, client.connect(scene.bad)).await {
            talk(client, scene, &mut next, silence).await?;
            client.leave();
        }
        sleep(BACK_OFF.mul_f64(chance.part())).await;
    }
}

/// Posts and listens until the line is gone, or was silent for so long.
async fn talk(client: &mut Client, scene: &Scene, next: &mut Instant, silence: Duration) -> Result<()> {
    let mut heard_at = Instant::now();
    loop {
        let text = select! {
            text = timeout_at(heard_at + silence, client.listen()) => text,
            () = sleep_until(*next) => {
                *next = Instant::now() + EVERY;
                if client.outbox.len() < AHEAD {
                    let posting = client.post(Filled::room(0), scene.numbers.replace(scene.numbers.get() + 1));
                    // A line that takes nothing any more is noticed by its silence.
                    let _ = timeout(silence, posting).await;
                }
                continue;
            }
        };
        let Ok(Some(text)) = text else { return Ok(()) };
        heard_at = Instant::now();
        let Ok(heard) = timeout(silence, client.take(&text)).await else { return Ok(()) };
        match heard? {
            Heard::Known => {}
            Heard::Reset(room) => client.fetch(scene.good, room).await?,
            other => anyhow::bail!("a server that runs {other:?}"),
        }
    }
}
