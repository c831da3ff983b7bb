//! The frames of the socket `/ws`. A text frame of the server carries one or more of them, one JSON object per
//! line, so that what has queued leaves in one write; a text frame of the client carries one.
//! `docs/realtime.md` is the specification in prose.

use serde::{Deserialize, Serialize};

use crate::{ConversationId, Error, Event, FileId, Message, Stream, UserId};

/// Close code: the server is restarting; come back with jitter and resume.
pub const CLOSE_RESTARTING: u16 = 1012;
/// Close code: the session has ended; sign in again.
pub const CLOSE_SIGNED_OUT: u16 = 4001;
/// Close code: the client read too slowly; come back and resume.
pub const CLOSE_TOO_SLOW: u16 = 4008;

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientFrame {
    /// What the client knows already; the server sends what it lacks. The first frame on a socket, with every
    /// stream, and later with those in which the client saw a hole.
    Resume {
        /// Everything up to this number of the person's stream is known.
        #[serde(default)]
        person: Option<i64>,
        /// Everything up to this number of the place's stream is known.
        #[serde(default)]
        place: Option<i64>,
        /// What is known of the conversations.
        #[serde(default)]
        conversations: Vec<Cursor>,
    },
    /// Post a message. Answered by [`ServerFrame::Accepted`] once it is on disk, or [`ServerFrame::Refused`].
    Send {
        /// The client's own name for the message; a retry carries the same.
        client_id: String,
        /// Where to.
        conversation_id: ConversationId,
        /// The text, in Markdown; may be empty where there are files.
        body: String,
        /// The files that hang on it, which its sender brought to this conversation.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileId>,
    },
    /// The person has read up to here.
    Read {
        /// Where.
        conversation_id: ConversationId,
        /// The number of the last message read.
        seq: i64,
    },
    /// The person is writing; say so again every three seconds at most while it lasts.
    Typing {
        /// Where.
        conversation_id: ConversationId,
    },
    /// Tell me when these people come and go; replaces what was watched before. At most 500.
    Watch {
        /// Whom.
        users: Vec<UserId>,
    },
}

/// What a client knows of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Everything up to this number is known.
    pub rev: i64,
    /// Whether the client holds messages and wants each that changed; otherwise the conversation itself is enough.
    #[serde(default)]
    pub rows: bool,
}

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerFrame {
    /// The socket is open and the session good.
    Welcome {
        /// Whose session it is.
        user_id: UserId,
        /// The server pings this often; a client that hears nothing for twice as long should reconnect.
        ping_seconds: u64,
    },
    /// Something happened.
    Event(Event),
    /// The answer to [`ClientFrame::Resume`] for one stream: rows that changed beyond the cursor, oldest change first.
    /// Everything up to `rev` is known after it. More frames for the same stream may follow.
    CaughtUp {
        /// Which stream.
        stream: Stream,
        /// The new cursor.
        rev: i64,
        /// What was missed; the numbers in it have holes, since a row that changed twice comes once.
        events: Vec<Event>,
    },
    /// Too much was missed to send it row by row: fetch this stream afresh.
    Reset {
        /// Which stream.
        stream: Stream,
    },
    /// A message is on disk.
    Accepted {
        /// The client's name for it.
        client_id: String,
        /// The message as it is stored.
        message: Box<Message>,
    },
    /// A message was not taken, and why.
    Refused {
        /// The client's name for it.
        client_id: String,
        /// Why.
        error: Error,
    },
    /// A frame could not be understood or carried out.
    Error {
        /// Why.
        error: Error,
    },
}
