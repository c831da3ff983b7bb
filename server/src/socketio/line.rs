//! A client that is in: who it is, what it listens to, and how it is reached.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use chat::{Caller, Subscription};
use engineioxide::Str;
use protocol::{ConversationId, Kind};
use serde::Serialize;
use tokio::sync::mpsc;

use super::{
    packet,
    session::Session,
    told::{Person, Translation},
};
use crate::{AppState, websocket::Close};

/// How many words of other clients may wait for one that reads slowly, before it is cut off.
const MAIL_LIMIT: usize = 1_000;

/// A word from another client: that someone came or went.
pub struct Mail {
    /// The room that it is for; none for the public chat.
    pub room: Option<ConversationId>,
    pub packet: Str,
}

/// How a client is reached by the others.
#[derive(Clone)]
pub struct Address {
    /// Told apart by it.
    pub id: u64,
    mail: mpsc::Sender<Mail>,
    session: Arc<Session>,
}

impl Address {
    /// Puts mail into the client's box. Nobody waits: whose box is full is cut off.
    pub fn post(&self, mail: Mail) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.mail.try_send(mail) {
            self.session.end(Close::TooSlow);
        }
    }
}

/// Which conversations a client hears `message` of.
#[derive(Debug, Default)]
struct Listening {
    /// The rooms that it joined; until the first, all direct chats and the public one, less those that it left.
    joined: Option<HashSet<ConversationId>>,
    left: HashSet<ConversationId>,
}

/// A client that is in.
pub struct Line {
    pub state: AppState,
    pub session: Arc<Session>,
    pub subscription: Subscription,
    pub address: Address,
    person: Mutex<Person>,
    listening: Mutex<Listening>,
}

impl Line {
    /// A client that listens to nothing but the public chat and its direct ones, and where its mail arrives.
    pub fn new(
        state: AppState,
        session: Arc<Session>,
        subscription: Subscription,
        person: Person,
    ) -> (Self, mpsc::Receiver<Mail>) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let (mail, letters) = mpsc::channel(MAIL_LIMIT);
        let address = Address { id: NEXT.fetch_add(1, Ordering::Relaxed), mail, session: session.clone() };
        let (person, listening) = (Mutex::new(person), Mutex::default());
        (Self { state, session, subscription, address, person, listening }, letters)
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

    /// All that it has joined.
    pub fn joined(&self) -> Vec<ConversationId> {
        lock(&self.listening).joined.iter().flatten().copied().collect()
    }
}

impl Drop for Line {
    /// The others hear of it at once, however the line ends.
    fn drop(&mut self) {
        let shared = self.state.socketio.0.clone();
        for id in self.joined() {
            shared.rooms.leave(id, self.address.id);
        }
        shared.public_chat.leave(&self.person(), self.address.id);
    }
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
