//! P1: one room, one message, everyone in it.
//!
//! What a delivery costs is measured with one message at a time, so that no server can join several into one write; then
//! with 64 under way at once, so that those which do show what it saves them. What Confab passes on without keeping it, that
//! someone is typing, shows what keeping costs.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, future::LocalBoxFuture, stream};
use protocol::UserId;
use tokio::{task::spawn_local, time::sleep};

use super::{Bound, Column, Goal, Row};
use crate::{
    Bench, confab,
    confab::Running,
    figures::grouped,
    ledger::{Ledger, Said},
    peers::Peer,
    place::{Filled, PUBLIC, Plan},
    sample::Sample,
    socket::{self, Ear, Mouth, Speech},
    wakeful::Wakeful,
    words,
};

pub const ROW: Row = Row {
    name: "P1",
    title: "fan-out: messages of 200 bytes to everyone in one room",
    columns: &[
        Column { key: "per_cpu_second", heading: "deliveries per CPU-second", digits: 0 },
        Column { key: "per_second", heading: "deliveries a second", digits: 0 },
        Column { key: "per_write", heading: "messages per frame", digits: 2 },
        Column { key: "last_p99_ms", heading: "post to last, p99, ms", digits: 1 },
    ],
    goals: &[
        Goal {
            words: "200,000 deliveries per CPU-second, each written by itself",
            variant: "1,000 · Confab /ws · one at a time",
            key: "per_cpu_second",
            bound: Bound::Least(200_000.0),
        },
        Goal {
            words: "0.9 × a minimal broadcaster in Rust",
            variant: "1,000 · Confab /ws · one at a time",
            key: "per_cpu_second",
            bound: Bound::LeastTimes(0.9, "1,000 · Rust broadcaster · one at a time"),
        },
        Goal {
            words: "1.0 × Bun’s pub/sub",
            variant: "1,000 · Confab /ws · one at a time",
            key: "per_cpu_second",
            bound: Bound::LeastTimes(1.0, "1,000 · Bun pub/sub · one at a time"),
        },
        Goal {
            words: "1.5 × Node’s socket.io, over our Socket.IO",
            variant: "1,000 · Confab Socket.IO · one at a time",
            key: "per_cpu_second",
            bound: Bound::LeastTimes(1.5, "1,000 · Node socket.io · one at a time"),
        },
        Goal {
            words: "3 × Node’s socket.io over /ws, with messages joined",
            variant: "1,000 · Confab /ws · 64 at a time",
            key: "per_cpu_second",
            bound: Bound::LeastTimes(3.0, "1,000 · Node socket.io · 64 at a time"),
        },
    ],
    run,
};

/// Messages before those that count: caches, allocations and the kernel's buffers have settled then.
const WARM_UP: i64 = 30;
/// For how long nobody says anything after the first message. A client of TCP that has just answered something, as Confab's and
/// Socket.IO's have and those of the other peers haven't, acknowledges what comes only with the next: within the server's call and
/// on its time. It leaves that off when it has waited 40 ms in vain.
const SILENCE: Duration = Duration::from_millis(200);
/// How many sockets are being opened at once.
const OPENING: usize = 32;
/// How many of the listeners post, where more than one message is under way.
const MOUTHS: usize = 16;
/// How many messages are under way then.
const WINDOW: usize = 64;

/// A server that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    Confab,
    /// Confab, where not messages are passed on but that someone is typing: asked for permission, and never kept.
    ConfabTyping,
    ConfabSocketIo,
    Peer(Peer),
}

/// What is measured of it.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    pub server: Server,
    pub listeners: usize,
    pub messages: i64,
    /// How many messages are under way at once.
    pub window: usize,
}

impl Task {
    /// How many people must be there: who types doesn't hear of it, so those who do are not among the listeners.
    fn people(self) -> usize {
        if self.server == Server::ConfabTyping { self.listeners + MOUTHS } else { self.listeners }
    }

    fn said(self) -> Result<Said> {
        if self.server != Server::ConfabTyping {
            return Ok(Said::Messages);
        }
        // People are counted from 0, their ids from 1.
        Ok(Said::Typing { speakers: MOUTHS, first: UserId(i64::try_from(self.listeners)? + 1) })
    }

    fn variant(self) -> String {
        let listeners = f64::from(u32::try_from(self.listeners).unwrap_or(u32::MAX));
        let (size, name) = (grouped(listeners, 0), self.server.name());
        let pace = if self.window == 1 { "one at a time".to_owned() } else { format!("{} at a time", self.window) };
        format!("{size} · {name} · {pace}")
    }
}

impl Server {
    const fn name(self) -> &'static str {
        match self {
            Self::Confab => "Confab /ws",
            Self::ConfabTyping => "Confab /ws, typing",
            Self::ConfabSocketIo => "Confab Socket.IO",
            Self::Peer(peer) => peer.name(),
        }
    }

    /// Where messages go: over Socket.IO, the public chat is heard without joining.
    const fn room(self) -> i64 {
        match self {
            Self::ConfabSocketIo => PUBLIC,
            Self::Confab | Self::ConfabTyping | Self::Peer(_) => PUBLIC + 1,
        }
    }

    fn words(self, number: i64) -> Result<String> {
        match self {
            Self::Confab => words::to_confab(self.room(), number),
            Self::ConfabTyping => words::typing_to_confab(self.room()),
            Self::ConfabSocketIo => Ok(words::to_confab_over_socket_io(self.room(), number)),
            Self::Peer(Peer::SocketIo | Peer::Flask) => Ok(words::to_socket_io_relay(number)),
            Self::Peer(_) => words::to_relay(number),
        }
    }
}

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let peers = [Peer::Broadcaster, Peer::Bun, Peer::Ws, Peer::SocketIo].map(Server::Peer);
        let servers = [Server::Confab, Server::ConfabTyping, Server::ConfabSocketIo].into_iter().chain(peers);
        let mut samples = Vec::new();
        let (mut single, mut joined) = (Vec::new(), Vec::new());
        for server in servers {
            single.push(Task { server, listeners: 1000, messages: 250, window: 1 });
            joined.push(Task { server, listeners: 1000, messages: 750, window: WINDOW });
        }
        // Compared the most closely, and each process comes out differently: so more rounds.
        samples.extend(compare(bench, &single, bench.rounds(15)).await?);
        samples.extend(compare(bench, &joined, bench.rounds(5)).await?);
        let flask = Task { server: Server::Peer(Peer::Flask), listeners: 200, messages: 100, window: 1 };
        let mut others = vec![flask];
        for server in [Server::Confab, Server::Peer(Peer::Broadcaster)] {
            others.push(Task { server, listeners: 200, messages: 1000, window: 1 });
            others.push(Task { server, listeners: 5000, messages: 100, window: 1 });
        }
        others.push(Task { server: Server::Confab, listeners: 5000, messages: 400, window: WINDOW });
        samples.extend(compare(bench, &others, bench.rounds(5)).await?);
        Ok(samples)
    }
    .boxed_local()
}

/// Takes the samples in turn, forwards and backwards: what drifts meanwhile drifts for all.
async fn compare(bench: &Bench, tasks: &[Task], rounds: u32) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for round in 0..rounds {
        let mut order = tasks.to_vec();
        if round % 2 == 1 {
            order.reverse();
        }
        for task in order {
            let sample = measure(bench, task, round).await?;
            println!("    {} {:.0}", sample.variant, sample.values.get("per_cpu_second").unwrap_or(&0.0));
            samples.push(sample);
        }
    }
    Ok(samples)
}

async fn measure(bench: &Bench, task: Task, round: u32) -> Result<Sample> {
    let place = match task.server {
        Server::Peer(_) => None,
        _ => Some(Filled::make(bench, "fan-out", Plan::one_room(task.people())).await?),
    };
    let mut running = match (task.server, &place) {
        (Server::Peer(peer), _) => peer.start(bench).await?,
        (_, Some(place)) => confab::start(bench, &place.folder, &[]).await?,
        (_, None) => anyhow::bail!("Confab has a place"),
    };
    if task.server == Server::ConfabSocketIo {
        running.place.speech = Speech::SocketIo;
    }
    let sample = Sample::new(task.variant(), round);
    let (ledger, sample) = speak(&running, task, sample).await?;
    running.process.stop().await?;
    if task.server == Server::ConfabTyping {
        return Ok(sample);
    }
    let missing = place.map(|place| missing(&place, task.server.room(), &ledger)).transpose()?;
    Ok(sample.blamed(missing.into_iter().flatten().collect()))
}

async fn speak(running: &Running, task: Task, sample: Sample) -> Result<(Ledger, Sample)> {
    let ledger = Ledger::new(running.place.speech, task.said()?, task.listeners)?;
    let mouths = listen(running, task, &ledger).await?;
    let _wakeful = Wakeful::stay();
    say(&mouths, &ledger, task, 0..1).await?;
    sleep(SILENCE).await;
    say(&mouths, &ledger, task, 1..WARM_UP).await?;
    ledger.begin();
    let (begun, cpu) = (Instant::now(), running.process.cpu_seconds()?);
    say(&mouths, &ledger, task, WARM_UP..WARM_UP + task.messages).await?;
    let (wall, cpu) = (begun.elapsed().as_secs_f64(), running.process.cpu_seconds()? - cpu);
    let (lines, texts) = ledger.counts();
    #[expect(clippy::cast_precision_loss, reason = "some millions")]
    let (lines, texts) = (lines as f64, texts as f64);
    let sample = sample
        .with("per_cpu_second", lines / cpu)
        .with("per_second", lines / wall)
        .with("per_write", lines / texts)
        .with("last_p99_ms", ledger.last_millis(0.99))
        .with("deliveries", lines)
        .with("cpu_seconds", cpu)
        .with("wall_seconds", wall)
        .blamed(ledger.faults());
    Ok((ledger, sample))
}

/// Opens all sockets; returns those that speak.
pub async fn listen(running: &Running, task: Task, ledger: &Ledger) -> Result<Vec<Mouth>> {
    let open = |person| async move { socket::open(running.place, &Filled::token(person)).await };
    let opening = (0..task.people()).map(open);
    let opened: Vec<_> = stream::iter(opening).buffered(OPENING).try_collect().await?;
    let mut mouths = Vec::new();
    for (person, (ear, mouth)) in opened.into_iter().enumerate() {
        mouths.push(mouth);
        if person < task.listeners {
            spawn_local(ledger.clone().listen(ear));
        } else {
            spawn_local(overhear(ear));
        }
    }
    if task.server == Server::ConfabTyping {
        return Ok(mouths.split_off(task.listeners));
    }
    mouths.truncate(if task.window == 1 { 1 } else { MOUTHS });
    Ok(mouths)
}

/// Takes what comes, and forgets it.
async fn overhear(mut ear: Ear) {
    while let Ok(Some(_)) = ear.hear().await {}
}

async fn say(mouths: &[Mouth], ledger: &Ledger, task: Task, numbers: std::ops::Range<i64>) -> Result<()> {
    for number in numbers {
        ledger.wait(task.window).await;
        ledger.post(number, Instant::now());
        let mouth = usize::try_from(number)? % mouths.len();
        mouths[mouth].say(task.server.words(number)?).await?;
    }
    ledger.wait(1).await;
    Ok(())
}

/// What was acknowledged but isn't in the database, and what was never acknowledged.
fn missing(place: &Filled, room: i64, ledger: &Ledger) -> Result<Vec<String>> {
    Ok(place.lacks(room, &ledger.acknowledged(), ledger.posted())?.into_iter().collect())
}
