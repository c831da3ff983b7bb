//! Someone on the team, and how their day goes.

use std::{
    collections::HashMap,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use tokio::time::sleep_until;

use super::{
    client::{Client, Heard},
    diary::Diary,
};
use crate::{chance::Chance, place::Plan};

const POST_EVERY: Duration = Duration::from_mins(2);
const TYPE_FOR: Duration = Duration::from_secs(2);
const READ_EVERY: Duration = Duration::from_mins(1);
const BREAK_EVERY: Duration = Duration::from_mins(10);

/// Someone who is connected.
pub struct Person<C> {
    number: usize,
    client: C,
    /// How many messages of each of their rooms they heard.
    heard: HashMap<usize, usize>,
    /// What was posted and not acknowledged yet: the number and the room.
    outbox: HashMap<i64, usize>,
}

/// What someone does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    Type(usize),
    Post(usize),
    Read(usize),
    Break,
}

impl<C: Client> Person<C> {
    /// Someone who has just connected.
    pub fn new(plan: Plan, number: usize, client: C) -> Self {
        let heard = plan.rooms_of(number).into_iter().map(|room| (room, 0)).collect();
        Self { number, client, heard, outbox: HashMap::new() }
    }

    /// Does what is to be done, and goes on listening until it is given up.
    pub async fn live(mut self, diary: Rc<Diary>) {
        if let Err(error) = self.try_live(&diary).await {
            diary.blame(format!("{error:#}"));
        }
    }

    async fn try_live(&mut self, diary: &Diary) -> Result<()> {
        let mut deeds = self.deeds(diary).into_iter().peekable();
        loop {
            let next = deeds.peek().copied();
            tokio::select! {
                heard = self.client.hear() => self.take(diary, heard?)?,
                () = sleep_until(next.map_or(diary.until, |(due, _)| due).into()), if next.is_some() => {
                    if let Some((due, deed)) = deeds.next() {
                        self.act(diary, due, deed).await?;
                    }
                }
            }
        }
    }

    /// All that this person does, and when. Each begins somewhere in the first of its intervals.
    fn deeds(&self, diary: &Diary) -> Vec<(Instant, Deed)> {
        let mut chance = Chance::new(self.number + 1_000_000);
        let mut rooms: Vec<usize> = self.heard.keys().copied().collect();
        rooms.sort_unstable();
        let begin = Instant::now();
        let mut deeds = Vec::new();
        for every in [POST_EVERY, READ_EVERY, BREAK_EVERY] {
            let mut at = begin + every.mul_f64(chance.part());
            while at < diary.until {
                let room = rooms[chance.below(rooms.len())];
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
            Deed::Type(room) => self.client.say_typing(room).await,
            Deed::Read(room) => self.client.mark_read(room).await,
            Deed::Post(room) => {
                let number = diary.post(room, due)?;
                self.outbox.insert(number, room);
                self.client.post(room, number).await
            }
            Deed::Break => self.client.break_off().await.context("no way back"),
        }
    }

    fn take(&mut self, diary: &Diary, heard: Heard) -> Result<()> {
        match heard {
            Heard::Message { room, number } => {
                let before = self.heard.get_mut(&room).context("a message of a room of others")?;
                diary.hear(room, *before, number)?;
                *before += 1;
            }
            Heard::Acknowledged { number } => {
                let room = self.outbox.remove(&number).context("acknowledged twice, or never posted")?;
                diary.acknowledge(room, number);
            }
        }
        Ok(())
    }
}
