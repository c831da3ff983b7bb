//! What is said, and how people react to it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Attachment, Block, ConversationId, Error, FileRecord, Timestamp, UserId, id::id};

id!(
    /// A message's id; unique over all conversations.
    MessageId
);

/// The longest message, in bytes of UTF-8.
pub const MAX_BODY_BYTES: usize = 16 * 1024;
/// The most files of one message.
pub const MAX_FILES: usize = 20;
/// The longest reaction, in bytes of UTF-8: the longest emoji sequences take 35.
pub const MAX_EMOJI_BYTES: usize = 40;
/// The longest [`ClientId`], in bytes.
const MAX_CLIENT_ID_BYTES: usize = 64;

/// A message as it is stored. One that was deleted stays as a tombstone: no body, no reactions, no files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The message.
    pub id: MessageId,
    /// Where it was said.
    pub conversation_id: ConversationId,
    /// Its place among the conversation's messages: 1, 2, 3 … without holes.
    pub seq: i64,
    /// The conversation's number of the last change to it.
    pub rev: i64,
    /// Who said it.
    pub author_id: UserId,
    /// The name that its sender's client gave it, so that the client knows its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The source text, as typed.
    pub body: String,
    /// The text as it is shown; empty where the body is plain text and needs no more than its line breaks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// When the server took it.
    pub created_at: Timestamp,
    /// When its text last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// When it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// Reactions, in the order in which each emoji first came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// The files that hang on it, in their sender's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Attachment>,
    /// Files that are kept elsewhere and were recorded for it, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<FileRecord>,
}

impl Message {
    /// What to show where files can't be: its text, or where there is none the names of its files.
    pub fn words(&self) -> Cow<'_, str> {
        if !self.body.is_empty() || self.files.is_empty() {
            return Cow::Borrowed(&self.body);
        }
        let names: Vec<_> = self.files.iter().map(|file| file.name.as_str()).collect();
        Cow::Owned(names.join(", "))
    }
}

/// One emoji under a message and who gave it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji itself.
    pub emoji: String,
    /// Who gave it, in the order in which they did.
    pub users: Vec<UserId>,
}

/// The text of a message: trimmed at its ends, at most 16 KiB, and not blank unless files say what is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(String);

impl Body {
    /// # Errors
    /// [`Error::Invalid`] for the field `body`; [`Error::TooLarge`] above [`MAX_BODY_BYTES`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.trim().is_empty() {
            return Err(Error::invalid("body", "A message can’t be empty."));
        }
        Self::beside_files(text)
    }

    /// The text of a message with files, which may be empty.
    ///
    /// # Errors
    /// As for [`Body::parse`].
    pub fn beside_files(text: &str) -> Result<Self, Error> {
        // Leading spaces can be an indented code block; only blank lines are trimmed from the front.
        let text = text.trim_end().trim_start_matches(['\n', '\r']);
        if text.contains('\0') {
            return Err(Error::invalid("body", "A message can’t contain the NUL character."));
        }
        if text.len() > MAX_BODY_BYTES {
            return Err(Error::TooLarge { limit: MAX_BODY_BYTES as u64 });
        }
        Ok(Self(text.replace("\r\n", "\n")))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name that a client gives a message before it is sent: 1 to 64 visible ASCII characters, unique per sender.
/// A retry carries the same one and gets the first one's answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(String);

impl ClientId {
    /// # Errors
    /// [`Error::Invalid`] for the field `client_id`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.is_empty() || text.len() > MAX_CLIENT_ID_BYTES || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::invalid(
                "client_id",
                format!("A client_id has 1 to {MAX_CLIENT_ID_BYTES} visible ASCII characters."),
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_trimmed_but_keeps_its_first_indent() {
        assert_eq!(Body::parse("\n\n    code\r\nmore \n").map(|b| b.as_str().to_owned()), Ok("    code\nmore".into()));
    }

    #[test]
    fn beside_files_there_may_be_no_text() {
        assert_eq!(Body::beside_files(" \n").map(|b| b.as_str().to_owned()), Ok(String::new()));
        assert!(matches!(Body::beside_files(&"x".repeat(MAX_BODY_BYTES + 1)), Err(Error::TooLarge { .. })));
    }

    #[test]
    fn a_blank_or_oversized_body_is_refused() {
        assert!(matches!(Body::parse(" \n\t "), Err(Error::Invalid { .. })));
        assert!(Body::parse(&"x".repeat(MAX_BODY_BYTES)).is_ok());
        assert!(matches!(Body::parse(&"x".repeat(MAX_BODY_BYTES + 1)), Err(Error::TooLarge { .. })));
    }
}
