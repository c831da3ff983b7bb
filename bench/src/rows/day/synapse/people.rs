//! People and rooms on a Matrix server, made as its clients make them.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use hyper::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{http::Json, place::Plan};

/// How many requests are under way at once.
const AT_ONCE: usize = 8;

/// Who is there: what clients need to know, by the numbers of people and rooms.
#[derive(Debug, Serialize, Deserialize)]
pub struct People {
    pub tokens: Vec<String>,
    /// What each wants to hear of, as the server calls it.
    pub filters: Vec<String>,
    /// The rooms’ ids; none where nobody is in it.
    pub rooms: Vec<String>,
}

impl People {
    /// The number of the room of an id.
    pub fn room(&self, id: &str) -> Option<usize> {
        self.rooms.iter().position(|room| room == id)
    }
}

/// Makes them all: whoever is in a room first makes it, the others join.
pub async fn make(address: SocketAddr, plan: Plan) -> Result<People> {
    let registering = (0..plan.people).map(|person| register(address, person));
    let registered: Vec<_> = stream::iter(registering).buffered(AT_ONCE).try_collect().await?;
    let (tokens, filters): (Vec<_>, Vec<_>) = registered.into_iter().unzip();
    let mut rooms = vec![String::new(); plan.rooms];
    let mut joining = Vec::new();
    for (person, token) in tokens.iter().enumerate() {
        for room in plan.rooms_of(person) {
            if rooms[room].is_empty() {
                let wish = json!({"preset": "public_chat", "name": format!("room{room}")});
                let made = ask(address, token, "createRoom", &wish).await?;
                rooms[room] = text(&made, "room_id")?;
            } else {
                joining.push((person, format!("rooms/{}/join", rooms[room])));
            }
        }
    }
    let nothing = json!({});
    let joining = joining.iter().map(|(person, path)| ask(address, &tokens[*person], path, &nothing));
    let _: Vec<_> = stream::iter(joining).buffered(AT_ONCE).try_collect().await?;
    Ok(People { tokens, filters, rooms })
}

/// Signs up; returns the token, and the filter by which only messages are heard, and typing.
async fn register(address: SocketAddr, person: usize) -> Result<(String, String)> {
    let wish = json!({"username": format!("person{person}"), "password": "bench", "auth": {"type": "m.login.dummy"}});
    let token = text(&ask(address, "", "register", &wish).await?, "access_token")?;
    let filter = json!({
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "state": {"lazy_load_members": true, "types": []},
            "timeline": {"types": ["m.room.message"], "limit": 100},
            "ephemeral": {"types": ["m.typing"]},
        },
    });
    let filter = ask(address, &token, &format!("user/{}/filter", name(person)), &filter).await?;
    Ok((token, text(&filter, "filter_id")?))
}

async fn ask(address: SocketAddr, token: &str, path: &str, body: &Value) -> Result<Value> {
    let path = format!("/_matrix/client/v3/{path}");
    Json::open(address, token).await?.ask(Method::POST, &path, Some(body)).await
}

fn text(answer: &Value, name: &str) -> Result<String> {
    Ok(answer[name].as_str().with_context(|| format!("an answer without {name}: {answer}"))?.to_owned())
}

/// A person’s full name.
pub fn name(person: usize) -> String {
    format!("@person{person}:localhost")
}
