//! P2: a room of a thousand in which someone posts at fixed times, whatever is still under way; the wait counts from when
//! a message was due until the last member has it.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::{FutureExt as _, future::LocalBoxFuture};
use tokio::{task::yield_now, time::sleep_until};

use super::{
    Bound, Column, Goal, Row,
    fan_out::{Server, Task, listen},
};
use crate::{
    Bench, confab,
    ledger::{Ledger, Said},
    place::{Filled, Plan},
    sample::Sample,
    wakeful::Wakeful,
    words,
};

const CONFAB: &str = "1,000 members, 20 messages a second";

pub const ROW: Row = Row {
    name: "P2",
    title: "post to last: permission, disk, acknowledgement and a thousand deliveries",
    columns: &[
        Column { key: "last_p50_ms", heading: "post to last, p50, ms", digits: 1 },
        Column { key: "last_p99_ms", heading: "p99, ms", digits: 1 },
        Column { key: "each_p50_ms", heading: "post to each, p50, ms", digits: 1 },
        Column { key: "each_p99_ms", heading: "p99, ms", digits: 1 },
        Column { key: "cpu_share", heading: "server’s CPU, share of a core", digits: 2 },
    ],
    goals: &[
        Goal { words: "post to last within 6 ms, p50", variant: CONFAB, key: "last_p50_ms", bound: Bound::Most(6.0) },
        Goal { words: "post to last within 15 ms, p99", variant: CONFAB, key: "last_p99_ms", bound: Bound::Most(15.0) },
    ],
    run,
};

const LISTENERS: usize = 1000;
const EVERY: Duration = Duration::from_millis(50);
const MESSAGES: u32 = 300;
/// Messages before those that count.
const WARM_UP: u32 = 20;

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let mut samples = Vec::new();
        for round in 0..bench.rounds(5) {
            samples.push(measure(bench, round).await?);
        }
        Ok(samples)
    }
    .boxed_local()
}

/// Waits until then to the microsecond. The runtime's timers are late by up to a millisecond, which isn't the server's.
async fn wait_until(due: Instant) {
    if let Some(early) = due.checked_sub(Duration::from_millis(2)) {
        sleep_until(early.into()).await;
    }
    while Instant::now() < due {
        yield_now().await;
    }
}

async fn measure(bench: &Bench, round: u32) -> Result<Sample> {
    let place = Filled::make(bench, "latency", Plan::one_room(LISTENERS)).await?;
    let running = confab::start(bench, &place.folder, &[]).await?;
    let task = Task { server: Server::Confab, listeners: LISTENERS, messages: MESSAGES.into(), window: 1 };
    let ledger = Ledger::new(running.place.speech, Said::Messages, LISTENERS)?;
    let mouths = listen(&running, task, &ledger).await?;
    let _wakeful = Wakeful::stay();
    let begin = Instant::now() + EVERY;
    let (mut cpu, mut from) = (0.0, begin);
    for number in 0..WARM_UP + MESSAGES {
        let due = begin + EVERY * number;
        wait_until(due).await;
        if number == WARM_UP {
            ledger.begin();
            (cpu, from) = (running.process.cpu_seconds()?, Instant::now());
        }
        ledger.post(number.into(), due);
        mouths[0].say(words::to_confab(Filled::room(0), number.into())?).await?;
    }
    ledger.wait(1).await;
    let share = (running.process.cpu_seconds()? - cpu) / from.elapsed().as_secs_f64();
    let sample = Sample::new(CONFAB, round)
        .with("last_p50_ms", ledger.last_millis(0.5))
        .with("last_p99_ms", ledger.last_millis(0.99))
        .with("each_p50_ms", ledger.each_millis(0.5))
        .with("each_p99_ms", ledger.each_millis(0.99))
        .with("cpu_share", share)
        .blamed(ledger.faults());
    running.process.stop().await?;
    let lacks = place.lacks(Filled::room(0), &ledger.acknowledged(), ledger.posted())?;
    Ok(sample.blamed(lacks.into_iter().collect()))
}
