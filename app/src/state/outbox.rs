//! What was sent and isn't known to be on the server's disk yet, as it is shown.

use protocol::{ConversationId, FileId, Timestamp};
use serde::{Deserialize, Serialize};

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// The name under which a retry is the same message.
    pub client_id: String,
    /// Where to.
    pub conversation_id: ConversationId,
    /// What it says.
    pub body: String,
    /// The files that hang on it. They are on the server already.
    #[serde(default)]
    pub files: Vec<FileId>,
    /// When it was written, by the browser's clock.
    pub created_at: Timestamp,
    /// How far it has come.
    #[serde(skip)]
    pub delivery: Delivery,
}

/// How far a message has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// It waits for the socket or the server's answer.
    #[default]
    Waiting,
    /// It is on disk; its event hasn't come yet.
    Accepted {
        /// The conversation's number of its event.
        rev: i64,
    },
    /// The server didn't take it.
    Refused {
        /// Why.
        sentence: String,
    },
}
