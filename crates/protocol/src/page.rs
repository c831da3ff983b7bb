//! Fresh fetches: what a page starts from before live events keep it current.

use serde::{Deserialize, Serialize};

use crate::{Account, Conversation, Entry, Message, MessageId, Role, User, UserId};

/// How many messages a page of history holds.
pub const PAGE_SIZE: i64 = 50;

/// Which part of a conversation's history is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// The newest messages.
    Latest,
    /// Those before the message of this number.
    Before(i64),
    /// Those after the message of this number.
    After(i64),
    /// That message with those around it.
    Around(MessageId),
    /// The first unread message with those around it; the newest where all is read.
    Unread,
}

/// A stretch of a conversation's history without holes, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The messages.
    pub messages: Vec<Message>,
    /// Their authors.
    pub users: Vec<User>,
    /// Whether nothing comes before them.
    pub at_oldest: bool,
    /// Whether nothing comes after them.
    pub at_newest: bool,
    /// The conversation's number that they were read at: everything up to it is in them.
    pub rev: i64,
}

/// A conversation, opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The conversation; its `rev` is the cursor that this page was read at.
    pub conversation: Conversation,
    /// The reader's role; none for an open room that they only look into.
    pub role: Option<Role>,
    /// The number of the last message that they have read.
    pub read_seq: i64,
    /// The people of a direct or group chat.
    pub people: Vec<User>,
    /// The messages asked for.
    pub history: History,
}

/// Everything that a person's page starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// What the place is called.
    pub place_name: String,
    /// Who is looking.
    pub account: Account,
    /// The cursor of the person's stream.
    pub person_rev: i64,
    /// The cursor of the place's stream.
    pub place_rev: i64,
    /// The sidebar, in no particular order.
    pub entries: Vec<Entry>,
    /// The people that the sidebar names.
    pub users: Vec<User>,
    /// Those of them who are online.
    pub online: Vec<UserId>,
    /// The most bytes that one file may have.
    pub max_upload: u64,
    /// The open conversation.
    pub page: Option<Page>,
}
