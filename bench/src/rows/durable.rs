//! P6: messages that are acknowledged once they are on disk.
//!
//! Everyone posts in a room of their own, so that keeping is measured and not fan-out: each message goes to its sender
//! alone. First each sender posts as soon as the last message is acknowledged; then 64 of them post at fixed times,
//! whatever is still under way, and waiting counts from when a message was due.
//!
//! What joining commits is worth depends on the disk, so it is measured on a slower one too: the same disk, whose flush is made to
//! take [`SLOW_FLUSH`] longer, for SQLite alone as for the server.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use futures::{FutureExt as _, future::LocalBoxFuture};
use hdrhistogram::Histogram;
use tokio::{
    task::{JoinHandle, spawn_local},
    time::sleep_until,
};

use super::{
    Bound, Column, Goal, Row,
    machine::{SINGLE_COMMITS, single_commits, slow_single_commits},
};
use crate::{
    Bench, confab,
    faulty_disk::Disk,
    place::{Filled, Plan, Spread},
    sample::{Sample, millis},
    socket::{self, Ear, Mouth},
    wakeful::Wakeful,
    words::{self, number},
};

const FASTEST: &str = "64 senders, each as fast as it is acknowledged";
const STEADY: &str = "64 senders, 5,000 a second at fixed times";
const SLOW: &str = "64 senders, each as fast as it is acknowledged; flushes of 4 ms";
const SLOW_SINGLE_COMMITS: &str = "SQLite, one message to a commit; flushes of 4 ms";

pub const ROW: Row = Row {
    name: "P6",
    title: "durable posts over /ws: acknowledged after the disk has them",
    columns: &[
        Column { key: "per_second", heading: "messages a second", digits: 0 },
        Column { key: "per_cpu_second", heading: "messages per CPU-second", digits: 0 },
        Column { key: "p50_ms", heading: "p50, ms", digits: 2 },
        Column { key: "p99_ms", heading: "p99, ms", digits: 2 },
    ],
    goals: &[
        Goal {
            words: "5,000 a second from 64 senders",
            variant: FASTEST,
            key: "per_second",
            bound: Bound::Least(5_000.0),
        },
        Goal {
            words: "20 × what SQLite keeps with a commit for each",
            variant: FASTEST,
            key: "per_second",
            bound: Bound::LeastTimes(20.0, SINGLE_COMMITS),
        },
        Goal {
            words: "the same on a disk that takes 4 ms longer to flush",
            variant: SLOW,
            key: "per_second",
            bound: Bound::LeastTimes(20.0, SLOW_SINGLE_COMMITS),
        },
        Goal {
            words: "acknowledged within 25 ms at p99, at 5,000 a second",
            variant: STEADY,
            key: "p99_ms",
            bound: Bound::Most(25.0),
        },
    ],
    run,
};

/// How long each sample takes.
const SPAN: Duration = Duration::from_secs(5);
/// How long before those that count.
const WARM_UP: Duration = Duration::from_secs(1);

/// How much longer the slower disk takes to flush: so that a flush takes what it does on many a rented machine.
const SLOW_FLUSH: Duration = Duration::from_millis(4);

/// How senders post.
#[derive(Clone, Copy, Debug)]
enum Pace {
    /// The next one when the last is acknowledged.
    Acknowledged,
    /// So many a second in all, at fixed times.
    Fixed(u32),
}

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let mut samples = Vec::new();
        let mut tasks = [
            ("1 sender, as fast as it is acknowledged", 1, Pace::Acknowledged, Duration::ZERO),
            ("16 senders, each as fast as it is acknowledged", 16, Pace::Acknowledged, Duration::ZERO),
            (FASTEST, 64, Pace::Acknowledged, Duration::ZERO),
            (STEADY, 64, Pace::Fixed(5000), Duration::ZERO),
            ("64 senders, 2,000 a second at fixed times", 64, Pace::Fixed(2000), Duration::ZERO),
            (SLOW, 64, Pace::Acknowledged, SLOW_FLUSH),
        ];
        for round in 0..bench.rounds(5) {
            samples.push(single_commits(bench, round)?);
            samples.push(slow_single_commits(bench, SLOW_SINGLE_COMMITS, SLOW_FLUSH, round)?);
            for (variant, senders, pace, flush) in tasks {
                let sample = measure(bench, Sample::new(variant, round), senders, pace, flush).await?;
                println!("    {variant} {:.0}", sample.values.get("per_second").unwrap_or(&0.0));
                samples.push(sample);
            }
            tasks.reverse();
        }
        Ok(samples)
    }
    .boxed_local()
}

/// What the senders of a sample have in common.
struct Log {
    /// Nothing before this counts.
    from: Instant,
    until: Instant,
    posted: RefCell<Vec<i64>>,
    acknowledged: RefCell<Vec<i64>>,
    waits: RefCell<Histogram<u64>>,
    /// How many were acknowledged between `from` and `until`.
    in_time: Cell<u32>,
}

async fn measure(bench: &Bench, sample: Sample, senders: usize, tempo: Pace, flush: Duration) -> Result<Sample> {
    let plan = Plan { people: senders, rooms: senders, rooms_each: 1, spread: Spread::Even, messages: 0 };
    let place = Filled::make(bench, "durable", plan).await?;
    let running = if flush.is_zero() {
        confab::start(bench, &place.folder, &[]).await?
    } else {
        Disk::slow(&place.folder, flush)?.start(bench, &place.folder, false).await?
    };
    let mut sockets = Vec::new();
    for person in 0..senders {
        sockets.push(socket::open(running.place, &Filled::token(person)).await?);
    }
    let _wakeful = Wakeful::stay();
    let from = Instant::now() + WARM_UP;
    let log = Rc::new(Log {
        from,
        until: from + SPAN,
        posted: RefCell::default(),
        acknowledged: RefCell::default(),
        waits: RefCell::new(Histogram::new(3)?),
        in_time: Cell::default(),
    });
    let mut sending: Vec<JoinHandle<Result<()>>> = Vec::new();
    for (person, socket) in sockets.into_iter().enumerate() {
        let interval = match tempo {
            Pace::Acknowledged => None,
            Pace::Fixed(rate) => Some(Duration::from_secs(1) * u32::try_from(senders)? / rate),
        };
        sending.push(spawn_local(send(log.clone(), person, senders, socket, interval)));
    }
    sleep_until(log.from.into()).await;
    let cpu = running.process.cpu_seconds()?;
    sleep_until(log.until.into()).await;
    let cpu = running.process.cpu_seconds()? - cpu;
    let mut faults = Vec::new();
    for sent in sending {
        faults.extend(sent.await?.err().map(|error| error.to_string()));
    }
    running.process.stop().await?;
    for room in 0..senders {
        let of_room = |numbers: &RefCell<Vec<i64>>| -> Vec<i64> {
            let numbers = numbers.borrow();
            numbers
                .iter()
                .copied()
                .filter(|number| usize::try_from(*number).is_ok_and(|it| it % senders == room))
                .collect()
        };
        let posted = of_room(&log.posted).len();
        faults.extend(place.lacks(Filled::room(room), &of_room(&log.acknowledged), posted)?);
    }
    Ok(figures(&log, sample, cpu).blamed(faults))
}

#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn figures(log: &Log, sample: Sample, cpu: f64) -> Sample {
    let waits = log.waits.borrow();
    let count = f64::from(log.in_time.get());
    sample
        .with("per_second", count / SPAN.as_secs_f64())
        .with("per_cpu_second", count / cpu)
        .with("cpu_seconds", cpu)
        .with("p50_ms", millis(&waits, 0.5))
        .with("p99_ms", millis(&waits, 0.99))
        .with("max_ms", waits.max() as f64 / 1e6)
}

/// One sender: at fixed times where there is an interval, else after each acknowledgement.
async fn send(
    log: Rc<Log>,
    person: usize,
    senders: usize,
    (ear, mouth): (Ear, Mouth),
    interval: Option<Duration>,
) -> Result<()> {
    let room = Filled::room(person);
    let numbers = (0..).map(move |turn| i64::try_from(person + turn * senders).unwrap_or(i64::MAX));
    let mut answers = Answers::new(ear, numbers.clone());
    let Some(interval) = interval else {
        for number in numbers {
            let due = Instant::now();
            if due >= log.until {
                break;
            }
            post(&log, &mouth, room, number).await?;
            answers.next(&log, due).await?;
        }
        return Ok(());
    };
    // Everyone begins at another moment of the interval.
    let begin = Instant::now() + interval * u32::try_from(person)? / u32::try_from(senders)?;
    let dues = (0..).map(move |turn: u32| begin + interval * turn).take_while(|due| *due < log.until);
    let schedule: Vec<_> = numbers.zip(dues).collect();
    let posting = async {
        for (number, due) in &schedule {
            sleep_until((*due).into()).await;
            post(&log, &mouth, room, *number).await?;
        }
        Ok::<_, anyhow::Error>(())
    };
    let hearing = async {
        for (_, due) in &schedule {
            answers.next(&log, *due).await?;
        }
        Ok(())
    };
    tokio::try_join!(posting, hearing)?;
    Ok(())
}

async fn post(log: &Log, mouth: &Mouth, room: i64, number: i64) -> Result<()> {
    log.posted.borrow_mut().push(number);
    mouth.say(words::to_confab(room, number)?).await
}

/// What a sender hears: an acknowledgement and an event of each message, both in the order of the messages.
struct Answers<I> {
    ear: Ear,
    acknowledged: I,
    told: I,
    /// Acknowledgements that came together with an earlier one.
    waiting: VecDeque<i64>,
}

impl<I: Iterator<Item = i64> + Clone> Answers<I> {
    fn new(ear: Ear, numbers: I) -> Self {
        Self { ear, acknowledged: numbers.clone(), told: numbers, waiting: VecDeque::new() }
    }

    /// Waits for the next acknowledgement, of a message that was due then.
    async fn next(&mut self, log: &Log, due: Instant) -> Result<()> {
        while self.waiting.is_empty() {
            let text = self.ear.hear().await?.context("the server closed the socket")?;
            for line in text.lines() {
                let about = number(line);
                if line.starts_with("{\"event\":{\"conversation\"") {
                    ensure!(about == self.told.next(), "a gap, a message twice, or another order: {line}");
                } else {
                    ensure!(line.starts_with("{\"accepted\""), "no acknowledgement: {line}");
                    ensure!(about == self.acknowledged.next(), "the acknowledgement of another message: {line}");
                    self.waiting.extend(about);
                }
            }
        }
        log.acknowledged.borrow_mut().extend(self.waiting.pop_front());
        if (log.from..log.until).contains(&Instant::now()) {
            log.in_time.update(|count| count + 1);
        }
        if due >= log.from {
            log.waits.borrow_mut().record(u64::try_from(due.elapsed().as_nanos())?)?;
        }
        Ok(())
    }
}
