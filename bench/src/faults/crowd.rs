//! Those who post until the server is gone, and go on when it is back: some over `/ws` with several messages under way, some over
//! the API one at a time.

use anyhow::Result;
use futures::future::join_all;
use tokio::sync::Notify;

use super::{
    client::{Client, Heard},
    over_http::is_broken,
};
use crate::{
    http::Connection,
    place::{Filled, Plan, Spread},
    socket::Place,
};

/// How many rooms they are in, each in one.
pub const ROOMS: usize = 4;
const OVER_SOCKET: usize = 8;
const OVER_HTTP: usize = 4;
const CLIENTS: usize = OVER_SOCKET + OVER_HTTP;
/// How many messages each has under way over its socket.
const AHEAD: usize = 8;

/// All of them.
pub struct Crowd {
    pub clients: Vec<Client>,
    /// How many messages were under way each time that the server was gone, in all.
    pub under_way: usize,
    turns: Vec<usize>,
}

impl Crowd {
    /// The place that they are in.
    pub const fn plan() -> Plan {
        Plan { people: CLIENTS, rooms: ROOMS, rooms_each: 1, spread: Spread::Even, messages: 0 }
    }

    /// Those who have said nothing yet.
    pub fn new() -> Self {
        let clients = (0..CLIENTS).map(|person| Client::new(person, &[room(person)])).collect();
        Self { clients, under_way: 0, turns: vec![0; CLIENTS] }
    }

    /// Posts until the server is gone, and tells of each acknowledgement; returns what was not as it should be.
    pub async fn work(&mut self, place: Place, acknowledged: &Notify) -> Vec<String> {
        let each = self.clients.iter_mut().zip(&mut self.turns);
        let outcomes = join_all(each.map(|(client, turn)| work(client, turn, place, acknowledged))).await;
        self.under_way += self.clients.iter().map(|client| client.outbox.len()).sum::<usize>();
        outcomes.into_iter().filter_map(|outcome| outcome.err().map(|error| format!("{error:#}"))).collect()
    }

    /// What is wrong where nothing was ever under way: then nothing was put to the test.
    pub fn idleness(&self) -> Vec<String> {
        if self.under_way == 0 {
            vec!["the server was never gone in the middle of a write".to_owned()]
        } else {
            Vec::new()
        }
    }
}

fn room(person: usize) -> i64 {
    Filled::room(person % ROOMS)
}

/// The next number of someone, which is nobody else's.
fn next(person: usize, turn: &mut usize) -> i64 {
    *turn += 1;
    i64::try_from(person + *turn * CLIENTS).unwrap_or(i64::MAX)
}

/// Posts until the server is gone.
async fn work(client: &mut Client, turn: &mut usize, place: Place, acknowledged: &Notify) -> Result<()> {
    if client.person < OVER_SOCKET {
        over_socket(client, turn, place, acknowledged).await
    } else {
        over_http(client, turn, place, acknowledged).await
    }
}

async fn over_socket(client: &mut Client, turn: &mut usize, place: Place, acknowledged: &Notify) -> Result<()> {
    // One that the kill came before is tried again after it.
    if client.connect(place).await.is_err() {
        return Ok(());
    }
    loop {
        while client.outbox.len() < AHEAD {
            let number = next(client.person, turn);
            client.post(room(client.person), number).await;
        }
        let before = client.acknowledged.len();
        match client.hear().await? {
            Heard::Known => {}
            Heard::Gone => return Ok(()),
            other => anyhow::bail!("a server that runs {other:?}"),
        }
        if client.acknowledged.len() > before {
            acknowledged.notify_one();
        }
    }
}

async fn over_http(client: &mut Client, turn: &mut usize, place: Place, acknowledged: &Notify) -> Result<()> {
    let Ok(mut connection) = Connection::open(place.address).await else { return Ok(()) };
    let room = room(client.person);
    loop {
        let number = client.outbox.front().map_or_else(|| next(client.person, turn), |(_, number)| *number);
        match client.post_over_http(&mut connection, room, number).await {
            Ok(Heard::Known) => acknowledged.notify_one(),
            Ok(other) => anyhow::bail!("a server that runs {other:?}"),
            Err(error) if is_broken(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}
