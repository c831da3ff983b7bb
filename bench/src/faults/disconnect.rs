//! Bad lines: everyone talks in one room through a proxy in which every connection comes to a bad end, and resumes as
//! `docs/realtime.md` says. Who hears nothing for a while takes the line for dead, sooner than the document asks for.

use std::{cell::Cell, time::Duration};

use anyhow::Result;
use futures::{
    FutureExt as _,
    future::{LocalBoxFuture, join_all},
};
use tokio::{
    select,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::{
    Extent, Fault,
    client::{self, Client, Heard, is_broken},
    kept,
    proxy::{End, Proxy},
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
const EVERY: Duration = Duration::from_millis(80);
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
    let (ended, numbers) = (Cell::new(false), Cell::new(0));
    let ending = async {
        proxy.reach(runs).await;
        ended.set(true);
    };
    let living = clients.iter_mut().map(|client| live(client, place, &ended, &numbers));
    let (lives, ()) = tokio::join!(join_all(living), ending);
    let mut faults: Vec<_> =
        lives.into_iter().filter_map(|life| life.err().map(|error| format!("{error:#}"))).collect();
    proxy.mend();
    if faults.is_empty() {
        client::settle(place, &mut clients).await?;
    }
    drop_lines(&mut clients);
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

fn drop_lines(clients: &mut [Client]) {
    clients.iter_mut().for_each(Client::leave);
}

/// Posts and listens over one bad line after the other.
async fn live(client: &mut Client, place: Place, ended: &Cell<bool>, numbers: &Cell<i64>) -> Result<()> {
    let mut chance = Chance::new(client.person);
    let mut next = Instant::now() + EVERY.mul_f64(chance.part());
    while !ended.get() {
        let silence = SILENCE.0 + (SILENCE.1 - SILENCE.0).mul_f64(chance.part());
        if let Ok(Ok(())) = timeout(silence, client.connect(place)).await {
            talk(client, place, &mut next, silence, ended, numbers).await?;
            client.leave();
        }
        sleep(BACK_OFF.mul_f64(chance.part())).await;
    }
    Ok(())
}

/// Posts and listens until the line is gone or silent.
async fn talk(
    client: &mut Client,
    place: Place,
    next: &mut Instant,
    silence: Duration,
    ended: &Cell<bool>,
    numbers: &Cell<i64>,
) -> Result<()> {
    while !ended.get() {
        let text = select! {
            text = timeout(silence, client.listen()) => text,
            () = sleep_until(*next) => {
                *next = Instant::now() + EVERY;
                if client.outbox.len() < AHEAD {
                    let posting = client.post(Filled::room(0), numbers.replace(numbers.get() + 1));
                    // A line that takes nothing any more is noticed by its silence.
                    let _ = timeout(silence, posting).await;
                }
                continue;
            }
        };
        let Ok(Some(text)) = text else { return Ok(()) };
        let taken = timeout(silence, client.take(&text)).await;
        match taken {
            Ok(heard) => match heard? {
                Heard::Known => {}
                Heard::Reset(room) => match timeout(silence, client.fetch(place, room)).await {
                    Ok(Err(error)) if !is_broken(&error) => return Err(error),
                    Ok(Ok(())) => {}
                    _ => return Ok(()),
                },
                other => anyhow::bail!("a server that runs {other:?}"),
            },
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}
