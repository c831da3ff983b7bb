//! From the state to the signals: each is set only where its part of the state is different, so that a message costs
//! the page one row and one line of the sidebar, whatever else is shown.

use leptos::{prelude::*, task::tick};
use protocol::{ConversationId, Message, MessageId, State, Timestamp, Window};

use super::{Item, Opened, Section, Store, item::Timeline, unread};
use crate::browser;

impl Store {
    /// Sets the signals whose part of the state has changed.
    pub fn publish(self) {
        self.with_state(|state| {
            set_if_new(self.account, &state.account);
            set_if_new(self.rooms, &Section::Rooms.order(state));
            set_if_new(self.projects, &Section::Projects.order(state));
            set_if_new(self.direct, &Section::Direct.order(state));
            set_if_new(self.unread_total, &unread(state));
            self.publish_people(state);
            self.publish_entries(state);
            self.publish_opened(state);
        });
        self.publish_rows();
    }

    fn publish_people(self, state: &State) {
        // Every profile's number only grows, so their sum tells whether any has.
        let known = state.users.values().map(|user| user.rev + 1).sum();
        set_if_new(self.people, &known);
    }

    fn publish_entries(self, state: &State) {
        for (id, signal) in self.held.with_value(|held| held.entries.clone()) {
            let entry = state.entries.get(&id);
            if signal.with_untracked(|shown| shown.as_ref() != entry) {
                signal.set(entry.cloned());
            }
        }
    }

    fn publish_opened(self, state: &State) {
        let Some(id) = self.open_id.get_untracked() else { return };
        if let Some(entry) = state.entries.get(&id) {
            let now = Opened { conversation: entry.conversation.clone(), role: Some(entry.role) };
            if self.opened.with_untracked(|shown| shown.as_ref().is_some_and(|shown| *shown != now)) {
                self.opened.set(Some(now));
            }
        } else if self.opened.with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.role.is_some())) {
            // One was removed, or left on another device.
            self.opened.update(|shown| {
                if let Some(shown) = shown {
                    shown.role = None;
                }
            });
        }
    }

    /// Sets the rows of the open conversation.
    pub fn publish_rows(self) {
        let Some(id) = self.open_id.get_untracked() else { return };
        let held = browser::hold(self.at_newest.get_untracked());
        let window = self.with_state(|state| state.windows.get(&id).cloned());
        let items = window.map(|window| {
            self.publish_messages(&window.messages);
            set_if_new(self.at_oldest, &window.at_oldest);
            set_if_new(self.at_newest, &window.at_newest);
            self.items_of(id, &window)
        });
        set_if_new(self.items, &items.unwrap_or_default());
        if let Some(held) = held {
            browser::spawn(async move {
                tick().await;
                held.restore();
            });
        }
    }

    fn items_of(self, id: ConversationId, window: &Window) -> Vec<Item> {
        let unsent = self.outbox.with_untracked(|outbox| {
            outbox.iter().filter(|unsent| unsent.conversation_id == id).cloned().collect::<Vec<_>>()
        });
        let new_after = self.new_after.get_untracked();
        let day = if self.local.get_untracked() { browser::local_day } else { Timestamp::day };
        Timeline { window, unsent: &unsent, me: self.me, new_after, day }.items()
    }

    fn publish_messages(self, messages: &[Message]) {
        let row = |message: &Message| {
            let row = self.row(message.id).unwrap_or_else(|| ArcRwSignal::new(message.clone()));
            if row.with_untracked(|shown| shown.rev != message.rev) {
                row.set(message.clone());
            }
            (message.id, row)
        };
        let mut rows: Vec<_> = messages.iter().map(row).collect();
        rows.sort_unstable_by_key(|(id, _)| *id);
        self.change(|held| held.rows = rows);
    }

    /// A message that has a row; follows changes of it.
    pub fn row(self, id: MessageId) -> Option<ArcRwSignal<Message>> {
        self.held.with_value(|held| {
            let at = held.rows.binary_search_by_key(&id, |(id, _)| *id).ok()?;
            held.rows.get(at).map(|(_, row)| row.clone())
        })
    }
}

fn set_if_new<T: Clone + PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: &T) {
    if signal.with_untracked(|shown| shown != value) {
        signal.set(value.clone());
    }
}
