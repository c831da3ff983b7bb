//! The open conversation.

use protocol::{Action, Applied, Conversation, ConversationId, Page, Role, Standing, Window};

use super::Store;
use leptos::prelude::*;

/// How many conversations' messages are kept, so that going back to one is immediate.
const WINDOWS_KEPT: usize = 6;

/// The open conversation and what one is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The conversation; the sidebar's own copy where there is one.
    pub conversation: Conversation,
    /// One's role; none for an open room that one only looks into.
    pub role: Option<Role>,
}

impl Opened {
    /// Whether one may do that here.
    pub fn may(&self, action: Action, place_admin: bool) -> bool {
        Standing::of(&self.conversation, self.role, place_admin).may(action)
    }
}

impl Store {
    /// Whether one may do that in the open conversation.
    pub fn may(self, action: Action) -> bool {
        let admin = self.account.with(|account| account.user.admin);
        self.opened.with(|opened| opened.as_ref().is_some_and(|opened| opened.may(action, admin)))
    }

    /// Shows a conversation whose messages are held. Whether there is something new is settled at this moment, so that
    /// the red line stays where it is while one reads.
    pub fn show(self, opened: Opened) {
        let id = opened.conversation.id;
        self.new_after.set(self.with_state(|state| {
            let entry = state.entries.get(&id)?;
            (entry.unread() > 0).then_some(entry.read_seq)
        }));
        if self.open_id.get_untracked() != Some(id) {
            // Where one will have come to shows when the rows are there.
            self.attending.set(false);
        }
        self.typists.set(Vec::new());
        self.editing.set(None);
        self.active.set(None);
        self.open_id.set(Some(id));
        self.opened.set(Some(opened));
        self.publish();
    }

    /// Takes in a conversation fetched afresh and shows it, if it is still the one that is wanted.
    pub fn take_page(self, page: Page) {
        let opened = Opened { conversation: page.conversation.clone(), role: page.role };
        if let Applied::Hole(stream) = self.update(|state| state.open(page)) {
            // Events had come that the page doesn't know. Without a socket the next one asks for everything.
            self.send(self.resume(stream));
        }
        if self.open_id.get_untracked() == Some(opened.conversation.id) {
            self.show(opened);
        }
    }

    /// Shows a conversation at once, if its newest messages are held.
    pub fn show_held(self, id: ConversationId) -> bool {
        let opened = self.with_state(|state| {
            let entry = state.entries.get(&id)?;
            state.windows.get(&id).filter(|window| window.at_newest)?;
            Some(Opened { conversation: entry.conversation.clone(), role: Some(entry.role) })
        });
        let held = opened.is_some();
        if let Some(opened) = opened {
            self.show(opened);
        }
        held
    }

    /// Reads the rows held of the open conversation.
    pub fn with_open_window<T>(self, read: impl FnOnce(&Window) -> Option<T>) -> Option<T> {
        let id = self.open_id.get_untracked()?;
        self.with_state(|state| state.windows.get(&id).and_then(read))
    }

    /// Lets go of a conversation's messages.
    pub fn drop_window(self, id: ConversationId) {
        self.change(|held| drop(held.state.windows.remove(&id)));
    }

    /// Remembers that a conversation is looked at, and lets go of the messages of those that weren't for the longest
    /// time.
    pub fn looks_at(self, id: ConversationId) {
        let kept = self.change(|held| {
            held.recent.retain(|known| *known != id);
            held.recent.insert(0, id);
            held.recent.truncate(WINDOWS_KEPT);
            held.recent.clone()
        });
        self.change(|held| held.state.windows.retain(|id, _| kept.contains(id)));
    }
}
