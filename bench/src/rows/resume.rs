//! P5: the server was restarted, and everyone comes back at once: each opens a socket and says what they know, and lacks
//! the same twenty messages.

use std::{fs, time::Instant};

use anyhow::{Context as _, Result, ensure};
use futures::{FutureExt as _, future::LocalBoxFuture, future::join_all};
use protocol::{ClientFrame, ConversationChange, ConversationId, Cursor, Event, ServerFrame, Stream};

use super::{Bound, Column, Goal, Row};
use crate::{
    Bench, confab,
    place::{Filled, PUBLIC, Plan},
    sample::Sample,
    socket::{self, Place},
    words::number,
};

const MISSED: &str = "5,000 come back, 20 messages missed";
const NOTHING: &str = "5,000 come back, nothing missed";

pub const ROW: Row = Row {
    name: "P5",
    title: "everyone reconnects at once and resumes over /ws",
    columns: &[
        Column { key: "per_cpu_second", heading: "resumed per CPU-second", digits: 0 },
        Column { key: "per_second", heading: "resumed a second", digits: 0 },
        Column { key: "all_s", heading: "until the last has all, s", digits: 2 },
        Column { key: "peak_mb", heading: "peak memory, MB", digits: 0 },
        Column { key: "statements", heading: "database statements for each who comes back", digits: 2 },
    ],
    goals: &[Goal {
        words: "3,000 resumes per core-second",
        variant: MISSED,
        key: "per_cpu_second",
        bound: Bound::Least(3_000.0),
    }],
    run,
};

const PEOPLE: u32 = 5000;
const MESSAGES: i64 = 1000;
const LACKING: i64 = 20;

fn run(bench: &Bench) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let people = PEOPLE as usize;
        let plan = Plan { messages: usize::try_from(MESSAGES)?, ..Plan::one_room(people) };
        let place = Filled::make(bench, "resume", plan).await?;
        let mut samples = Vec::new();
        let mut tasks = [(MISSED, LACKING), (NOTHING, 0)];
        // A round takes three seconds, and each process comes out differently.
        for round in 0..bench.rounds(15) {
            for (variant, lacking) in tasks {
                let sample = measure(bench, &place, Sample::new(variant, round), lacking).await?;
                // To count takes time, and what is asked of the database hardly differs from one round to the next.
                let counted =
                    if round == 0 { sample.with("statements", count(bench, &place, lacking).await?) } else { sample };
                samples.push(counted);
            }
            tasks.reverse();
        }
        Ok(samples)
    }
    .boxed_local()
}

async fn measure(bench: &Bench, place: &Filled, sample: Sample, lacking: i64) -> Result<Sample> {
    let running = confab::start(bench, &place.folder, &[]).await?;
    let (begun, cpu) = (Instant::now(), running.process.cpu_seconds()?);
    let outcomes = all_come_back(running.place, lacking).await;
    let (wall, cpu) = (begun.elapsed().as_secs_f64(), running.process.cpu_seconds()? - cpu);
    let peak = running.process.peak_bytes()? / 1e6;
    let failed: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    let faults = failed.first().map(|error| format!("{} of {PEOPLE}: {error:#}", failed.len())).into_iter().collect();
    drop(outcomes);
    running.process.stop().await?;
    Ok(sample
        .with("per_cpu_second", f64::from(PEOPLE) / cpu)
        .with("per_second", f64::from(PEOPLE) / wall)
        .with("all_s", wall)
        .with("cpu_seconds", cpu)
        .with("peak_mb", peak)
        .blamed(faults))
}

/// How many statements the database carries out for each who comes back: all that the server logs while they do.
async fn count(bench: &Bench, place: &Filled, lacking: i64) -> Result<f64> {
    let settings = [("CONFAB_LOG", "error,sqlx::query=debug"), ("CONFAB_LOG_FORMAT", "json")];
    let running = confab::start(bench, &place.folder, &settings).await?;
    let before = statements(place)?;
    let outcomes = all_come_back(running.place, lacking).await;
    running.process.stop().await?;
    outcomes.into_iter().collect::<Result<Vec<_>>>()?;
    let after = statements(place)?;
    ensure!(before > 0.0 && after > before, "the server doesn’t log its statements");
    Ok((after - before) / f64::from(PEOPLE))
}

fn statements(place: &Filled) -> Result<f64> {
    let log = fs::read_to_string(place.folder.join("log"))?;
    let lines = log.lines().filter(|line| line.contains("\"target\":\"sqlx::query\"")).count();
    Ok(f64::from(u32::try_from(lines)?))
}

async fn all_come_back(place: Place, lacking: i64) -> Vec<Result<socket::Ear>> {
    join_all((0..PEOPLE as usize).map(|person| come_back(place, person, lacking))).await
}

/// One person's way back; the socket stays open for as long as what this returns.
async fn come_back(place: Place, person: usize, lacking: i64) -> Result<socket::Ear> {
    let (mut ear, mouth) = socket::connect(place, &Filled::token(person)).await?;
    let room = ConversationId(Filled::room(0));
    // The message of number n is the room's change of number n + 1.
    let known = Cursor { conversation_id: room, rev: MESSAGES + 1 - lacking, rows: true };
    let public = Cursor { conversation_id: ConversationId(PUBLIC), rev: 1, rows: false };
    let resume =
        ClientFrame::Resume { person: Some(1), place: Some(i64::from(PEOPLE)), conversations: vec![public, known] };
    mouth.say(serde_json::to_string(&resume)?).await?;
    // What the person says of themselves is answered in its turn, so everything before it has come.
    mouth.say(serde_json::to_string(&ClientFrame::Read { conversation_id: ConversationId(0), seq: 0 })?).await?;
    let mut missed = Vec::new();
    loop {
        let text = ear.hear().await?.context("the server closed the socket")?;
        for line in text.lines() {
            match serde_json::from_str(line)? {
                ServerFrame::CaughtUp { stream: Stream::Conversation { conversation_id }, events, .. }
                    if conversation_id == room =>
                {
                    missed.extend(events.iter().filter_map(posted));
                }
                ServerFrame::Error { .. } => {
                    ensure!(missed == (MESSAGES - lacking + 1..=MESSAGES).collect::<Vec<_>>(), "others were missed");
                    return Ok(ear);
                }
                other => anyhow::bail!("what nobody asked for: {other:?}"),
            }
        }
    }
}

fn posted(event: &Event) -> Option<i64> {
    let Event::Conversation { change: ConversationChange::Message { message }, .. } = event else { return None };
    number(&message.body)
}
