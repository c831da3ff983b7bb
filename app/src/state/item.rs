//! The rows of a timeline: messages, the days between them, and the line above what is new.

use std::collections::HashSet;

use protocol::{Message, MessageId, Timestamp, UserId, Window};

use super::Unsent;

/// Messages of one author further apart than this stand under a name of their own, in milliseconds.
const GROUPED_WITHIN: i64 = 5 * 60 * 1000;

/// A row. It is its own key: what looks different is another row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// A new day begins with the message that follows.
    Day {
        /// The message that follows; a clock that goes back gives the same day twice.
        before: MessageId,
        /// When it was sent.
        at: Timestamp,
    },
    /// What follows is new since the conversation was last read.
    New,
    /// A message.
    Message {
        /// Which.
        id: MessageId,
        /// Whether the author's name and face stand beside it.
        lead: bool,
    },
    /// A message of one's own that isn't on the server's disk yet.
    Unsent {
        /// Which.
        client_id: String,
        /// Whether the author's name and face stand beside it.
        lead: bool,
    },
}

/// What the rows of a conversation are made from.
pub(super) struct Timeline<'a> {
    pub window: &'a Window,
    pub unsent: &'a [Unsent],
    pub me: UserId,
    pub new_after: Option<i64>,
    /// The number of a moment's day, by the clock that the times are shown in.
    pub day: fn(Timestamp) -> i64,
}

impl Timeline<'_> {
    /// The rows, from the oldest to the newest.
    pub fn items(&self) -> Vec<Item> {
        let mut items = Vec::with_capacity(self.window.messages.len() + 8);
        let mut previous: Option<&Message> = None;
        let mut line_drawn = false;
        for message in &self.window.messages {
            let new_day = previous.is_none_or(|p| (self.day)(p.created_at) != (self.day)(message.created_at));
            if new_day {
                items.push(Item::Day { before: message.id, at: message.created_at });
            }
            let line = !line_drawn && self.new_after.is_some_and(|seq| message.seq > seq);
            if line {
                line_drawn = true;
                // Above the very first row held there is nothing that it could be new to.
                if previous.is_some() || self.window.at_oldest {
                    items.push(Item::New);
                }
            }
            let lead = new_day || line || previous.is_none_or(|p| !follows(p, message.author_id, message.created_at));
            items.push(Item::Message { id: message.id, lead });
            previous = Some(message);
        }
        if self.window.at_newest {
            self.push_unsent(&mut items, previous);
        }
        items
    }

    fn push_unsent(&self, items: &mut Vec<Item>, last: Option<&Message>) {
        let held: HashSet<&str> =
            self.window.messages.iter().filter_map(|message| message.client_id.as_deref()).collect();
        let mut lead = None;
        for unsent in self.unsent.iter().filter(|unsent| !held.contains(unsent.client_id.as_str())) {
            let first = lead.is_none();
            lead = Some(first && !last.is_some_and(|p| follows(p, self.me, unsent.created_at)));
            items.push(Item::Unsent { client_id: unsent.client_id.clone(), lead: lead == Some(true) });
        }
    }
}

fn follows(previous: &Message, author: UserId, at: Timestamp) -> bool {
    previous.author_id == author && at.0 - previous.created_at.0 < GROUPED_WITHIN
}
