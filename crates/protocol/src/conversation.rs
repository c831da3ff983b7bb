//! Where people talk: the one public chat, rooms, direct and group chats, projects.

use serde::{Deserialize, Serialize};

use crate::{ProjectId, Timestamp, User, UserId, id::id};

id!(
    /// A conversation's id.
    ConversationId
);

/// What sort of conversation it is; decides who may do what ([`crate::Standing`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The one chat that everyone is in and no one can leave.
    Public,
    /// A named room, open or private.
    Room,
    /// Two people, always the same two.
    Direct,
    /// A few people without a room.
    Group,
    /// The conversation of a project.
    Project,
}

impl Kind {
    /// The word that stands for it in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Room => "room",
            Self::Direct => "direct",
            Self::Group => "group",
            Self::Project => "project",
        }
    }

    /// The kind of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Public, Self::Room, Self::Direct, Self::Group, Self::Project]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }

    /// Whether its members are few and listed in [`Conversation::people`].
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::Direct | Self::Group)
    }
}

/// A conversation as all of its members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// The conversation.
    pub id: ConversationId,
    /// What sort it is.
    pub kind: Kind,
    /// Its name; empty for direct chats and unnamed groups, which are called after their people.
    pub name: String,
    /// What it is about; may be empty.
    pub topic: String,
    /// Whether only members know of it. Always true for direct and group chats.
    pub private: bool,
    /// Since when nothing can be posted any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// Who made it; none for the public chat, which is there from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator_id: Option<UserId>,
    /// The project that it belongs to, as that one's own conversation or a further one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project_id: Option<ProjectId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something was last posted, or it was made.
    pub active_at: Timestamp,
    /// The number of its last message; 0 when there is none. Messages are numbered 1, 2, 3 … without holes.
    pub last_seq: i64,
    /// The number of its last change. Also a reader's cursor: everything up to it is known.
    pub rev: i64,
    /// How many members it has now.
    pub member_count: i64,
    /// All members of a direct or group chat, by id; empty for the other kinds, which can have thousands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<UserId>,
}

impl Conversation {
    /// What to call it, for `me`: its name, or the other people's names.
    pub fn title<'a>(&self, me: UserId, user: impl Fn(UserId) -> Option<&'a User>) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        let names: Vec<_> = self
            .people
            .iter()
            .filter(|id| **id != me)
            .map(|id| user(*id).map_or("…", |user| user.display_name.as_str()))
            .collect();
        match (names.is_empty(), self.kind) {
            (false, _) => names.join(", "),
            (true, Kind::Direct) => user(me).map_or("…", |user| user.display_name.as_str()).to_owned(),
            (true, _) => "Just you".to_owned(),
        }
    }
}
