//! Records of files that are kept elsewhere: their address, and the message or private chat that they belong to.

use serde::{Deserialize, Serialize};

use crate::{ConversationId, MessageId, Timestamp, UserId, id::id};

id!(
    /// A file record's id.
    FileRecordId
);

/// A file that is kept elsewhere. It belongs to one of a public message and a private chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// The record.
    pub id: FileRecordId,
    /// The file's name.
    pub filename: String,
    /// Where it lies: an `http` or `https` address.
    pub file_url: String,
    /// How many bytes it has, as its uploader says.
    pub file_size: i64,
    /// When it was recorded.
    pub uploaded_at: Timestamp,
    /// Who recorded it.
    pub uploader_id: UserId,
    /// The message in the public chat that it belongs to.
    pub public_message_id: Option<MessageId>,
    /// The direct chat that it belongs to.
    pub private_chat_id: Option<ConversationId>,
}
