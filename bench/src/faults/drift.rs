//! Time: a team’s day, as P3 has it, for half an hour. What it takes must not grow with it, and what everyone took must be given
//! back when they leave.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures::{
    FutureExt as _, StreamExt as _, TryStreamExt as _,
    future::{LocalBoxFuture, try_join_all},
    stream,
};
use protocol::{ClientFrame, ConversationId};
use tokio::{
    select,
    time::{Instant, sleep, sleep_until},
};

use super::{
    Extent, Fault,
    client::{Client, Heard},
    kept, settle,
};
use crate::{
    Bench,
    chance::Chance,
    confab::{self, Running},
    http::{Connection, NOBODY},
    place::{Filled, Plan, Spread},
    rows::Column,
    sample::Sample,
    socket::Place,
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
const POST_EVERY: Duration = Duration::from_mins(2);
const TYPE_FOR: Duration = Duration::from_secs(2);
const READ_EVERY: Duration = Duration::from_mins(1);
const BREAK_EVERY: Duration = Duration::from_mins(10);
/// How many are being connected at once.
const OPENING: usize = 64;
/// How often memory is read.
const LOOK_EVERY: Duration = Duration::from_secs(1);
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
    let filled = Filled::make(bench, "drift", plan).await?;
    let running = confab::start(bench, &filled.folder, &[]).await?;
    let mut clients: Vec<_> = (0..PEOPLE).map(|person| Client::new(person, &rooms(plan, person))).collect();
    // Once before, so that what is kept for later on is there.
    connect(&mut clients, running.place).await?;
    clients.iter_mut().for_each(Client::leave);
    let before = at_rest(&running).await?;

    connect(&mut clients, running.place).await?;
    let begin = Instant::now();
    let end = begin + Duration::from_mins(minutes.into());
    let living = try_join_all(clients.iter_mut().map(|client| live(client, plan, running.place, begin, end)));
    let (lived, memory) = tokio::join!(living, watch(&running, end));
    lived?;
    settle::everyone(running.place, &mut clients).await?;
    clients.iter_mut().for_each(Client::leave);
    let (memory, after) = (memory?, at_rest(&running).await?);
    running.process.stop().await?;

    let sixth = memory.len() / 6;
    let (early, late) = (mean(&memory[sixth..2 * sixth]), mean(&memory[memory.len() - sixth..]));
    let drift = (late / early - 1.0) * 100.0;
    let mut faults = kept::faults(&filled.folder, ROOMS, &clients, true)?;
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
        .with("acknowledged", count(kept::acknowledged(&clients))?)
        .blamed(faults))
}

fn rooms(plan: Plan, person: usize) -> Vec<i64> {
    plan.rooms_of(person).into_iter().map(Filled::room).collect()
}

async fn connect(clients: &mut [Client], place: Place) -> Result<()> {
    stream::iter(clients.iter_mut().map(|client| client.connect(place))).buffered(OPENING).try_collect().await
}

/// Reads the server's memory until then, in bytes.
async fn watch(running: &Running, end: Instant) -> Result<Vec<f64>> {
    let mut memory = Vec::new();
    while Instant::now() < end {
        sleep(LOOK_EVERY).await;
        memory.push(running.process.resident_bytes()?);
    }
    Ok(memory)
}

#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// What someone does.
#[derive(Clone, Copy)]
enum Deed {
    Type,
    Post,
    Read,
    Break,
}

async fn live(client: &mut Client, plan: Plan, place: Place, begin: Instant, end: Instant) -> Result<()> {
    let mut chance = Chance::new(client.person + 1_000_000);
    let rooms = rooms(plan, client.person);
    let mut posted = 0;
    for (at, deed) in deeds(&mut chance, begin, end) {
        hear_until(client, place, at).await?;
        let room = rooms[chance.below(rooms.len())];
        let conversation_id = ConversationId(room);
        match deed {
            Deed::Type => client.tell(&ClientFrame::Typing { conversation_id }).await,
            Deed::Read => {
                let seq = i64::try_from(client.heard.get(&room).map_or(0, Vec::len))?;
                client.tell(&ClientFrame::Read { conversation_id, seq }).await;
            }
            Deed::Post => {
                client.post(room, i64::try_from(client.person + posted * PEOPLE)?).await;
                posted += 1;
            }
            Deed::Break => client.connect(place).await?,
        }
    }
    hear_until(client, place, end).await
}

/// All that someone does, and when. Each begins somewhere in the first of its intervals.
fn deeds(chance: &mut Chance, begin: Instant, end: Instant) -> Vec<(Instant, Deed)> {
    let mut deeds = Vec::new();
    for (every, deed) in [(POST_EVERY, Deed::Post), (READ_EVERY, Deed::Read), (BREAK_EVERY, Deed::Break)] {
        let mut at = begin + every.mul_f64(chance.part());
        while at < end {
            if let Deed::Post = deed {
                deeds.extend([(at, Deed::Type), (at + TYPE_FOR, Deed::Post)]);
            } else {
                deeds.push((at, deed));
            }
            at += every;
        }
    }
    deeds.retain(|(at, _)| *at < end);
    deeds.sort_by_key(|(at, _)| *at);
    deeds
}

async fn hear_until(client: &mut Client, place: Place, at: Instant) -> Result<()> {
    loop {
        let text = select! {
            text = client.listen() => text.context("the server closed a socket")?,
            () = sleep_until(at) => return Ok(()),
        };
        match client.take(&text).await? {
            Heard::Known => {}
            Heard::Reset(room) => client.fetch(place, room).await?,
            other => bail!("a server that runs {other:?}"),
        }
    }
}

/// What is open once nobody has a socket any more, and what goes on after one ends has ended too.
async fn at_rest(running: &Running) -> Result<Open> {
    let mut last = open(running).await?;
    for _ in 0..PATIENCE.as_secs() {
        sleep(LOOK_EVERY).await;
        let now = open(running).await?;
        if now == last && now.descriptors < PEOPLE && now.tasks < PEOPLE {
            return Ok(now);
        }
        last = now;
    }
    bail!("it doesn’t come to rest: {last:?}")
}

async fn open(running: &Running) -> Result<Open> {
    let metrics = Connection::open(running.place.address).await?.get("/metrics", NOBODY).await?;
    let metrics = String::from_utf8_lossy(&metrics);
    let tasks = metrics.lines().find_map(|line| line.strip_prefix("confab_tasks ")).context("it counts its tasks")?;
    Ok(Open { descriptors: running.process.descriptors()?, tasks: tasks.parse()? })
}
