//! A day on Confab, over `/ws`.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    net::SocketAddr,
    path::PathBuf,
};

use anyhow::{Context as _, Result, bail, ensure};
use protocol::{ClientFrame, ConversationChange, ConversationId, Cursor, Event, ServerFrame, Stream};

use super::client::{Client, Heard, Server};
use crate::{
    Bench,
    confab::{self, Running},
    place::{self, Filled, PUBLIC, Plan},
    process::Process,
    socket::{self, Ear, Mouth, Place},
    words::{self, number},
};

pub struct Confab {
    running: Running,
    filled: Filled,
    plan: Plan,
}

impl Confab {
    /// Where it is asked over HTTP.
    pub fn address(&self) -> SocketAddr {
        self.running.place.address
    }

    /// Where it keeps everything.
    pub fn database(&self) -> PathBuf {
        place::database(&self.filled.folder)
    }
}

impl Server for Confab {
    type Client = Device;

    async fn start(bench: &Bench, plan: Plan) -> Result<Self> {
        let filled = Filled::make(bench, "day", plan).await?;
        Ok(Self { running: confab::start(bench, &filled.folder, &[]).await?, filled, plan })
    }

    async fn connect(&self, person: usize) -> Result<Device> {
        let cursors = self.plan.rooms_of(person).into_iter().map(|room| (Filled::room(room), 1)).collect();
        let place = self.running.place;
        let (ear, mouth) = socket::open(place, &Filled::token(person)).await?;
        let (resumed, outbox, told) = (HashMap::new(), BTreeMap::new(), VecDeque::new());
        Ok(Device { place, person, cursors, resumed, outbox, told, ear, mouth })
    }

    fn process(&self) -> &Process {
        &self.running.process
    }

    async fn stop(self) -> Result<Vec<Vec<i64>>> {
        self.running.process.stop().await?;
        (0..self.plan.rooms).map(|room| self.filled.stored(Filled::room(room))).collect()
    }
}

/// A socket, and what its page would know. Rooms go by Confab's ids here.
pub struct Device {
    place: Place,
    person: usize,
    /// How far each of the rooms is known.
    cursors: HashMap<i64, i64>,
    /// How far each was known when the last connection began: up to there, an event may come once more.
    resumed: HashMap<i64, i64>,
    /// What was posted and not acknowledged yet: the number and the room.
    outbox: BTreeMap<i64, i64>,
    /// What came together with something else.
    told: VecDeque<Heard>,
    ear: Ear,
    mouth: Mouth,
}

impl Client for Device {
    async fn hear(&mut self) -> Result<Heard> {
        loop {
            if let Some(heard) = self.told.pop_front() {
                return Ok(heard);
            }
            let text = self.ear.hear().await?.context("the server closed a socket")?;
            for line in text.lines() {
                self.take(line)?;
            }
        }
    }

    async fn say_typing(&mut self, room: usize) -> Result<()> {
        self.mouth.say(words::typing_to_confab(Filled::room(room))?).await
    }

    async fn post(&mut self, room: usize, number: i64) -> Result<()> {
        let room = Filled::room(room);
        self.outbox.insert(number, room);
        self.mouth.say(words::to_confab(room, number)?).await
    }

    async fn mark_read(&mut self, room: usize) -> Result<()> {
        let room = Filled::room(room);
        // Before the first message of a room stands one change: that it was made.
        let seq = self.cursors.get(&room).map_or(0, |rev| rev - 1);
        self.say(&ClientFrame::Read { conversation_id: ConversationId(room), seq }).await
    }

    /// The next connection begins with what is known, and with what may not have arrived, under the same names.
    async fn break_off(&mut self) -> Result<()> {
        (self.ear, self.mouth) = socket::connect(self.place, &Filled::token(self.person)).await?;
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
}

impl Device {
    async fn say(&self, frame: &ClientFrame) -> Result<()> {
        self.mouth.say(serde_json::to_string(frame)?).await
    }

    fn take(&mut self, line: &str) -> Result<()> {
        match serde_json::from_str(line)? {
            ServerFrame::Event(Event::Conversation { conversation_id, rev, change, .. }) => {
                let room = conversation_id.0;
                let known = self.cursors.get_mut(&room).context("an event of a room of others")?;
                if self.resumed.get(&room).is_some_and(|resumed| rev <= *resumed) {
                    return Ok(());
                }
                ensure!(rev == *known + 1, "change {rev} of room {room} after {known}: a gap, or twice the same");
                *known = rev;
                self.told.push_back(message(&change)?);
            }
            ServerFrame::CaughtUp { stream: Stream::Conversation { conversation_id }, rev, events } => {
                self.cursors.insert(conversation_id.0, rev);
                self.resumed.insert(conversation_id.0, rev);
                for event in &events {
                    let Event::Conversation { rev: at, change, .. } = event else {
                        bail!("another stream’s event: {line}")
                    };
                    // What changed after the number was read, and before the rows were, comes once more by itself.
                    if *at <= rev {
                        self.told.push_back(message(change)?);
                    }
                }
            }
            ServerFrame::Accepted { message, .. } => {
                let number = number(&message.body).context("the acknowledgement of what nobody posted")?;
                self.outbox.remove(&number);
                self.told.push_back(Heard::Acknowledged { number });
            }
            ServerFrame::Event(Event::Typing { .. } | Event::Person { .. }) => {}
            _ => bail!("what nobody asked for: {line}"),
        }
        Ok(())
    }
}

fn message(change: &ConversationChange) -> Result<Heard> {
    let ConversationChange::Message { message } = change else { bail!("nothing but messages changes rooms") };
    let number = number(&message.body).context("a message that nobody posted")?;
    let room = usize::try_from(message.conversation_id.0 - PUBLIC - 1)?;
    Ok(Heard::Message { room, number })
}
