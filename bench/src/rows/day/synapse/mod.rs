//! A day on Synapse, over the Matrix client-server API: each person’s `/sync` waits for what happens, and a connection beside it asks
//! for one thing after the other.

mod people;

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    ffi::OsStr,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    rc::Rc,
};

use anyhow::{Context as _, Result, ensure};
use hyper::Method;
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::{JoinHandle, spawn_local},
};

use self::people::{People, make, name};
use super::client::{Client, Heard, Server};
use crate::{
    Bench,
    http::Json,
    peers::{answering, free_address},
    place::Plan,
    process::Process,
    words::{body, number},
};

/// How long a `/sync` waits where nothing happens, in milliseconds, as clients ask.
const PATIENCE: u32 = 30_000;

/// The folder in which places lie that were made: it takes minutes, so each is made once.
const MADE: &str = "synapse-made";

/// Forgets the places that were made.
pub fn forget(bench: &Bench) -> Result<()> {
    bench.scratch(MADE).map(drop)
}

pub struct Synapse {
    process: Process,
    address: SocketAddr,
    folder: PathBuf,
    people: Rc<People>,
}

impl Server for Synapse {
    type Client = Device;

    async fn start(bench: &Bench, plan: Plan) -> Result<Self> {
        let made = bench.kept(MADE).join(plan.people.to_string());
        if !made.join("people.json").exists() {
            let folder = bench.scratch("synapse")?;
            let (process, address) = run(bench, &folder).await?;
            let people = make(address, plan).await?;
            process.stop().await?;
            fs::create_dir_all(&made)?;
            fs::copy(folder.join("homeserver.db"), made.join("homeserver.db"))?;
            fs::write(made.join("people.json"), serde_json::to_vec(&people)?)?;
        }
        let folder = bench.scratch("synapse")?;
        fs::copy(made.join("homeserver.db"), folder.join("homeserver.db"))?;
        let people = Rc::new(serde_json::from_slice(&fs::read(made.join("people.json"))?)?);
        let (process, address) = run(bench, &folder).await?;
        Ok(Self { process, address, folder, people })
    }

    async fn connect(&self, person: usize) -> Result<Device> {
        let (say, told) = unbounded_channel();
        let mut connection = Json::open(self.address, &self.people.tokens[person]).await?;
        let first = connection.ask(Method::GET, &sync(self.people.filters[person].as_str(), 0, None), None).await?;
        let known = Known { since: since(&first)?, last: HashMap::new() };
        let (address, people) = (self.address, self.people.clone());
        let known = Rc::new(RefCell::new(known));
        let mut device = Device { address, people, person, known, outbox: BTreeMap::new(), say, told, open: None };
        device.open = Some(device.begin().await?);
        Ok(device)
    }

    fn process(&self) -> &Process {
        &self.process
    }

    async fn stop(self) -> Result<Vec<Vec<i64>>> {
        self.process.stop().await?;
        let connection = Connection::open(self.folder.join("homeserver.db"))?;
        let mut stored = vec![Vec::new(); self.people.rooms.len()];
        let mut statement = connection.prepare(
            "SELECT room_id, json FROM events JOIN event_json USING (event_id, room_id) WHERE type = 'm.room.message'",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (room, event): (String, String) = (row.get(0)?, row.get(1)?);
            let room = self.people.room(&room).context("a message outside of all rooms")?;
            stored[room].push(number(&event).unwrap_or(-1));
        }
        Ok(stored)
    }
}

/// Starts it on a folder.
async fn run(bench: &Bench, folder: &Path) -> Result<(Process, SocketAddr)> {
    let peers = bench.root.join("target/bench/peers");
    let (address, settings) = (free_address()?, folder.join("port.yaml"));
    let listener = json!({
        "type": "http", "bind_addresses": ["127.0.0.1"], "port": address.port(),
        "resources": [{"names": ["client"], "compress": false}],
    });
    // JSON is YAML.
    fs::write(&settings, json!({"listeners": [listener]}).to_string())?;
    let (program, common) = (peers.join("synapse/bin/python"), peers.join("synapse.yaml"));
    let mut arguments = ["-m", "synapse.app.homeserver", "--config-path"].map(OsStr::new).to_vec();
    arguments.extend([common.as_os_str(), OsStr::new("--config-path"), settings.as_os_str()]);
    let mut making = arguments.clone();
    making.push(OsStr::new("--generate-keys"));
    Process::start(&program, &making, &[], folder)?.end().await?;
    let process = Process::start(&program, &arguments, &[], folder)?;
    answering(address).await?;
    Ok((process, address))
}

fn sync(filter: &str, patience: u32, since: Option<&str>) -> String {
    let since = since.map_or_else(String::new, |since| format!("&since={since}"));
    format!("/_matrix/client/v3/sync?filter={filter}&set_presence=offline&timeout={patience}{since}")
}

fn since(answer: &Value) -> Result<String> {
    Ok(answer["next_batch"].as_str().context("/sync says how to go on")?.to_owned())
}

/// Two connections, and what their program would know.
pub struct Device {
    address: SocketAddr,
    people: Rc<People>,
    person: usize,
    known: Rc<RefCell<Known>>,
    /// What was posted and not acknowledged yet: the number and the room.
    outbox: BTreeMap<i64, usize>,
    say: UnboundedSender<Result<Heard>>,
    told: UnboundedReceiver<Result<Heard>>,
    open: Option<Open>,
}

struct Known {
    /// How far `/sync` has told everything.
    since: String,
    /// The last event of each room, by its number.
    last: HashMap<usize, String>,
}

/// What is at work while the connections are open.
struct Open {
    asking: UnboundedSender<Ask>,
    tasks: [JoinHandle<()>; 2],
}

/// Something to ask; where it posts a message, with its number.
struct Ask {
    method: Method,
    path: String,
    body: Value,
    posts: Option<i64>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Client for Device {
    async fn hear(&mut self) -> Result<Heard> {
        loop {
            match self.told.recv().await.context("the device is there")?? {
                // What was posted again because its answer was lost may be answered twice.
                Heard::Acknowledged { number } if self.outbox.remove(&number).is_none() => {}
                heard => return Ok(heard),
            }
        }
    }

    async fn say_typing(&mut self, room: usize) -> Result<()> {
        let path = format!("{}/typing/{}", self.path(room), name(self.person));
        self.ask(Ask { method: Method::PUT, path, body: json!({"typing": true, "timeout": 5000}), posts: None })
    }

    async fn post(&mut self, room: usize, number: i64) -> Result<()> {
        self.outbox.insert(number, room);
        let path = format!("{}/send/m.room.message/m{number}", self.path(room));
        let body = json!({"msgtype": "m.text", "body": body(number)});
        self.ask(Ask { method: Method::PUT, path, body, posts: Some(number) })
    }

    async fn mark_read(&mut self, room: usize) -> Result<()> {
        let Some(last) = self.known.borrow().last.get(&room).cloned() else { return Ok(()) };
        let path = format!("{}/receipt/m.read.private/{last}", self.path(room));
        self.ask(Ask { method: Method::POST, path, body: json!({}), posts: None })
    }

    async fn break_off(&mut self) -> Result<()> {
        self.open = None;
        self.open = Some(self.begin().await?);
        for (number, room) in self.outbox.clone() {
            self.post(room, number).await?;
        }
        Ok(())
    }
}

impl Device {
    /// Opens both connections.
    async fn begin(&self) -> Result<Open> {
        let token = &self.people.tokens[self.person];
        let (syncing, asking) = (Json::open(self.address, token).await?, Json::open(self.address, token).await?);
        let (ask, asked) = unbounded_channel();
        let (people, known) = (self.people.clone(), self.known.clone());
        let listening = listen(people, self.person, known, syncing, self.say.clone());
        let tasks =
            [told(listening, self.say.clone()), told(answer(asking, asked, self.say.clone()), self.say.clone())];
        Ok(Open { asking: ask, tasks })
    }

    fn ask(&self, ask: Ask) -> Result<()> {
        self.open.as_ref().context("a device is open")?.asking.send(ask).context("the connection broke")
    }

    fn path(&self, room: usize) -> String {
        format!("/_matrix/client/v3/rooms/{}", self.people.rooms[room])
    }
}

/// Lets something run, and tells why it ended where it shouldn't have.
fn told(work: impl Future<Output = Result<()>> + 'static, say: UnboundedSender<Result<Heard>>) -> JoinHandle<()> {
    spawn_local(async move {
        if let Err(error) = work.await {
            // Nobody listens any more once the day is over.
            let _ = say.send(Err(error));
        }
    })
}

/// Asks for one thing after the other.
async fn answer(
    mut connection: Json,
    mut asked: UnboundedReceiver<Ask>,
    say: UnboundedSender<Result<Heard>>,
) -> Result<()> {
    while let Some(ask) = asked.recv().await {
        connection.ask(ask.method, &ask.path, Some(&ask.body)).await?;
        if let Some(number) = ask.posts {
            say.send(Ok(Heard::Acknowledged { number })).context("the day is over")?;
        }
    }
    Ok(())
}

/// Asks again and again what happened since.
async fn listen(
    people: Rc<People>,
    person: usize,
    known: Rc<RefCell<Known>>,
    mut connection: Json,
    say: UnboundedSender<Result<Heard>>,
) -> Result<()> {
    loop {
        let path = sync(&people.filters[person], PATIENCE, Some(&known.borrow().since));
        let answer = connection.ask(Method::GET, &path, None).await?;
        let mut known = known.borrow_mut();
        known.since = since(&answer)?;
        for (id, told) in answer["rooms"]["join"].as_object().into_iter().flatten() {
            let room = people.room(id).context("a room of others")?;
            ensure!(told["timeline"]["limited"] != json!(true), "not all that was missed in a room");
            for event in told["timeline"]["events"].as_array().into_iter().flatten() {
                let number =
                    event["content"]["body"].as_str().and_then(number).context("a message that nobody posted")?;
                let id = event["event_id"].as_str().context("an event has an id")?;
                known.last.insert(room, id.to_owned());
                say.send(Ok(Heard::Message { room, number })).context("the day is over")?;
            }
        }
    }
}
