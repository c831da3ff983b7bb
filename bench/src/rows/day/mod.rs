//! P3: a team's day. Everyone is connected, writes a message every two minutes after typing for two seconds, marks a room
//! as read every minute, and loses the connection every ten minutes and comes back. Rooms are large and small by Zipf's law. All
//! of it at fixed times, whatever is still under way. More and more people live it, until a server can't serve them in time.

mod client;
mod confab;
mod diary;
mod person;
mod prosody;
mod synapse;

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::Result;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _, future::LocalBoxFuture, stream};
use tokio::{
    task::{JoinHandle, spawn_local},
    time::{sleep_until, timeout},
};

pub use self::{client::Server, confab::Confab};
use self::{
    client::{Client, OPENING_TIME},
    diary::Diary,
    person::Person,
    prosody::Prosody,
    synapse::Synapse,
};
use super::{Bound, Column, Goal, Row};
use crate::{
    Bench,
    place::{Plan, Spread},
    sample::{Sample, millis},
};

pub const ROW: Row = Row {
    name: "P3",
    title: "a team’s day: posting, typing, reading, losing the connection, all at once",
    columns: &[
        Column { key: "people", heading: "people", digits: 0 },
        Column { key: "p50_ms", heading: "post to each, p50, ms", digits: 1 },
        Column { key: "p99_ms", heading: "p99, ms", digits: 1 },
        Column { key: "deliveries_per_second", heading: "messages delivered a second", digits: 0 },
        Column { key: "cpu_share", heading: "server’s CPU, share of its core", digits: 2 },
        Column { key: "resident_mb", heading: "resident, MB", digits: 0 },
    ],
    goals: &[
        Goal {
            words: "2,500 people on one core, delivered within 100 ms at p99",
            variant: "Confab, most people within 100 ms at p99",
            key: "people",
            bound: Bound::Least(2500.0),
        },
        Goal {
            words: "as many people as Prosody",
            variant: "Confab, most people within 100 ms at p99",
            key: "people",
            bound: Bound::LeastTimes(1.0, "Prosody, most people within 100 ms at p99"),
        },
    ],
    run,
};

/// How many people are tried, one after the other.
const STEPS: [usize; 10] = [25, 50, 100, 250, 500, 1000, 1500, 2500, 3500, 5000];
/// In how many rooms each person is. There are ten times fewer rooms than people, but not fewer than that.
const ROOMS_EACH: usize = 5;
/// Within how many milliseconds a message must be delivered at p99.
const LIMIT: f64 = 100.0;
/// How long the part of the day is that is lived through, and how long before that what isn't counted.
const SPAN: Duration = Duration::from_secs(15);
const WARM_UP: Duration = Duration::from_secs(3);
/// How long the last messages may take to arrive.
const REST: Duration = Duration::from_secs(10);
/// How many are being connected at once.
const OPENING: usize = 64;

/// On which server the day is lived.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Confab,
    Prosody,
    /// Where who comes back begins anew and asks the archive.
    ProsodyArchive,
    Synapse,
}

impl Kind {
    async fn measure(self, bench: &Bench, people: usize, round: u32) -> Result<Sample> {
        let plan = Plan {
            people,
            rooms: (people / 10).max(ROOMS_EACH),
            rooms_each: ROOMS_EACH,
            spread: Spread::Zipf,
            messages: 0,
        };
        let sample = Sample::new(format!("{}, {people} people", self.name()), round)
            .with("people", f64::from(u32::try_from(people)?));
        match self {
            Self::Confab => measure::<Confab>(bench, plan, sample).await,
            Self::Prosody => measure::<Prosody<true>>(bench, plan, sample).await,
            Self::ProsodyArchive => measure::<Prosody<false>>(bench, plan, sample).await,
            Self::Synapse => measure::<Synapse>(bench, plan, sample).await,
        }
    }

    fn most(self) -> String {
        format!("{}, most people within 100 ms at p99", self.name())
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Confab => "Confab",
            Self::Prosody => "Prosody",
            Self::ProsodyArchive => "Prosody, streams not resumed",
            Self::Synapse => "Synapse",
        }
    }
}

/// A server, and the step that it managed last, or begins with.
struct Climber {
    kind: Kind,
    step: usize,
}

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        // With how many each begins: what it does with fewer tells nothing.
        let mut climbers =
            [(Kind::Confab, 500), (Kind::Prosody, 100), (Kind::ProsodyArchive, 100), (Kind::Synapse, 25)].map(
                |(kind, people)| Climber { kind, step: STEPS.iter().position(|step| *step >= people).unwrap_or(0) },
            );
        synapse::forget(bench)?;
        let mut samples = Vec::new();
        for round in 0..bench.rounds(5) {
            for climber in &mut climbers {
                samples.extend(climber.climb(bench, round).await?);
            }
            climbers.reverse();
        }
        Ok(samples)
    }
    .boxed_local()
}

impl Climber {
    /// Goes up from the step that was managed last, until one isn't; down where that one isn't any more. What was managed is
    /// told once more at the end, as the most people.
    async fn climb(&mut self, bench: &Bench, round: u32) -> Result<Vec<Sample>> {
        let mut samples = Vec::new();
        let mut most = Sample::new(self.kind.most(), round).with("people", 0.0);
        let (mut step, mut too_high) = (self.step, STEPS.len());
        while step < too_high {
            let sample = self.kind.measure(bench, STEPS[step], round).await?;
            if is_managed(&sample) {
                most.values.clone_from(&sample.values);
                self.step = step;
                step += 1;
            } else {
                too_high = step;
                step = if most.values["people"] > 0.0 { too_high } else { step.saturating_sub(1) };
            }
            samples.push(sample);
        }
        samples.push(most);
        Ok(samples)
    }
}

/// Whether everyone got everything, and in time.
fn is_managed(sample: &Sample) -> bool {
    let value = |key| sample.values.get(key).copied();
    let delivered = value("deliveries_per_second").is_some_and(|deliveries| deliveries > 0.0);
    sample.is_good() && delivered && value("p99_ms").is_some_and(|p99| p99 <= LIMIT)
}

#[expect(clippy::cast_precision_loss, reason = "some millions")]
async fn measure<S: Server>(bench: &Bench, plan: Plan, sample: Sample) -> Result<Sample> {
    let server = S::start(bench, plan).await?;
    let Ok(everyone) = timeout(OPENING_TIME, connect(&server, plan.people)).await else {
        return Ok(sample.blamed(vec![format!("not everyone was connected within {} s", OPENING_TIME.as_secs())]));
    };
    let day = Day::begin(plan, everyone?, Instant::now() + WARM_UP, SPAN)?;
    sleep_until(day.from().into()).await;
    let cpu = server.process().cpu_seconds()?;
    sleep_until(day.until().into()).await;
    let cpu = server.process().cpu_seconds()? - cpu;
    let resident = server.process().resident_bytes()?;
    let diary = day.end().await;
    let (stored, stuck) = match server.stop().await {
        Ok(stored) => (stored, None),
        Err(error) => (Vec::new(), Some(format!("{error:#}"))),
    };
    let waits = diary.waits();
    let sample = sample
        .with("p50_ms", millis(&waits, 0.5))
        .with("p99_ms", millis(&waits, 0.99))
        .with("deliveries_per_second", waits.len() as f64 / SPAN.as_secs_f64())
        .with("messages", diary.posted() as f64)
        .with("cpu_share", cpu / SPAN.as_secs_f64())
        .with("resident_mb", resident / 1e6)
        .blamed(diary.faults(&stored))
        .blamed(stuck.into_iter().collect());
    println!("    {} {:.1} ms", sample.variant, sample.values["p99_ms"]);
    Ok(sample)
}

/// Connects that many people to a server.
pub async fn connect<S: Server>(server: &S, people: usize) -> Result<Vec<S::Client>> {
    stream::iter((0..people).map(|person| server.connect(person))).buffered(OPENING).try_collect().await
}

/// A day that is being lived.
pub struct Day {
    diary: Rc<Diary>,
    living: Vec<JoinHandle<()>>,
}

impl Day {
    /// Lets everyone live from now on. What they do counts from then, for so long.
    pub fn begin<C: Client + 'static>(plan: Plan, everyone: Vec<C>, from: Instant, span: Duration) -> Result<Self> {
        let diary = Rc::new(Diary::new(plan, from, span)?);
        let people = everyone.into_iter().enumerate().map(|(number, client)| Person::new(plan, number, client));
        let living = people.map(|person| spawn_local(person.live(diary.clone()))).collect();
        Ok(Self { diary, living })
    }

    /// From when it counts.
    pub fn from(&self) -> Instant {
        self.diary.from
    }

    /// When nobody begins anything any more.
    pub fn until(&self) -> Instant {
        self.diary.until
    }

    /// Waits for the last messages, lets everyone leave, and returns what was noted. Who hasn't heard everything by then is found in it.
    pub async fn end(self) -> Rc<Diary> {
        let _ = timeout(REST, self.diary.heard_by_all()).await;
        for person in self.living {
            person.abort();
            // It comes to an end, and gives up its connection, before it is let go of.
            let _ = person.await;
        }
        self.diary
    }
}
