//! Someone on the team, and how their day goes.

use std::{
    collections::{BTreeMap, HashMap},
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use protocol::{ClientFrame, ConversationChange, ConversationId, Cursor, Event, ServerFrame, Stream};
use tokio::time::sleep_until;

use super::{Diary, REST};
use crate::{
    chance::Chance,
    place::{Filled, PUBLIC, Plan, number},
    socket::{self, Ear, Mouth, Place},
    words,
};

const POST_EVERY: Duration = Duration::from_mins(2);
const TYPE_FOR: Duration = Duration::from_secs(2);
const READ_EVERY: Duration = Duration::from_mins(1);
const BREAK_EVERY: Duration = Duration::from_mins(10);

/// Someone who is connected.
pub struct Person {
    number: usize,
    rooms: Vec<i64>,
    /// How far each of the rooms is known.
    cursors: HashMap<i64, i64>,
    /// How far each was known when the last connection began: up to there, an event may come once more.
    resumed: HashMap<i64, i64>,
    /// What was posted and not acknowledged yet: the number and the room.
    outbox: BTreeMap<i64, i64>,
    ear: Ear,
    mouth: Mouth,
}

/// What someone does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Type(i64),
    Post(i64),
    Read(i64),
    Break,
}

impl Person {
    /// Connects for the first time, when nothing was said yet.
    pub async fn come(place: Place, plan: Plan, number: usize) -> Result<Self> {
        let rooms: Vec<i64> = plan.rooms_of(number).into_iter().map(Filled::room).collect();
        let cursors = rooms.iter().map(|room| (*room, 1)).collect();
        let (ear, mouth) = socket::open(place, &Filled::token(number)).await?;
        Ok(Self { number, rooms, cursors, resumed: HashMap::new(), outbox: BTreeMap::new(), ear, mouth })
    }

    /// Lives until the end; returns how far each room is known then.
    pub async fn live(mut self, diary: Rc<Diary>) -> HashMap<i64, i64> {
        if let Err(error) = self.try_live(&diary).await {
            let mut faults = diary.faults.borrow_mut();
            if faults.len() < 5 {
                faults.push(format!("{error:#}"));
            }
        }
        self.cursors
    }

    async fn try_live(&mut self, diary: &Diary) -> Result<()> {
        let deeds = self.deeds(diary);
        let end = diary.until + REST;
        let mut next = deeds.iter();
        let mut deed = next.next();
        loop {
            let at = deed.map_or(end, |(at, _)| *at);
            tokio::select! {
                text = self.ear.hear() => {
                    let text = text?.context("the server closed a socket")?;
                    for line in text.lines() {
                        self.take(diary, line)?;
                    }
                }
                () = sleep_until(at.into()) => {
                    let Some((due, what)) = deed else { return Ok(()) };
                    self.act(diary, *due, *what).await?;
                    deed = next.next();
                }
            }
        }
    }

    /// All that this person does, and when. Each begins somewhere in the first of its intervals.
    fn deeds(&self, diary: &Diary) -> Vec<(Instant, Deed)> {
        let mut chance = Chance::new(self.number + 1_000_000);
        let begin = Instant::now();
        let mut deeds = Vec::new();
        for every in [POST_EVERY, READ_EVERY, BREAK_EVERY] {
            let mut at = begin + every.mul_f64(chance.part());
            while at < diary.until {
                let room = self.rooms[chance.below(self.rooms.len())];
                match every {
                    POST_EVERY => deeds.extend([(at, Deed::Type(room)), (at + TYPE_FOR, Deed::Post(room))]),
                    READ_EVERY => deeds.push((at, Deed::Read(room))),
                    _ => deeds.push((at, Deed::Break)),
                }
                at += every;
            }
        }
        deeds.retain(|(at, _)| *at < diary.until);
        deeds.sort_by_key(|(at, _)| *at);
        deeds
    }

    async fn act(&mut self, diary: &Diary, due: Instant, deed: Deed) -> Result<()> {
        match deed {
            Deed::Type(room) => self.say(&ClientFrame::Typing { conversation_id: ConversationId(room) }).await,
            Deed::Read(room) => {
                // Before the first message of a room stands one change: that it was made.
                let seq = self.cursors.get(&room).map_or(0, |rev| rev - 1);
                self.say(&ClientFrame::Read { conversation_id: ConversationId(room), seq }).await
            }
            Deed::Post(room) => {
                let number = i64::try_from(diary.due.borrow().len())?;
                diary.due.borrow_mut().insert(number, due);
                *diary.posted.borrow_mut().entry(room).or_default() += 1;
                self.outbox.insert(number, room);
                self.mouth.say(words::to_confab(room, number)?).await
            }
            Deed::Break => self.break_off(diary).await,
        }
    }

    /// The connection is gone, with whatever was on its way. The next one begins with what is known, and with what may not
    /// have arrived, under the same names.
    async fn break_off(&mut self, diary: &Diary) -> Result<()> {
        (self.ear, self.mouth) = socket::connect(diary.place, &Filled::token(self.number)).await?;
        let known =
            |(room, rev): (&i64, &i64)| Cursor { conversation_id: ConversationId(*room), rev: *rev, rows: true };
        let public = Cursor { conversation_id: ConversationId(PUBLIC), rev: 1, rows: false };
        let conversations = self.cursors.iter().map(known).chain([public]).collect();
        self.resumed.clone_from(&self.cursors);
        self.say(&ClientFrame::Resume { person: None, place: None, conversations }).await?;
        for (number, room) in &self.outbox {
            self.mouth.say(words::to_confab(*room, *number)?).await?;
        }
        Ok(())
    }

    async fn say(&self, frame: &ClientFrame) -> Result<()> {
        self.mouth.say(serde_json::to_string(frame)?).await
    }

    fn take(&mut self, diary: &Diary, line: &str) -> Result<()> {
        match serde_json::from_str(line)? {
            ServerFrame::Event(Event::Conversation { conversation_id, rev, change, .. }) => {
                let room = conversation_id.0;
                let known = self.cursors.get_mut(&room).context("an event of a room of others")?;
                if self.resumed.get(&room).is_some_and(|resumed| rev <= *resumed) {
                    return Ok(());
                }
                ensure!(rev == *known + 1, "change {rev} of room {room} after {known}: a gap, or twice the same");
                *known = rev;
                record(diary, &change)?;
            }
            ServerFrame::CaughtUp { stream: Stream::Conversation { conversation_id }, rev, .. } => {
                self.cursors.insert(conversation_id.0, rev);
                self.resumed.insert(conversation_id.0, rev);
            }
            ServerFrame::Accepted { message, .. } => {
                let number = number(&message.body).context("the acknowledgement of what nobody posted")?;
                ensure!(self.outbox.remove(&number).is_some(), "two acknowledgements of message {number}");
                diary.acknowledged.borrow_mut().entry(message.conversation_id.0).or_default().push(number);
            }
            ServerFrame::Event(Event::Typing { .. } | Event::Person { .. }) => {}
            _ => bail!("what nobody asked for: {line}"),
        }
        Ok(())
    }
}

/// How long a message took to one of those who hear it live.
fn record(diary: &Diary, change: &ConversationChange) -> Result<()> {
    let ConversationChange::Message { message } = change else { bail!("nothing but messages changes rooms") };
    let number = number(&message.body).context("a message that nobody posted")?;
    let due = *diary.due.borrow().get(&number).context("a message that was never posted")?;
    if due >= diary.from {
        diary.waits.borrow_mut().record(u64::try_from(due.elapsed().as_nanos())?)?;
    }
    Ok(())
}
