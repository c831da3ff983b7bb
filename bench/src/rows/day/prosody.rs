//! A day on Prosody, over XMPP: rooms by XEP-0045, how far someone has read by XEP-0490. Who lost the connection goes on with the stream
//! by XEP-0198; or begins anew, enters all rooms again and asks their archives by XEP-0313 for what was missed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    ffi::OsStr,
    fs,
    net::SocketAddr,
    path::PathBuf,
};

use anyhow::{Context as _, Result};

use super::client::{Client, Heard, Server};
use crate::{
    Bench,
    peers::{answering, free_address},
    place::Plan,
    process::Process,
    words::{body, number, numbers},
    xmpp::{HOST, Line, Stanza},
};

/// How many messages the archive is asked for at once; it gives 50 at most.
const PAGE: usize = 50;

pub struct Prosody<const MANAGED: bool> {
    process: Process,
    address: SocketAddr,
    data: PathBuf,
    plan: Plan,
}

impl<const MANAGED: bool> Server for Prosody<MANAGED> {
    type Client = Device;

    /// People are written into its files; rooms are made by whoever enters them first.
    async fn start(bench: &Bench, plan: Plan) -> Result<Self> {
        let folder = bench.scratch("prosody")?;
        let data = folder.join("data");
        let accounts = data.join(HOST).join("accounts");
        fs::create_dir_all(&accounts)?;
        for person in 0..plan.people {
            let account = format!("return {{ [\"password\"] = \"{}\" }};\n", name(person));
            fs::write(accounts.join(format!("{}.dat", name(person))), account)?;
        }
        let address = free_address()?;
        let port = address.port().to_string();
        let variables = [("PROSODY_PORT", OsStr::new(&port)), ("PROSODY_DATA", data.as_os_str())];
        let program = bench.root.join("target/bench/peers/prosody.sh");
        let process = Process::start(&program, &[], &variables, &folder)?;
        answering(address).await?;
        Ok(Self { process, address, data, plan })
    }

    async fn connect(&self, person: usize) -> Result<Device> {
        let rooms = self.plan.rooms_of(person).into_iter().map(|room| (room, Room::default())).collect();
        let (address, outbox, told) = (self.address, BTreeMap::new(), VecDeque::new());
        let line = Line::open(address, &name(person), &name(person), MANAGED).await?;
        let mut device = Device { address, person, line, rooms, outbox, told };
        device.enter().await?;
        while !device.rooms.values().all(Room::is_known) {
            device.listen().await?;
        }
        Ok(device)
    }

    fn process(&self) -> &Process {
        &self.process
    }

    /// Asked to stop, it would tell everyone in every room of everyone who leaves. What it keeps it has kept by now.
    async fn stop(self) -> Result<Vec<Vec<i64>>> {
        self.process.kill().await?;
        let archives = self.data.join("rooms%2elocalhost/muc_log");
        let stored =
            (0..self.plan.rooms).map(|room| match fs::read_to_string(archives.join(format!("room{room}.list"))) {
                Ok(text) => numbers(&text),
                Err(_) => Vec::new(),
            });
        Ok(stored.collect())
    }
}

/// A connection, and what its program would know.
pub struct Device {
    address: SocketAddr,
    person: usize,
    line: Line,
    rooms: HashMap<usize, Room>,
    /// What was posted and not heard yet: the number and the room.
    outbox: BTreeMap<i64, usize>,
    told: VecDeque<Heard>,
}

/// What is known of a room.
#[derive(Default)]
struct Room {
    /// The last message's id in the archive.
    last: Option<String>,
    state: State,
    /// What was posted over a connection that is gone: whether it arrived, the archive knows.
    doubtful: BTreeSet<i64>,
    /// What came live while the archive was still telling.
    live: Vec<(String, i64)>,
}

#[derive(Default, PartialEq)]
enum State {
    #[default]
    Entering,
    /// With what the archive has told so far.
    CatchingUp(BTreeSet<String>),
    Known,
}

impl Room {
    fn is_known(&self) -> bool {
        self.state == State::Known
    }
}

impl Client for Device {
    async fn hear(&mut self) -> Result<Heard> {
        loop {
            if let Some(heard) = self.told.pop_front() {
                return Ok(heard);
            }
            self.listen().await?;
        }
    }

    async fn say_typing(&mut self, room: usize) -> Result<()> {
        let typing = "<composing xmlns='http://jabber.org/protocol/chatstates'/>";
        self.line.say(&format!("<message type='groupchat' to='{}'>{typing}</message>", address(room))).await
    }

    async fn post(&mut self, room: usize, number: i64) -> Result<()> {
        self.outbox.insert(number, room);
        let (to, body) = (address(room), body(number));
        let message = format!("<message type='groupchat' id='m{number}' to='{to}'><body>{body}</body></message>");
        self.line.say(&message).await
    }

    async fn mark_read(&mut self, room: usize) -> Result<()> {
        let Some(last) = self.rooms.get(&room).and_then(|room| room.last.as_deref()) else { return Ok(()) };
        let (room, spaces) = (address(room), "urn:xmpp:mds:displayed:0");
        let option = |name: &str, value: &str| format!("<field var='pubsub#{name}'><value>{value}</value></field>");
        let options = [("persist_items", "true"), ("max_items", "max"), ("send_last_published_item", "never")];
        let options: String = options.into_iter().map(|(name, value)| option(name, value)).collect();
        self.line
            .say(&format!(
                "<iq type='set' id='read'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='{spaces}'>\
                 <item id='{room}'><displayed xmlns='{spaces}'><stanza-id xmlns='urn:xmpp:sid:0' by='{room}' id='{last}'/>\
                 </displayed></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'>\
                 <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>\
                 {options}{}</x></publish-options></pubsub></iq>",
                option("access_model", "whitelist")
            ))
            .await
    }

    async fn break_off(&mut self) -> Result<()> {
        let name = name(self.person);
        if self.line.resume(self.address, &name, &name).await? {
            return Ok(());
        }
        self.line = Line::open(self.address, &name, &name, false).await?;
        for (number, room) in &self.outbox {
            self.rooms.entry(*room).or_default().doubtful.insert(*number);
        }
        self.enter().await
    }
}

impl Device {
    /// Enters all rooms; nothing is to be told of before.
    async fn enter(&mut self) -> Result<()> {
        for (room, known) in &mut self.rooms {
            known.state = State::Entering;
            known.live.clear();
            let history = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>";
            let to = format!("{}/{}", address(*room), name(self.person));
            self.line.say(&format!("<presence to='{to}'>{history}</presence>")).await?;
        }
        Ok(())
    }

    async fn listen(&mut self) -> Result<()> {
        let stanza = self.line.hear().await?;
        let Some(room) = room(&stanza.from) else { return Ok(()) };
        if stanza.entered && stanza.name == "presence" {
            self.rooms.get_mut(&room).context("a room of others")?.state = State::CatchingUp(BTreeSet::new());
            return self.ask_archive(room).await;
        }
        if stanza.name == "iq" {
            return if stanza.told_all { self.catch_up(room).await } else { self.ask_archive(room).await };
        }
        self.take(room, &stanza)
    }

    /// Asks for what came after the last message that is known.
    async fn ask_archive(&mut self, room: usize) -> Result<()> {
        let last = self.rooms.get(&room).and_then(|room| room.last.as_deref());
        let after = last.map_or_else(String::new, |last| format!("<after>{last}</after>"));
        let pages = format!("<set xmlns='http://jabber.org/protocol/rsm'><max>{PAGE}</max>{after}</set>");
        let (to, query) = (address(room), format!("<query xmlns='urn:xmpp:mam:2'>{pages}</query>"));
        self.line.say(&format!("<iq type='set' id='missed' to='{to}'>{query}</iq>")).await
    }

    /// The archive has told everything: then comes what came live meanwhile, and what never arrived is posted again.
    async fn catch_up(&mut self, room: usize) -> Result<()> {
        let known = self.rooms.get_mut(&room).context("a room of others")?;
        let State::CatchingUp(missed) = std::mem::replace(&mut known.state, State::Known) else { return Ok(()) };
        for (id, number) in std::mem::take(&mut known.live) {
            if !missed.contains(&id) {
                known.last = Some(id);
                tell(&mut self.told, &mut self.outbox, room, number);
            }
        }
        for number in std::mem::take(&mut known.doubtful) {
            if self.outbox.contains_key(&number) {
                self.post(room, number).await?;
            }
        }
        Ok(())
    }

    fn take(&mut self, room: usize, stanza: &Stanza) -> Result<()> {
        let Some((body, id)) = stanza.said()? else { return Ok(()) };
        let number = number(body).context("a message that nobody posted")?;
        let known = self.rooms.get_mut(&room).context("a message of a room of others")?;
        match &mut known.state {
            State::CatchingUp(missed) if stanza.missed => {
                missed.insert(id.to_owned());
            }
            State::Known if !stanza.missed => {}
            _ => {
                known.live.push((id.to_owned(), number));
                return Ok(());
            }
        }
        known.last = Some(id.to_owned());
        tell(&mut self.told, &mut self.outbox, room, number);
        Ok(())
    }
}

/// Tells of a message; one's own was taken, if one hears it.
fn tell(told: &mut VecDeque<Heard>, outbox: &mut BTreeMap<i64, usize>, room: usize, number: i64) {
    told.push_back(Heard::Message { room, number });
    if outbox.remove(&number).is_some() {
        told.push_back(Heard::Acknowledged { number });
    }
}

fn name(person: usize) -> String {
    format!("person{person}")
}

fn address(room: usize) -> String {
    format!("room{room}@rooms.{HOST}")
}

/// The room of an address, if it is one's.
fn room(address: &str) -> Option<usize> {
    let (name, host) = address.split_once('@')?;
    (host == "rooms.localhost").then(|| name.strip_prefix("room")?.parse().ok()).flatten()
}
