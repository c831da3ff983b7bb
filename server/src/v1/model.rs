//! What several nouns of the API are made of.

use protocol::{Entry, Kind, Role, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A moment: RFC 3339 in UTC, exact to a millisecond.
#[derive(Serialize, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-20T10:30:00.000Z")]
pub struct Time(String);

impl From<Timestamp> for Time {
    fn from(moment: Timestamp) -> Self {
        Self(moment.to_rfc3339())
    }
}

/// What sort of conversation it is: the one chat that everyone is in, a named room, two people, a few people, a project.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    Public,
    Room,
    Direct,
    Group,
    Project,
}

impl From<Kind> for ConversationKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Public => Self::Public,
            Kind::Room => Self::Room,
            Kind::Direct => Self::Direct,
            Kind::Group => Self::Group,
            Kind::Project => Self::Project,
        }
    }
}

/// What a member may do: a member talks; an admin also adds and removes members, renames, and deletes others' messages;
/// an owner also appoints admins and owners, and archives.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    Member,
    Admin,
    Owner,
}

impl From<Role> for MemberRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Admin => Self::Admin,
            Role::Owner => Self::Owner,
        }
    }
}

impl From<MemberRole> for Role {
    fn from(role: MemberRole) -> Self {
        match role {
            MemberRole::Member => Self::Member,
            MemberRole::Admin => Self::Admin,
            MemberRole::Owner => Self::Owner,
        }
    }
}

/// Someone of the place.
#[derive(Serialize, ToSchema)]
pub struct User {
    #[schema(example = 7)]
    id: i64,
    /// The unique name.
    #[schema(example = "ada")]
    username: String,
    /// The name to show.
    #[schema(example = "Ada Lovelace")]
    display_name: String,
    /// Where their picture lives.
    #[schema(required = true)]
    avatar_url: Option<String>,
    /// Whether they administer the place.
    admin: bool,
    /// Whether the account is closed: their messages stay, they can’t come in.
    deactivated: bool,
    created_at: Time,
}

impl From<protocol::User> for User {
    fn from(user: protocol::User) -> Self {
        Self {
            id: user.id.0,
            username: user.username,
            display_name: user.display_name,
            avatar_url: user.avatar_url,
            admin: user.admin,
            deactivated: user.deactivated,
            created_at: user.created_at.into(),
        }
    }
}

/// A conversation, and what the caller is in it.
#[derive(Serialize, ToSchema)]
pub struct Conversation {
    #[schema(example = 3)]
    id: i64,
    kind: ConversationKind,
    /// Empty for direct chats and unnamed groups, which are called after their people.
    #[schema(example = "engineering")]
    name: String,
    /// What it is about; may be empty.
    #[schema(example = "Bridges and tunnels")]
    topic: String,
    /// Whether only members know of it.
    private: bool,
    /// Since when nothing can be posted any more.
    #[schema(required = true)]
    archived_at: Option<Time>,
    /// Who made it; `null` for the public chat, which is there from the start.
    #[schema(required = true)]
    creator_id: Option<i64>,
    /// The project that it belongs to.
    #[schema(required = true)]
    project_id: Option<i64>,
    created_at: Time,
    /// When something was last posted, or it was made.
    active_at: Time,
    /// The number of its last message; 0 when there is none. Messages are numbered 1, 2, 3 … without holes.
    last_seq: i64,
    member_count: i64,
    /// All members of a direct or group chat; empty for the other kinds, see their `members`.
    people: Vec<i64>,
    /// What the caller may do there; `null` where they are no member and only look in.
    #[schema(required = true)]
    role: Option<MemberRole>,
    /// The number of the last message that the caller has read.
    read_seq: i64,
    /// How many messages came after that one; 0 where the caller is no member.
    unread_count: i64,
}

impl From<chat::View> for Conversation {
    fn from(view: chat::View) -> Self {
        let chat::View { conversation, role, read_seq } = view;
        Self {
            id: conversation.id.0,
            kind: conversation.kind.into(),
            name: conversation.name,
            topic: conversation.topic,
            private: conversation.private,
            archived_at: conversation.archived_at.map(Time::from),
            creator_id: conversation.creator_id.map(|id| id.0),
            project_id: conversation.project_id.map(|id| id.0),
            created_at: conversation.created_at.into(),
            active_at: conversation.active_at.into(),
            last_seq: conversation.last_seq,
            member_count: conversation.member_count,
            people: conversation.people.into_iter().map(|id| id.0).collect(),
            unread_count: if role.is_some() { conversation.last_seq - read_seq } else { 0 },
            role: role.map(MemberRole::from),
            read_seq,
        }
    }
}

impl From<Entry> for Conversation {
    fn from(entry: Entry) -> Self {
        let Entry { conversation, role, read_seq } = entry;
        chat::View { conversation, role: Some(role), read_seq }.into()
    }
}
