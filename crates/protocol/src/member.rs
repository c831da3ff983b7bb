//! Who belongs to a conversation, and what one's own belonging looks like in the sidebar.

use serde::{Deserialize, Serialize};

use crate::{Conversation, ConversationId, Timestamp, UserId};

/// What a member may do beyond talking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Talks.
    Member,
    /// Also adds and removes members, renames, deletes others' messages.
    Admin,
    /// Also appoints admins and owners, archives.
    Owner,
}

impl Role {
    /// The word that stands for it in forms and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Member, Self::Admin, Self::Owner].into_iter().find(|role| role.as_str() == word)
    }
}

/// Someone's belonging to a conversation, as its other members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The person.
    pub user_id: UserId,
    /// What they may do.
    pub role: Role,
    /// Since when; the last time, for those who came back.
    pub joined_at: Timestamp,
    /// When they left or were removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Timestamp>,
}

/// A conversation in one's own sidebar: what all members share, and what is one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What all members share.
    pub conversation: Conversation,
    /// What one may do there.
    pub role: Role,
    /// The number of the last message that one has read, on whatever device.
    pub read_seq: i64,
}

impl Entry {
    /// How many messages came after the last one read.
    pub const fn unread(&self) -> i64 {
        self.conversation.last_seq - self.read_seq
    }
}
