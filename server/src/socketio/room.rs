//! Rooms in the sense of Socket.IO: conversations of whatever kind that a client has chosen to listen to.

use std::{collections::HashMap, sync::Mutex};

use protocol::{ConversationId, Error, Kind, PAGE_SIZE, Position};
use serde_json::{Value, json};

use super::{
    answer::{Answer, done},
    fields::{self, Place},
    line::{Address, Line, Mail, lock},
    packet,
    told::{Person, Told},
};
use crate::error::Result;

/// Who listens where.
#[derive(Default)]
pub struct Rooms(Mutex<HashMap<ConversationId, HashMap<u64, Address>>>);

impl Rooms {
    fn join(&self, id: ConversationId, address: &Address) {
        lock(&self.0).entry(id).or_default().insert(address.id, address.clone());
    }

    pub fn leave(&self, id: ConversationId, address: u64) {
        let mut rooms = lock(&self.0);
        if let Some(room) = rooms.get_mut(&id) {
            room.remove(&address);
            if room.is_empty() {
                rooms.remove(&id);
            }
        }
    }

    /// Tells everyone in the room.
    fn tell(&self, id: ConversationId, data: &Value) {
        let packet = packet::event("status", data);
        for address in lock(&self.0).get(&id).into_iter().flat_map(HashMap::values) {
            address.post(Mail { room: Some(id), packet: packet.clone() });
        }
    }
}

/// Begins to listen to a conversation that the person is a member of; of an open room they become one. What was said
/// last comes at once.
pub async fn join(line: &Line, data: &Value) -> Answer {
    let id = match fields::required_place(data)? {
        Place::Conversation(id) => id,
        Place::Room(id) => enter(line, id).await?,
    };
    check(line, id)?;
    let joined = line.listen(id);
    line.state.socketio.0.rooms.join(id, &line.address);
    // Once more: who loses the right from here on is told by the hub to leave.
    if let Err(refusal) = check(line, id) {
        forget(line, id);
        return Err(refusal);
    }
    match recent(line, id).await {
        Ok(recent) => line.emit("recent_messages", &recent),
        Err(error) => {
            forget(line, id);
            return Err(error);
        }
    }
    let person = line.person();
    if joined {
        let message = format!("{} has joined the room.", person.username);
        tell(line, id, &person, &message);
    }
    done("Joined")
}

/// Becomes a member of an open room.
async fn enter(line: &Line, id: ConversationId) -> Result<ConversationId> {
    let (room, _) = line.state.chat.standing(line.caller(), id).await?;
    if room.kind != Kind::Room {
        return Err(Error::not_found("that room").into());
    }
    line.state.chat.join(line.caller(), id).await?;
    Ok(id)
}

/// Listens no more. The membership stays.
pub fn leave(line: &Line, data: &Value) -> Answer {
    let (Place::Conversation(id) | Place::Room(id)) = fields::required_place(data)?;
    check(line, id)?;
    if line.ignore(id) {
        line.state.socketio.0.rooms.leave(id, line.address.id);
        let person = line.person();
        let message = format!("{} has left the room.", person.username);
        tell(line, id, &person, &message);
    }
    done("Left")
}

/// Whether the person is a member. Who isn't can't tell what there is from what there isn't.
fn check(line: &Line, id: ConversationId) -> Result<()> {
    let member = line.state.chat.hears(line.caller().user_id, id);
    member.then_some(()).ok_or_else(|| Error::not_found("that conversation").into())
}

/// Listens no more to what it may not hear: only joining again brings it back.
pub fn forget(line: &Line, id: ConversationId) {
    if line.has_joined(id) {
        line.ignore(id);
        line.state.socketio.0.rooms.leave(id, line.address.id);
    }
}

fn tell(line: &Line, id: ConversationId, person: &Person, message: &str) {
    let data = json!({
        "message": message, "user_id": person.id, "username": person.username, "conversation_id": id.0
    });
    line.state.socketio.0.rooms.tell(id, &data);
}

/// What was said last, oldest first.
async fn recent(line: &Line, id: ConversationId) -> Result<Value> {
    let chat = &line.state.chat;
    let history = chat.history_page(line.caller(), id, Position::Latest, PAGE_SIZE).await?;
    let nature = chat.nature(id).await?;
    let authors: HashMap<_, _> = history.users.iter().map(|user| (user.id, Person::from(user))).collect();
    let there = history.messages.iter().filter(|message| message.deleted_at.is_none());
    let said: Vec<_> = there.map(|message| (message, message.words())).collect();
    let messages: Vec<_> = said
        .iter()
        .filter_map(|(message, words)| Some(Told::new(message, words, authors.get(&message.author_id)?, &nature)))
        .collect();
    Ok(json!({"conversation_id": id.0, "messages": messages}))
}
