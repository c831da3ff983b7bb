//! The way of a message from the composer to the server's disk. It is shown at once, kept by the browser until the
//! server says that it has it, and sent again whenever a socket opens. The server knows a retry by its `client_id`,
//! so neither a second try nor a second tab can post it twice.

use leptos::prelude::*;
use protocol::{ClientFrame, Error, FileId, Message, Timestamp};

use crate::{
    browser::{self, storage},
    json,
    state::{Delivery, Store, Unsent},
};

impl Store {
    /// Posts `body` with these files in the open conversation.
    pub fn post(self, body: &str, files: Vec<FileId>) {
        let Some(conversation_id) = self.open_id.get_untracked() else { return };
        let unsent = Unsent {
            client_id: browser::random_id(),
            conversation_id,
            body: body.to_owned(),
            files,
            created_at: Timestamp(browser::now()),
            delivery: Delivery::Waiting,
        };
        if let Ok(json) = serde_json::to_string(&unsent) {
            storage::set(&self.key(&unsent.client_id), &json);
        }
        self.dispatch(&unsent);
        self.outbox.update(|outbox| outbox.push(unsent));
        self.publish_rows();
    }

    /// Fetches what an earlier page left unsent.
    pub fn load_outbox(self) {
        let mut unsent: Vec<Unsent> = Vec::new();
        for text in storage::with_prefix(&self.key("")) {
            let Ok(message) = json::read::<Unsent>(text.as_bytes()) else { continue };
            let later = unsent.partition_point(|earlier| earlier.created_at <= message.created_at);
            unsent.insert(later, message);
        }
        if !unsent.is_empty() {
            self.outbox.set(unsent);
            self.settle_outbox();
            self.publish_rows();
        }
    }

    /// Sends everything that waits, in the order in which it was written.
    pub fn send_waiting(self) {
        self.outbox.with_untracked(|outbox| {
            outbox
                .iter()
                .filter(|unsent| unsent.delivery == Delivery::Waiting)
                .for_each(|unsent| self.dispatch(unsent));
        });
    }

    /// Tries again what was refused.
    pub fn retry(self, client_id: &str) {
        self.deliver(client_id, Delivery::Waiting);
        self.outbox.with_untracked(|outbox| {
            outbox.iter().filter(|unsent| unsent.client_id == client_id).for_each(|unsent| self.dispatch(unsent));
        });
    }

    /// Gives up on a message.
    pub fn discard(self, client_id: &str) {
        storage::remove(&self.key(client_id));
        self.outbox.update(|outbox| outbox.retain(|unsent| unsent.client_id != client_id));
        self.publish_rows();
    }

    /// Takes in that the server has a message. It stays shown until its event comes.
    pub fn accepted(self, client_id: &str, message: &Message) {
        storage::remove(&self.key(client_id));
        self.deliver(client_id, Delivery::Accepted { rev: message.rev });
    }

    /// Takes in that the server didn't take a message. What passes by itself is tried again by itself.
    pub fn refused(self, client_id: &str, error: &Error) {
        if error.is_passing() {
            let wait = if let Error::TooMany { retry_after } = error { *retry_after } else { 2 };
            let client_id = client_id.to_owned();
            browser::after(i64::try_from(wait).unwrap_or(60) * 1000, move || self.retry(&client_id));
        } else {
            self.deliver(client_id, Delivery::Refused { sentence: error.to_string() });
        }
    }

    /// Drops what has arrived: its event was applied, or its row is here by another way.
    pub fn settle_outbox(self) {
        let arrived: Vec<String> = self.outbox.with_untracked(|outbox| {
            outbox.iter().filter(|unsent| self.has_arrived(unsent)).map(|unsent| unsent.client_id.clone()).collect()
        });
        if !arrived.is_empty() {
            for client_id in &arrived {
                storage::remove(&self.key(client_id));
            }
            self.outbox.update(|outbox| outbox.retain(|unsent| !arrived.contains(&unsent.client_id)));
        }
    }

    fn has_arrived(self, unsent: &Unsent) -> bool {
        self.with_state(|state| {
            let applied = state.entries.get(&unsent.conversation_id).is_some_and(
                |entry| matches!(unsent.delivery, Delivery::Accepted { rev } if entry.conversation.rev >= rev),
            );
            let is_row = |message: &Message| {
                message.author_id == self.me && message.client_id.as_deref() == Some(unsent.client_id.as_str())
            };
            applied || state.windows.get(&unsent.conversation_id).is_some_and(|w| w.messages.iter().any(is_row))
        })
    }

    fn deliver(self, client_id: &str, delivery: Delivery) {
        self.outbox.update(|outbox| {
            if let Some(unsent) = outbox.iter_mut().find(|unsent| unsent.client_id == client_id) {
                unsent.delivery = delivery;
            }
        });
    }

    fn dispatch(self, unsent: &Unsent) {
        self.send(ClientFrame::Send {
            client_id: unsent.client_id.clone(),
            conversation_id: unsent.conversation_id,
            body: unsent.body.clone(),
            files: unsent.files.clone(),
        });
    }

    fn key(self, client_id: &str) -> String {
        format!("confab:unsent:{}:{client_id}", self.me)
    }
}
