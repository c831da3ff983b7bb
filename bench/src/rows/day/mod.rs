//! P3: a team's day. Everyone is connected, writes a message every two minutes after typing for two seconds, marks a room
//! as read every minute, and loses the connection every ten minutes and resumes. Rooms are large and small by Zipf's law. All
//! of it at fixed times, whatever is still under way.

mod person;

use std::{
    cell::RefCell,
    collections::HashMap,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::Result;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, future::LocalBoxFuture, stream};
use hdrhistogram::Histogram;
use tokio::{task::spawn_local, time::sleep_until};

use self::person::Person;
use super::{Bound, Column, Goal, Row};
use crate::{
    Bench, confab,
    place::{Filled, Plan, Spread},
    sample::{Sample, millis},
    socket::Place,
};

const GOAL: &str = "2,500 people, one core";

pub const ROW: Row = Row {
    name: "P3",
    title: "a team’s day: posting, typing, reading, losing the connection, all at once",
    columns: &[
        Column { key: "p50_ms", heading: "post to each, p50, ms", digits: 1 },
        Column { key: "p99_ms", heading: "p99, ms", digits: 1 },
        Column { key: "deliveries_per_second", heading: "messages delivered a second", digits: 0 },
        Column { key: "cpu_share", heading: "server’s CPU, share of its core", digits: 2 },
        Column { key: "resident_mb", heading: "resident, MB", digits: 0 },
    ],
    goals: &[Goal {
        words: "2,500 people on one core, delivered within 100 ms at p99",
        variant: GOAL,
        key: "p99_ms",
        bound: Bound::Most(100.0),
    }],
    run,
};

/// How long the part of the day is that is lived through, and how long before that what isn't counted.
const SPAN: Duration = Duration::from_secs(40);
const WARM_UP: Duration = Duration::from_secs(5);
/// How long the last messages may take to arrive.
const REST: Duration = Duration::from_secs(3);
/// How many are being connected at once.
const OPENING: usize = 64;

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let mut samples = Vec::new();
        for round in 0..bench.rounds(2) {
            for (variant, people) in [(GOAL, 2500), ("5,000 people, one core", 5000)] {
                let sample = measure(bench, variant, people, round).await?;
                println!("    {variant} {:.1} ms", sample.values.get("p99_ms").unwrap_or(&0.0));
                samples.push(sample);
            }
        }
        Ok(samples)
    }
    .boxed_local()
}

/// What everyone writes into.
pub struct Diary {
    pub place: Place,
    /// Nothing before this counts, and nothing is begun after `until`.
    pub from: Instant,
    pub until: Instant,
    /// When each message was due, by its number.
    pub due: RefCell<HashMap<i64, Instant>>,
    /// The numbers of those that were acknowledged, by room.
    pub acknowledged: RefCell<HashMap<i64, Vec<i64>>>,
    /// How many were posted, by room.
    pub posted: RefCell<HashMap<i64, usize>>,
    pub waits: RefCell<Histogram<u64>>,
    pub faults: RefCell<Vec<String>>,
}

async fn measure(bench: &Bench, variant: &str, people: usize, round: u32) -> Result<Sample> {
    let plan = Plan { people, rooms: people / 10, rooms_each: 5, spread: Spread::Zipf, messages: 0 };
    let filled = Filled::make(bench, "day", plan).await?;
    let running = confab::start(bench, &filled.folder, &[]).await?;
    let coming = (0..people).map(|number| Person::come(running.place, plan, number));
    let everyone: Vec<_> = stream::iter(coming).buffered(OPENING).try_collect().await?;
    let from = Instant::now() + WARM_UP;
    let diary = Rc::new(Diary {
        place: running.place,
        from,
        until: from + SPAN,
        due: RefCell::default(),
        acknowledged: RefCell::default(),
        posted: RefCell::default(),
        waits: RefCell::new(Histogram::new(3)?),
        faults: RefCell::default(),
    });
    let living: Vec<_> = everyone.into_iter().map(|person| spawn_local(person.live(diary.clone()))).collect();
    sleep_until(diary.from.into()).await;
    let cpu = running.process.cpu_seconds()?;
    sleep_until(diary.until.into()).await;
    let cpu = running.process.cpu_seconds()? - cpu;
    let resident = running.process.resident_bytes()?;
    sleep_until((diary.until + REST).into()).await;
    let mut cursors = Vec::new();
    for person in living {
        cursors.push(person.await?);
    }
    running.process.stop().await?;
    check(&diary, &filled, &cursors)?;
    Ok(figures(&diary, Sample::new(variant, round), cpu).with("resident_mb", resident / 1e6))
}

#[expect(clippy::cast_precision_loss, reason = "some millions")]
fn figures(diary: &Diary, sample: Sample, cpu: f64) -> Sample {
    let waits = diary.waits.borrow();
    sample
        .with("p50_ms", millis(&waits, 0.5))
        .with("p99_ms", millis(&waits, 0.99))
        .with("deliveries_per_second", waits.len() as f64 / SPAN.as_secs_f64())
        .with("messages", diary.due.borrow().len() as f64)
        .with("cpu_share", cpu / SPAN.as_secs_f64())
        .blamed(diary.faults.borrow().clone())
}

/// Everyone must know each of their rooms as far as it has come, and each message must be stored once.
fn check(diary: &Diary, filled: &Filled, cursors: &[HashMap<i64, i64>]) -> Result<()> {
    let mut faults = diary.faults.borrow_mut();
    let mut last: HashMap<i64, i64> = HashMap::new();
    for (room, rev) in cursors.iter().flatten() {
        let known = last.entry(*room).or_insert(*rev);
        *known = (*known).max(*rev);
    }
    let behind = cursors.iter().flatten().filter(|(room, rev)| last.get(room) != Some(rev)).count();
    if behind > 0 {
        faults.push(format!("{behind} times someone didn’t get all of a room"));
    }
    for (room, posted) in diary.posted.borrow().iter() {
        let acknowledged = diary.acknowledged.borrow().get(room).cloned().unwrap_or_default();
        faults.extend(filled.lacks(*room, &acknowledged, *posted)?);
    }
    Ok(())
}
