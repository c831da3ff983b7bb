//! P5: the server was restarted, and everyone comes back at once: each opens a socket and says what they know, and lacks
//! the same twenty messages.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use futures::{FutureExt as _, future::LocalBoxFuture, future::join_all};
use protocol::{ClientFrame, ConversationChange, ConversationId, Cursor, Event, ServerFrame, Stream};

use super::{Bound, Column, Goal, Row};
use crate::{
    Bench, confab,
    place::{Filled, PUBLIC, Plan, number},
    sample::Sample,
    socket::{self, Place},
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
        for round in 0..bench.rounds(5) {
            for (variant, lacking) in [(MISSED, LACKING), (NOTHING, 0)] {
                samples.push(measure(bench, &place, Sample::new(variant, round), lacking).await?);
            }
        }
        Ok(samples)
    }
    .boxed_local()
}

async fn measure(bench: &Bench, place: &Filled, sample: Sample, lacking: i64) -> Result<Sample> {
    let running = confab::start(bench, &place.folder, &[]).await?;
    let (begun, cpu) = (Instant::now(), running.process.cpu_seconds()?);
    let coming = (0..PEOPLE as usize).map(|person| come_back(running.place, person, lacking));
    let outcomes = join_all(coming).await;
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
