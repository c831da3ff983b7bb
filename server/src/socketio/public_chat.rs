//! Who is in the public chat: people, each with however many clients.

use std::{collections::HashMap, sync::Mutex};

use serde_json::{Value, json};

use super::{
    answer::{Answer, answer, done},
    line::{Address, Line, Mail, lock},
    packet,
    told::Person,
};

/// Who is in the public chat.
#[derive(Default)]
pub struct PublicChat(Mutex<HashMap<i64, Present>>);

struct Present {
    person: Person,
    clients: HashMap<u64, Address>,
}

impl PublicChat {
    /// Lets a client in. Everyone hears of a person's first one; of a further one only that itself, as its answer.
    fn join(&self, person: Person, address: &Address) {
        let mut people = lock(&self.0);
        let data = told(&person, "joined");
        let present = people.entry(person.id).or_insert_with(|| Present { person, clients: HashMap::new() });
        let first = present.clients.is_empty();
        present.clients.insert(address.id, address.clone());
        if first {
            tell(&people, "user_joined", &data);
        } else {
            address.post(Mail { room: None, packet: packet::event("user_joined", &data) });
        }
    }

    /// Lets a client go. Those who stay hear of a person's last one.
    pub fn leave(&self, person: &Person, address: u64) {
        let mut people = lock(&self.0);
        let Some(present) = people.get_mut(&person.id) else { return };
        if present.clients.remove(&address).is_some() && present.clients.is_empty() {
            people.remove(&person.id);
            tell(&people, "user_left", &told(person, "left"));
        }
    }

    /// Notes that someone changed their name or picture.
    pub fn rename(&self, person: &Person) {
        if let Some(present) = lock(&self.0).get_mut(&person.id) {
            present.person = person.clone();
        }
    }

    fn people(&self) -> Vec<Person> {
        let mut people: Vec<_> = lock(&self.0).values().map(|present| present.person.clone()).collect();
        people.sort_by_key(|person| person.id);
        people
    }
}

fn told(person: &Person, did: &str) -> Value {
    let message = format!("{} {did} the public chat.", person.username);
    json!({"user_id": person.id, "username": person.username, "message": message})
}

fn tell(people: &HashMap<i64, Present>, event: &str, data: &Value) {
    let packet = packet::event(event, data);
    for address in people.values().flat_map(|present| present.clients.values()) {
        address.post(Mail { room: None, packet: packet.clone() });
    }
}

/// Comes into the public chat.
pub fn join(line: &Line) -> Answer {
    line.listen_publicly(true);
    line.state.socketio.0.public_chat.join(line.person(), &line.address);
    done("Joined the public chat")
}

/// Leaves the public chat.
pub fn leave(line: &Line) -> Answer {
    line.listen_publicly(false);
    line.state.socketio.0.public_chat.leave(&line.person(), line.address.id);
    done("Left the public chat")
}

/// Tells who is in the public chat, each once.
pub fn who(line: &Line) -> Answer {
    let online = json!({"users": line.state.socketio.0.public_chat.people()});
    line.emit("online_users", &online);
    answer(&online)
}
