//! Impatience: each message is sent four times at once under the same name, over two sockets of its sender and over two
//! connections to the API. It must become one message, and all four must be told so.

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};
use futures::{
    FutureExt as _,
    future::{LocalBoxFuture, try_join_all},
};
use protocol::ServerFrame;

use super::{
    Extent, Fault, kept,
    over_http::{Answer, post},
};
use crate::{
    Bench, confab,
    http::Connection,
    place::{self, Filled, Plan},
    rows::Column,
    sample::Sample,
    socket::{self, Ear, Mouth, Place},
    stored, words,
    words::number,
};

pub const FAULT: Fault = Fault {
    name: "retry",
    runs: "messages, each sent four times at once over /ws and the API under one client_id",
    checked: "each is stored once, and all four answers name it",
    figures: &[Column { key: "answers", heading: "answers:", digits: 0 }],
    run,
};

/// How many send, each one message at a time.
const SENDERS: u32 = 20;

fn run(bench: &Bench, extent: Extent) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    measure(bench, extent.of(10_000, 1_000)).map(|sample| Ok(vec![sample?])).boxed_local()
}

async fn measure(bench: &Bench, messages: u32) -> Result<Sample> {
    let filled = Filled::make(bench, "retry", Plan::one_room(SENDERS as usize)).await?;
    let running = confab::start(bench, &filled.folder, &[]).await?;
    let each = messages / SENDERS;
    let sending = (0..SENDERS).map(|person| send(running.place, person, each));
    let answers: Vec<_> = try_join_all(sending).await?.into_iter().flatten().collect();
    running.process.stop().await?;
    let faults = faults(&filled, &answers)?;
    let count = f64::from(u32::try_from(answers.iter().map(|(_, answers)| answers.len()).sum::<usize>())?);
    Ok(Sample::new("", 0).with("runs", f64::from(messages)).with("answers", count).blamed(faults))
}

/// A message's number, and the id and place that each answer to it named.
type Answers = (i64, Vec<(i64, i64)>);

async fn send(place: Place, person: u32, messages: u32) -> Result<Vec<Answers>> {
    let (who, room) = (person as usize, Filled::room(0));
    let token = Filled::token(who);
    let (mut first, mut second) = (socket::open(place, &token).await?, socket::open(place, &token).await?);
    let mut connections = (Connection::open(place.address).await?, Connection::open(place.address).await?);
    let mut answers = Vec::new();
    for turn in 0..messages {
        let number = i64::from(turn * SENDERS + person);
        let over_http = |answer: Result<std::result::Result<Answer, protocol::Error>>| {
            let answer = answer?.context("refused")?;
            Ok((answer.id, answer.seq))
        };
        let (a, b, c, d) = tokio::try_join!(
            over_socket(&mut first, room, number),
            post(&mut connections.0, who, room, number).map(over_http),
            over_socket(&mut second, room, number),
            post(&mut connections.1, who, room, number).map(over_http),
        )?;
        answers.push((number, vec![a, b, c, d]));
    }
    Ok(answers)
}

/// Sends a message and waits for its acknowledgement.
async fn over_socket((ear, mouth): &mut (Ear, Mouth), room: i64, wanted: i64) -> Result<(i64, i64)> {
    mouth.say(words::to_confab(room, wanted)?).await?;
    loop {
        let text = ear.hear().await?.context("the server closed a socket")?;
        for line in text.lines() {
            ensure!(!line.starts_with("{\"refused\""), "refused: {line}");
            if !line.starts_with("{\"accepted\"") {
                continue;
            }
            let ServerFrame::Accepted { message, .. } = serde_json::from_str(line)? else { continue };
            ensure!(number(&message.body) == Some(wanted), "the acknowledgement of another message: {line}");
            return Ok((message.id.0, message.seq));
        }
    }
}

fn faults(filled: &Filled, answers: &[Answers]) -> Result<Vec<String>> {
    let database = place::database(&filled.folder);
    let rows = stored::messages(&database, Filled::room(0))?;
    let mut faults = stored::corruption(&database)?;
    faults.extend(stored::disorder(Filled::room(0), &rows));
    if rows.len() != answers.len() {
        faults.push(format!("{} messages became {} rows", answers.len(), rows.len()));
    }
    let of_number: HashMap<_, _> = rows.iter().filter_map(|row| Some((row.number?, (row.id, row.seq)))).collect();
    for (number, named) in answers {
        let row = of_number.get(number).copied();
        if !named.iter().all(|named| Some(*named) == row) {
            faults.push(format!("message {number} is {row:?}, and the answers to it named {named:?}"));
        }
    }
    Ok(kept::few(faults))
}
