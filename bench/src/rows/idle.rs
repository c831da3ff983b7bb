//! P4: sockets on which nothing happens, as most of them are most of the time.

use std::time::Duration;

use anyhow::Result;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, future::LocalBoxFuture, stream};
use tokio::{
    task::{JoinHandle, spawn_local},
    time::sleep,
};

use super::{Bound, Column, Goal, Row};
use crate::{
    Bench, confab,
    place::{Filled, Plan, Spread},
    sample::Sample,
    socket::{self, Ear, Speech},
};

const OWN: &str = "Confab /ws";
const SOCKET_IO: &str = "Confab Socket.IO";

pub const ROW: Row = Row {
    name: "P4",
    title: "10,000 idle sockets of 10,000 people in 20 rooms each",
    columns: &[
        Column { key: "kilobytes", heading: "memory per socket, KB", digits: 2 },
        Column { key: "resident_mb", heading: "resident with all, MB", digits: 1 },
        Column { key: "opens_per_cpu_second", heading: "opened per CPU-second", digits: 0 },
        Column { key: "cpu_per_minute", heading: "CPU-seconds a minute, idle", digits: 2 },
    ],
    goals: &[
        Goal { words: "8 KB for a socket of /ws", variant: OWN, key: "kilobytes", bound: Bound::Most(8.0) },
        Goal { words: "10 KB for one of Socket.IO", variant: SOCKET_IO, key: "kilobytes", bound: Bound::Most(10.0) },
    ],
    run,
};

const SOCKETS: u32 = 10_000;
const ROOMS: usize = 200;
const ROOMS_EACH: usize = 20;
/// How many are being opened at once.
const OPENING: usize = 64;
/// How long nothing happens but one ping to everyone.
const SILENCE: Duration = Duration::from_secs(26);

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let plan =
            Plan { people: SOCKETS as usize, rooms: ROOMS, rooms_each: ROOMS_EACH, spread: Spread::Even, messages: 0 };
        let place = Filled::make(bench, "idle", plan).await?;
        let mut samples = Vec::new();
        let mut tasks = [(OWN, Speech::Confab), (SOCKET_IO, Speech::SocketIo)];
        for round in 0..bench.rounds(5) {
            for (variant, speech) in tasks {
                samples.push(measure(bench, &place, variant, speech, round).await?);
            }
            tasks.reverse();
        }
        Ok(samples)
    }
    .boxed_local()
}

async fn measure(bench: &Bench, place: &Filled, variant: &str, speech: Speech, round: u32) -> Result<Sample> {
    let mut running = confab::start(bench, &place.folder, &[]).await?;
    running.place.speech = speech;
    let process = &running.process;
    let (before, cpu) = (process.resident_bytes()?, process.cpu_seconds()?);
    let open = |person| {
        let place = running.place;
        async move { socket::open(place, &Filled::token(person)).await }
    };
    let opening = stream::iter((0..SOCKETS as usize).map(open)).buffered(OPENING);
    let sockets: Vec<_> = opening.try_collect().await?;
    let opened = process.cpu_seconds()? - cpu;
    let listening: Vec<_> = sockets.into_iter().map(|(ear, _)| spawn_local(listen(ear))).collect();
    let cpu = process.cpu_seconds()?;
    sleep(SILENCE).await;
    let idle = process.cpu_seconds()? - cpu;
    let resident = process.resident_bytes()?;
    let ended = listening.iter().filter(|task| task.is_finished()).count();
    let faults = (ended > 0).then(|| format!("{ended} sockets ended")).into_iter().collect();
    listening.iter().for_each(JoinHandle::abort);
    running.process.stop().await?;
    Ok(Sample::new(variant, round)
        .with("kilobytes", (resident - before) / f64::from(SOCKETS) / 1e3)
        .with("resident_mb", resident / 1e6)
        .with("opens_per_cpu_second", f64::from(SOCKETS) / opened)
        .with("cpu_per_minute", idle * 60.0 / SILENCE.as_secs_f64())
        .blamed(faults))
}

async fn listen(mut ear: Ear) {
    // Whatever comes is taken, and pings are answered.
    while let Ok(Some(_)) = ear.hear().await {}
}
