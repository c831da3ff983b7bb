//! P10: someone opens a conversation for the first time, on a slow line with a slow processor.

use anyhow::{Context as _, Result, ensure};
use futures::{FutureExt as _, future::LocalBoxFuture};
use serde::Deserialize;
use tokio::process::Command;

use super::{Bound, Column, Goal, Row};
use crate::{
    Bench, confab,
    place::{Filled, Plan},
    sample::Sample,
};

const PAGE: &str = "conversation of 50 messages, nothing cached";

pub const ROW: Row = Row {
    name: "P10",
    title: "first load in Chromium: processor 4 × slower, 1.6 Mbit/s, 150 ms there and back",
    columns: &[
        Column { key: "readable_ms", heading: "readable (first contentful paint), ms", digits: 0 },
        Column { key: "usable_ms", heading: "usable (hydrated), ms", digits: 0 },
        Column { key: "bytes", heading: "bytes on the line", digits: 0 },
    ],
    goals: &[
        Goal { words: "readable within 1.0 s", variant: PAGE, key: "readable_ms", bound: Bound::Most(1000.0) },
        Goal { words: "usable within 3.0 s", variant: PAGE, key: "usable_ms", bound: Bound::Most(3000.0) },
    ],
    run,
};

/// What the browser's script tells.
#[derive(Deserialize)]
struct Told {
    readable_ms: f64,
    usable_ms: f64,
    bytes: f64,
    /// Whether the messages were on the page.
    shown: bool,
}

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let plan = Plan::page();
        let place = Filled::make(bench, "first-load", plan).await?;
        let running = confab::start(bench, &place.folder, &[]).await?;
        let url = format!("http://{}/c/{}", running.place.address, Filled::room(0));
        let mut samples = Vec::new();
        for round in 0..bench.rounds(5) {
            let told = load(bench, &url).await?;
            let fault = (!told.shown).then(|| "the messages aren’t on the page".to_owned());
            samples.push(
                Sample::new(PAGE, round)
                    .with("readable_ms", told.readable_ms)
                    .with("usable_ms", told.usable_ms)
                    .with("bytes", told.bytes)
                    .blamed(fault.into_iter().collect()),
            );
        }
        running.process.stop().await?;
        Ok(samples)
    }
    .boxed_local()
}

async fn load(bench: &Bench, url: &str) -> Result<Told> {
    let script = bench.root.join("bench/peers/first-load.mjs");
    let output = Command::new("node").arg(script).arg(&bench.root).args([url, &Filled::token(1)]).output().await?;
    ensure!(output.status.success(), "no browser: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("the browser tells nothing")
}
