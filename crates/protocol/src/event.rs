//! What has changed. Every numbered event carries the whole row that changed, so applying one twice, or a
//! newer one first, does no harm; its number says whether anything is missing before it.

use serde::{Deserialize, Serialize};

use crate::{Account, Conversation, ConversationId, Entry, Member, Message, User, UserId};

/// A sequence of changes with numbers of its own: 1, 2, 3 … without holes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// What concerns everyone: people and their profiles.
    Place,
    /// What concerns one person on all their devices: which conversations they are in, what they have read.
    Person,
    /// What happens in one conversation.
    Conversation {
        /// The conversation.
        conversation_id: ConversationId,
    },
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A change in a conversation.
    Conversation {
        /// Where.
        conversation_id: ConversationId,
        /// The conversation's number of this change.
        rev: i64,
        /// What changed.
        change: ConversationChange,
        /// The people that the change names: a message's author, a member.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        users: Vec<User>,
    },
    /// A change that concerns one person.
    Person {
        /// The person's number of this change.
        rev: i64,
        /// What changed.
        change: PersonChange,
        /// The people that the change names: those in a direct or group chat.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        users: Vec<User>,
    },
    /// Someone came to the place or changed their profile.
    Place {
        /// The place's number of this change.
        rev: i64,
        /// The person as they are now.
        user: User,
    },
    /// Someone is writing. Not numbered; stale after five seconds.
    Typing {
        /// Where.
        conversation_id: ConversationId,
        /// Who.
        user: User,
    },
    /// Someone came online or went. Not numbered; sent to those who watch that person.
    Presence {
        /// Who.
        user_id: UserId,
        /// Whether any of their devices is connected.
        online: bool,
    },
}

/// A change in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationChange {
    /// A message came, or changed, or was deleted, or got a reaction: the message as it is now.
    Message {
        /// The message.
        message: Box<Message>,
    },
    /// The conversation itself changed: its name, topic, openness, or whether it is archived.
    Conversation {
        /// The conversation as it is now.
        conversation: Box<Conversation>,
    },
    /// Someone joined, left, or got another role.
    Member {
        /// The membership as it is now.
        member: Member,
        /// How many members there are now.
        member_count: i64,
    },
}

/// A change that concerns one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonChange {
    /// A conversation is theirs now, or their standing in it changed.
    Entry {
        /// The conversation as it stands in their sidebar.
        entry: Box<Entry>,
    },
    /// A conversation is theirs no longer: they left or were removed.
    Gone {
        /// Which.
        conversation_id: ConversationId,
    },
    /// They have read up to here, on some device.
    Read {
        /// Where.
        conversation_id: ConversationId,
        /// The number of the last message read.
        seq: i64,
    },
    /// Their own account or settings changed.
    Account {
        /// The account as it is now.
        account: Box<Account>,
    },
}

impl Event {
    /// The stream and number of this event; none for those that may be lost.
    pub fn position(&self) -> Option<(Stream, i64)> {
        match self {
            Self::Conversation { conversation_id, rev, .. } => {
                Some((Stream::Conversation { conversation_id: *conversation_id }, *rev))
            }
            Self::Person { rev, .. } => Some((Stream::Person, *rev)),
            Self::Place { rev, .. } => Some((Stream::Place, *rev)),
            Self::Typing { .. } | Self::Presence { .. } => None,
        }
    }
}
