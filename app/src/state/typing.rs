//! Who is writing. Such news may be lost, so each goes stale by itself.

use leptos::prelude::*;
use protocol::{ConversationId, User, UserId};

use super::Store;
use crate::browser;

/// How long a person counts as writing after the last word of it, in milliseconds.
const STALE_AFTER: i64 = 5_000;

/// Someone who is writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typist {
    user_id: UserId,
    /// What to call them; they may never have spoken here.
    pub name: String,
    until: i64,
}

impl Store {
    /// Takes in that someone writes.
    pub fn heard_typing(self, conversation_id: ConversationId, user: &User) {
        let user_id = user.id;
        if user_id == self.me || self.open_id.get_untracked() != Some(conversation_id) {
            return;
        }
        let (name, until) = (user.display_name.clone(), browser::now() + STALE_AFTER);
        self.typists.update(|typists| {
            typists.retain(|typist| typist.user_id != user_id);
            typists.push(Typist { user_id, name, until });
        });
        browser::after(STALE_AFTER + 50, move || self.forget_typists(|typist| typist.until <= browser::now()));
    }

    /// Takes in that someone's message has come.
    pub fn stopped_typing(self, user_id: UserId) {
        self.forget_typists(|typist| typist.user_id == user_id);
    }

    fn forget_typists(self, gone: impl Fn(&Typist) -> bool) {
        if self.typists.with_untracked(|typists| typists.iter().any(&gone)) {
            self.typists.update(|typists| typists.retain(|typist| !gone(typist)));
        }
    }
}
