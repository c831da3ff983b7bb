//! A client that is in: who it is, what it listens to, and how it is reached.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use chat::{Caller, Subscription};
use protocol::{ConversationId, Kind};
use serde::Serialize;

use super::{
    packet,
    told::{Person, Translation},
};
use crate::{
    AppState,
    engineio::{Frame, Session},
    queue::Queue,
    websocket::Close,
};

/// How many words of other clients may wait for one that reads slowly, before it is cut off.
const MAIL_LIMIT: usize = 1_000;

/// A word from another client: that someone came or went.
pub struct Mail {
    /// The room that it is for; none for the public chat.
    pub room: Option<ConversationId>,
    pub packet: Frame,
}

/// How a client is reached by the others.
#[derive(Clone)]
pub struct Address {
    /// Told apart by it.
    pub id: u64,
    mail: Arc<Queue<Mail>>,
    session: Arc<Session>,
}

impl Address {
    /// Puts mail into the client's box. Nobody waits: whose box is full is cut off.
    pub fn post(&self, mail: Mail) {
        if self.mail.push(mail, 1).is_err() {
            self.session.end(Close::TooSlow);
        }
    }

    /// Waits for the next one in it.
    pub async fn next(&self) -> Mail {
        self.mail.next().await
    }
}

/// Which conversations a client hears `message` of.
#[derive(Debug, Default)]
struct Listening {
    /// The rooms that it joined; until the first, all direct chats and the public one, less those that it left.
    joined: Option<HashSet<ConversationId>>,
    left: HashSet<ConversationId>,
    /// Whether it has come into the public chat.
    publicly: bool,
}

/// A client that is in.
pub struct Line {
    pub state: AppState,
    pub session: Arc<Session>,
    pub subscription: Subscription,
    pub address: Address,
    /// The id of the request that opened the session; faults are logged under it.
    pub request_id: Arc<str>,
    person: Mutex<Person>,
    listening: Mutex<Listening>,
}

impl Line {
    /// A client that listens to nothing but the public chat and its direct ones.
    pub fn new(
        state: AppState,
        session: Arc<Session>,
        request_id: Arc<str>,
        subscription: Subscription,
        person: Person,
    ) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mail = Arc::new(Queue::new(MAIL_LIMIT));
        let address = Address { id: NEXT.fetch_add(1, Ordering::Relaxed), mail, session: session.clone() };
        let (person, listening) = (Mutex::new(person), Mutex::default());
        Self { state, session, subscription, address, request_id, person, listening }
    }

    pub fn caller(&self) -> Caller {
        self.subscription.caller()
    }

    /// Who it is.
    pub fn person(&self) -> Person {
        lock(&self.person).clone()
    }

    /// Notes that they changed their name or picture.
    pub fn rename(&self, person: Person) {
        *lock(&self.person) = person;
    }

    /// Queues an event.
    pub fn emit(&self, name: &str, data: &impl Serialize) {
        self.session.answer(packet::event(name, data));
    }

    /// Begins to listen to a room; returns whether it didn't so far.
    pub fn listen(&self, id: ConversationId) -> bool {
        let mut listening = lock(&self.listening);
        listening.left.remove(&id);
        listening.joined.get_or_insert_default().insert(id)
    }

    /// Listens to it no more; returns whether it had joined it.
    pub fn ignore(&self, id: ConversationId) -> bool {
        let mut listening = lock(&self.listening);
        if let Some(joined) = &mut listening.joined {
            return joined.remove(&id);
        }
        listening.left.insert(id);
        false
    }

    /// Whether it has joined the room.
    pub fn has_joined(&self, id: ConversationId) -> bool {
        lock(&self.listening).joined.as_ref().is_some_and(|joined| joined.contains(&id))
    }

    /// Whether `message` is for it.
    pub fn hears(&self, translation: &Translation) -> bool {
        let (id, listening) = (translation.conversation_id, lock(&self.listening));
        match &listening.joined {
            Some(joined) => joined.contains(&id),
            None => matches!(translation.kind, Kind::Public | Kind::Direct) && !listening.left.contains(&id),
        }
    }

    /// Notes that it has come into the public chat, or left it.
    pub fn listen_publicly(&self, publicly: bool) {
        lock(&self.listening).publicly = publicly;
    }

    /// Whether it has come into the public chat.
    pub fn listens_publicly(&self) -> bool {
        lock(&self.listening).publicly
    }

    /// All that it has joined.
    pub fn joined(&self) -> Vec<ConversationId> {
        lock(&self.listening).joined.iter().flatten().copied().collect()
    }
}

/// Keeps a client in. Dropping it lets the client go, and the others hear of it at once.
pub struct Presence(pub Arc<Line>);

impl Drop for Presence {
    fn drop(&mut self) {
        let Self(line) = self;
        line.subscription.end();
        let shared = &line.state.socketio.0;
        for id in line.joined() {
            shared.rooms.leave(id, line.address.id);
        }
        shared.public_chat.leave(&line.person(), line.address.id);
    }
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
