//! Someone who posts and listens over many connections and keeps what `docs/realtime.md` has a client keep: how far each
//! room is known, and what was posted and isn't acknowledged yet. What arrives is held against what arrived before.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::{Context as _, Result, bail, ensure};
use protocol::{ClientFrame, ConversationChange, ConversationId, Cursor, Error, Event, Message, ServerFrame, Stream};
use serde::Deserialize;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::over_http::{self, Answer};
use crate::{
    http::{self, Connection},
    place::{Filled, PUBLIC},
    socket::{self, Ear, Mouth, Place},
    stored::Row,
    words::{self, number},
};

/// Someone.
pub struct Client {
    /// Who, counted from 0.
    pub person: usize,
    /// The messages of each room that were heard, from the first on, by their numbers.
    pub heard: BTreeMap<i64, Vec<i64>>,
    /// What was posted and not acknowledged yet, in the order of posting: the room and the number.
    pub outbox: VecDeque<(i64, i64)>,
    /// The rooms and places of what was acknowledged.
    pub acknowledged: Vec<(i64, Row)>,
    /// How often a room was fetched afresh, since too much of it was missed.
    pub resets: usize,
    /// The rooms that were asked for again, since there was a hole, and whose answer hasn't come.
    asked: BTreeSet<i64>,
    line: Option<(Ear, Mouth)>,
}

/// What came over a connection.
#[derive(Debug)]
pub enum Heard {
    /// What was expected.
    Known,
    /// A message was not taken for now; it stays in the outbox.
    Refused(Error),
    /// Nothing more: the connection is gone.
    Gone,
    /// A room has to be fetched afresh.
    Reset(i64),
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Answer>,
}

impl Client {
    /// Someone who knows nothing of their rooms yet.
    pub fn new(person: usize, rooms: &[i64]) -> Self {
        Self {
            person,
            heard: rooms.iter().map(|room| (*room, Vec::new())).collect(),
            outbox: VecDeque::new(),
            acknowledged: Vec::new(),
            resets: 0,
            asked: BTreeSet::new(),
            line: None,
        }
    }

    /// Opens a socket, says what is known, and sends again what may not have arrived.
    ///
    /// # Errors
    /// When the connection breaks before it is open.
    pub async fn connect(&mut self, place: Place) -> Result<()> {
        let line = socket::connect(place, &Filled::token(self.person)).await?;
        self.begin(line).await;
        Ok(())
    }

    /// Goes on over a socket that was opened elsewhere.
    pub async fn begin(&mut self, line: (Ear, Mouth)) {
        self.line = Some(line);
        self.asked.clear();
        let rooms: Vec<_> = self.heard.keys().copied().collect();
        self.resume(&rooms).await;
        self.send_again().await;
    }

    /// Sends again what isn't acknowledged.
    pub async fn send_again(&mut self) {
        for (room, number) in self.outbox.clone() {
            self.send(room, number).await;
        }
    }

    /// Hangs up.
    pub fn leave(&mut self) {
        self.line = None;
    }

    /// Posts a message; one that can't be sent now is sent with the next connection.
    pub async fn post(&mut self, room: i64, number: i64) {
        self.outbox.push_back((room, number));
        self.send(room, number).await;
    }

    /// Says something else.
    pub async fn tell(&self, frame: &ClientFrame) {
        self.say(serde_json::to_string(frame).unwrap_or_default()).await;
    }

    /// Posts a message over the API.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn post_over_http(&mut self, connection: &mut Connection, room: i64, number: i64) -> Result<Heard> {
        if !self.outbox.contains(&(room, number)) {
            self.outbox.push_back((room, number));
        }
        match over_http::post(connection, self.person, room, number).await? {
            Ok(answer) => {
                self.acknowledge(room, answer.id, answer.seq, &answer.body)?;
                Ok(Heard::Known)
            }
            Err(error) => Ok(Heard::Refused(error)),
        }
    }

    /// Waits for what comes next, and takes it.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub async fn hear(&mut self) -> Result<Heard> {
        match self.listen().await {
            Some(text) => self.take(&text).await,
            None => Ok(Heard::Gone),
        }
    }

    /// Waits for what comes next; nothing once the connection is gone. Dropping this loses nothing.
    pub async fn listen(&mut self) -> Option<Utf8Bytes> {
        let (ear, _) = self.line.as_mut()?;
        let text = ear.hear().await.ok().flatten();
        if text.is_none() {
            self.leave();
        }
        text
    }

    /// Takes what came.
    ///
    /// # Errors
    /// When it is not what it should be: a gap that isn't made up for, another order, another message under a known number.
    pub async fn take(&mut self, text: &str) -> Result<Heard> {
        let mut heard = Heard::Known;
        for line in text.lines().filter(|line| !line.is_empty()) {
            match self.take_line(line).await? {
                Heard::Known => {}
                other => heard = other,
            }
        }
        Ok(heard)
    }

    /// Fetches a room afresh from where it is known, then asks for what comes after it.
    pub async fn fetch(&mut self, place: Place, room: i64) -> Result<()> {
        self.resets += 1;
        let mut connection = Connection::open(place.address).await?;
        let (name, bearer) = http::bearer(&Filled::token(self.person));
        loop {
            let after = self.heard.get(&room).map_or(0, Vec::len);
            let path = format!("/api/v1/conversations/{room}/messages?limit=100&after={after}");
            let page: Page = serde_json::from_slice(&connection.get(&path, (name.clone(), &bearer)).await?)?;
            for answer in &page.items {
                self.learn(room, answer.seq, &answer.body)?;
            }
            if page.items.len() < 100 {
                break;
            }
        }
        self.resume(&[room]).await;
        Ok(())
    }

    async fn resume(&self, rooms: &[i64]) {
        let conversations = rooms
            .iter()
            .map(|room| Cursor { conversation_id: ConversationId(*room), rev: self.rev(*room), rows: true })
            .chain([Cursor { conversation_id: ConversationId(PUBLIC), rev: 1, rows: false }])
            .collect();
        self.tell(&ClientFrame::Resume { person: None, place: None, conversations }).await;
    }

    /// How far a room is known: before its first message stands one change, that it was made.
    pub fn rev(&self, room: i64) -> i64 {
        i64::try_from(self.heard.get(&room).map_or(0, Vec::len)).unwrap_or(i64::MAX - 1) + 1
    }

    async fn send(&self, room: i64, number: i64) {
        if let Ok(words) = words::to_confab(room, number) {
            self.say(words).await;
        }
    }

    /// Whoever is gone is noticed when they are listened to.
    async fn say(&self, text: String) {
        if let Some((_, mouth)) = &self.line {
            let _ = mouth.say(text).await;
        }
    }

    async fn take_line(&mut self, line: &str) -> Result<Heard> {
        match serde_json::from_str(line)? {
            ServerFrame::Event(event @ Event::Conversation { .. }) => {
                let (room, message) = posted(&event)?;
                if message.seq > self.rev(room) {
                    if self.asked.insert(room) {
                        self.resume(&[room]).await;
                    }
                    return Ok(Heard::Known);
                }
                self.learn(room, message.seq, &message.body)?;
            }
            ServerFrame::CaughtUp { stream: Stream::Conversation { conversation_id }, rev, events } => {
                self.asked.remove(&conversation_id.0);
                for event in &events {
                    let (room, message) = posted(event)?;
                    self.learn(room, message.seq, &message.body)?;
                }
                let known = self.rev(conversation_id.0);
                ensure!(conversation_id.0 == PUBLIC || known >= rev, "caught up to {rev}, with rows up to {known}");
            }
            ServerFrame::Reset { stream: Stream::Conversation { conversation_id } } => {
                return Ok(Heard::Reset(conversation_id.0));
            }
            ServerFrame::Accepted { message, .. } => {
                self.acknowledge(message.conversation_id.0, message.id.0, message.seq, &message.body)?;
            }
            ServerFrame::Refused { error, .. } if error.is_passing() => return Ok(Heard::Refused(error)),
            ServerFrame::Event(_) | ServerFrame::CaughtUp { .. } | ServerFrame::Welcome { .. } => {}
            other => bail!("what nobody asked for: {other:?}"),
        }
        Ok(Heard::Known)
    }

    /// A message of a room, which is known already or the next one.
    fn learn(&mut self, room: i64, seq: i64, body: &str) -> Result<()> {
        let number = number(body).context("a message that nobody posted")?;
        let heard =
            self.heard.get_mut(&room).with_context(|| format!("a message of room {room}, which is of others"))?;
        let index = usize::try_from(seq - 1)?;
        match heard.get(index) {
            Some(known) => ensure!(*known == number, "message {seq} of room {room} was {known} and is {number}"),
            None if index == heard.len() => heard.push(number),
            None => bail!("message {seq} of room {room} after {}: a gap", heard.len()),
        }
        Ok(())
    }

    fn acknowledge(&mut self, room: i64, id: i64, seq: i64, body: &str) -> Result<()> {
        let number = number(body).context("the acknowledgement of what nobody posted")?;
        let at = self.outbox.iter().position(|posted| *posted == (room, number));
        let at = at.with_context(|| format!("message {number} was acknowledged twice, or never posted"))?;
        self.outbox.remove(at);
        self.acknowledged.push((room, Row { id, seq, person: self.person, number: Some(number) }));
        Ok(())
    }
}

fn posted(event: &Event) -> Result<(i64, &Message)> {
    match event {
        Event::Conversation { conversation_id, change: ConversationChange::Message { message }, rev, .. } => {
            ensure!(*rev == message.seq + 1, "nothing but new messages changes rooms");
            Ok((conversation_id.0, message))
        }
        other => bail!("no message: {other:?}"),
    }
}
