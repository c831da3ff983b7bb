//! The rows of a timeline: messages, the days between them, and the line above what is new.

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
        let held = |id: &str| self.window.messages.iter().any(|message| message.client_id.as_deref() == Some(id));
        let mut lead = None;
        for unsent in self.unsent.iter().filter(|unsent| !held(&unsent.client_id)) {
            let first = lead.is_none();
            lead = Some(first && !last.is_some_and(|p| follows(p, self.me, unsent.created_at)));
            items.push(Item::Unsent { client_id: unsent.client_id.clone(), lead: lead == Some(true) });
        }
    }
}

fn follows(previous: &Message, author: UserId, at: Timestamp) -> bool {
    previous.author_id == author && at.0 - previous.created_at.0 < GROUPED_WITHIN
}

#[cfg(test)]
mod tests {
    use protocol::ConversationId;

    use super::*;
    use crate::state::Delivery;

    const MINUTE: i64 = 60_000;

    fn message(seq: i64, author: i64, minute: i64) -> Message {
        Message {
            id: MessageId(seq),
            conversation_id: ConversationId(1),
            seq,
            rev: seq,
            author_id: UserId(author),
            client_id: Some(format!("c{seq}")),
            body: "text".into(),
            blocks: Vec::new(),
            created_at: Timestamp(minute * MINUTE),
            edited_at: None,
            deleted_at: None,
            reactions: Vec::new(),
            files: Vec::new(),
            records: Vec::new(),
        }
    }

    fn unsent(client_id: &str, minute: i64) -> Unsent {
        Unsent {
            client_id: client_id.into(),
            conversation_id: ConversationId(1),
            body: "text".into(),
            files: Vec::new(),
            created_at: Timestamp(minute * MINUTE),
            delivery: Delivery::Waiting,
        }
    }

    /// The rows as a word each: `day`, `new`, a message's number with `!` where its author stands beside it.
    fn rows(messages: Vec<Message>, unsent: &[Unsent], new_after: Option<i64>) -> Vec<String> {
        let window = Window { messages, at_oldest: true, at_newest: true };
        let timeline = Timeline { window: &window, unsent, me: UserId(1), new_after, day: Timestamp::day };
        let word = |item: &Item| match item {
            Item::Day { .. } => "day".to_owned(),
            Item::New => "new".to_owned(),
            Item::Message { id, lead } => format!("{id}{}", if *lead { "!" } else { "" }),
            Item::Unsent { client_id, lead } => format!("{client_id}{}", if *lead { "!" } else { "" }),
        };
        timeline.items().iter().map(word).collect()
    }

    #[test]
    fn what_one_author_says_within_five_minutes_stands_together() {
        let messages = vec![message(1, 1, 0), message(2, 1, 4), message(3, 1, 9), message(4, 2, 9)];
        assert_eq!(rows(messages, &[], None), ["day", "1!", "2", "3!", "4!"]);
    }

    #[test]
    fn a_new_day_begins_with_its_date_and_the_authors_name() {
        let midnight = 24 * 60;
        assert_eq!(
            rows(vec![message(1, 1, midnight - 1), message(2, 1, midnight)], &[], None),
            ["day", "1!", "day", "2!"]
        );
    }

    #[test]
    fn the_red_line_stands_once_above_the_first_unread_message() {
        let messages = vec![message(1, 1, 0), message(2, 1, 1), message(3, 1, 1)];
        assert_eq!(rows(messages, &[], Some(1)), ["day", "1!", "new", "2!", "3"]);
    }

    #[test]
    fn what_is_on_its_way_comes_last_until_it_has_arrived() {
        let unsent = [unsent("c2", 1), unsent("c3", 2), unsent("c4", 2)];
        let messages = vec![message(1, 2, 0), message(2, 1, 1)];
        assert_eq!(rows(messages.clone(), &unsent, None), ["day", "1!", "2!", "c3", "c4"]);
        assert_eq!(rows(vec![messages[0].clone()], &unsent[1..], None), ["day", "1!", "c3!", "c4"]);
    }
}
