//! P7 and P8: what is read over HTTP, history by programs and the conversation's page by browsers.
//!
//! Sixteen connections ask as fast as they are answered; what counts is how much processor time an answer costs.

use std::{cell::Cell, time::Duration};

use anyhow::{Result, ensure};
use bytes::Bytes;
use futures::{FutureExt as _, future::LocalBoxFuture};

use super::{Bound, Column, Goal, Row};
use crate::{
    Bench, confab,
    confab::Running,
    http::{self, Asked},
    place::{Filled, Plan},
    sample::Sample,
};

const NEWEST: &str = "newest 50";
const OLDEST: &str = "oldest 50";
const ANYWHERE: &str = "50 anywhere";
const PAGE: &str = "page of a room, signed in";

const COLUMNS: &[Column] = &[
    Column { key: "per_cpu_second", heading: "answers per CPU-second", digits: 0 },
    Column { key: "per_second", heading: "answers a second", digits: 0 },
    Column { key: "cpu_us", heading: "CPU per answer, µs", digits: 0 },
    Column { key: "bytes", heading: "bytes each", digits: 0 },
    Column { key: "p50_ms", heading: "p50, ms", digits: 2 },
    Column { key: "p99_ms", heading: "p99, ms", digits: 2 },
];

pub const HISTORY: Row = Row {
    name: "P7",
    title: "history over /api/v1: 50 messages of a room of 1,000,000",
    columns: COLUMNS,
    goals: &[
        Goal {
            words: "10,000 pages per core-second",
            variant: NEWEST,
            key: "per_cpu_second",
            bound: Bound::Least(10_000.0),
        },
        Goal {
            words: "the same, of pages that nobody asked for lately",
            variant: ANYWHERE,
            key: "per_cpu_second",
            bound: Bound::Least(10_000.0),
        },
        Goal {
            words: "the oldest page costs 1.2 × the newest at most",
            variant: OLDEST,
            key: "cpu_us",
            bound: Bound::MostTimes(1.2, NEWEST),
        },
    ],
    run: history,
};

pub const PAGES: Row = Row {
    name: "P8",
    title: "the conversation’s page as the server renders it, 50 messages in it",
    columns: COLUMNS,
    goals: &[Goal {
        words: "800 pages per core-second",
        variant: PAGE,
        key: "per_cpu_second",
        bound: Bound::Least(800.0),
    }],
    run: pages,
};

/// Messages in the room whose history is read.
const MESSAGES: usize = 1_000_000;
/// How long a sample takes, after as long a warm-up as [`WARM_UP`].
const SPAN: Duration = Duration::from_secs(3);
const WARM_UP: Duration = Duration::from_millis(700);
/// How many ask at once.
const CONNECTIONS: usize = 16;

fn history(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let plan = Plan { messages: MESSAGES, ..Plan::one_room(50) };
        let place = Filled::make(bench, "history", plan).await?;
        let running = confab::start(bench, &place.folder, &[]).await?;
        let turn = Cell::new(0_usize);
        let path =
            |before: usize| format!("/api/v1/conversations/{}/messages?limit=50&before={before}", Filled::room(0));
        let newest = || path(MESSAGES + 1);
        let oldest = || path(51);
        let anywhere = || {
            // A step that shares no factor with the number of messages comes by everywhere.
            turn.set((turn.get() + 617_411) % (MESSAGES - 50));
            path(turn.get() + 51)
        };
        let mut tasks: [(&str, &dyn Fn() -> String); 3] = [(NEWEST, &newest), (OLDEST, &oldest), (ANYWHERE, &anywhere)];
        let mut samples = Vec::new();
        for round in 0..bench.rounds(5) {
            for (variant, path) in tasks {
                let asked = Asked { credential: http::bearer(&Filled::token(1)), path, check: &has_fifty };
                samples.push(drive(&running, Sample::new(variant, round), &asked).await?);
            }
            tasks.reverse();
        }
        running.process.stop().await?;
        Ok(samples)
    }
    .boxed_local()
}

fn pages(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let plan = Plan::page();
        let place = Filled::make(bench, "pages", plan).await?;
        let running = confab::start(bench, &place.folder, &[]).await?;
        let path = || format!("/c/{}", Filled::room(0));
        let mut samples = Vec::new();
        let asked = Asked { credential: http::cookie(&Filled::token(1)), path: &path, check: &is_page };
        let nobody = Asked { credential: http::cookie("none"), path: &|| "/sign-in".to_owned(), check: &|_| Ok(()) };
        let mut tasks = [(PAGE, &asked), ("page to sign in", &nobody)];
        for round in 0..bench.rounds(5) {
            for (variant, asked) in tasks {
                samples.push(drive(&running, Sample::new(variant, round), asked).await?);
            }
            tasks.reverse();
        }
        running.process.stop().await?;
        Ok(samples)
    }
    .boxed_local()
}

async fn drive(running: &Running, sample: Sample, asked: &Asked<'_>) -> Result<Sample> {
    http::drive(running.place.address, CONNECTIONS, WARM_UP, asked).await?;
    let cpu = running.process.cpu_seconds()?;
    let answers = http::drive(running.place.address, CONNECTIONS, SPAN, asked).await?;
    let cpu = running.process.cpu_seconds()? - cpu;
    println!("    {} {:.0}", sample.variant, answers.count() / cpu);
    Ok(sample
        .with("per_cpu_second", answers.count() / cpu)
        .with("per_second", answers.count() / SPAN.as_secs_f64())
        .with("cpu_us", cpu * 1e6 / answers.count())
        .with("cpu_seconds", cpu)
        .with("bytes", answers.bytes / answers.count())
        .with("p50_ms", answers.millis(0.5))
        .with("p99_ms", answers.millis(0.99))
        .blamed(answers.faults))
}

fn has_fifty(body: &Bytes) -> Result<()> {
    // Each body begins with its number.
    let text = std::str::from_utf8(body)?;
    let numbers: Vec<i64> =
        text.split("\"body\":\"#").skip(1).filter_map(|rest| rest.get(..10)?.parse().ok()).collect();
    ensure!(numbers.len() == 50, "{} messages", numbers.len());
    let in_order = numbers.windows(2).all(|pair| pair[0] + 1 == pair[1] || pair[0] - 1 == pair[1]);
    ensure!(in_order, "messages are missing, or come twice");
    Ok(())
}

fn is_page(body: &Bytes) -> Result<()> {
    let text = std::str::from_utf8(body)?;
    ensure!(text.ends_with("</html>"), "the page breaks off");
    ensure!(text.matches("quick brown fox").count() >= 50, "messages are missing from the page");
    Ok(())
}
