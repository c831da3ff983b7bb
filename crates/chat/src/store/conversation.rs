//! Conversations.

use protocol::{Conversation, ConversationId, Kind, ProjectId, Role, Standing, Timestamp, User, UserId};
use sqlx::{AnyConnection, FromRow};

use crate::{Fault, Result, error::OnConflict};

macro_rules! columns {
    () => {
        "c.id, c.kind, c.name, c.topic, c.private, c.archived_at, c.creator_id, c.project_id, c.created_at, \
         c.active_at, c.last_seq, c.rev, c.member_count"
    };
}
pub(super) use columns;

#[derive(FromRow)]
pub(super) struct ConversationRow {
    id: i64,
    kind: String,
    name: String,
    topic: String,
    private: i64,
    archived_at: Option<i64>,
    creator_id: Option<i64>,
    project_id: Option<i64>,
    created_at: i64,
    active_at: i64,
    last_seq: i64,
    rev: i64,
    member_count: i64,
}

impl TryFrom<ConversationRow> for Conversation {
    type Error = Fault;

    /// Without the people of a direct or group chat, which are read apart.
    fn try_from(row: ConversationRow) -> std::result::Result<Self, Fault> {
        let kind = Kind::from_word(&row.kind).ok_or_else(|| Fault::Stored(format!("kind {:?}", row.kind)))?;
        Ok(Self {
            id: ConversationId(row.id),
            kind,
            name: row.name,
            topic: row.topic,
            private: row.private != 0,
            archived_at: row.archived_at.map(Timestamp),
            creator_id: row.creator_id.map(UserId),
            project_id: row.project_id.map(ProjectId),
            created_at: Timestamp(row.created_at),
            active_at: Timestamp(row.active_at),
            last_seq: row.last_seq,
            rev: row.rev,
            member_count: row.member_count,
            people: Vec::new(),
        })
    }
}

pub(super) fn role(word: &str) -> std::result::Result<Role, Fault> {
    Role::from_word(word).ok_or_else(|| Fault::Stored(format!("role {word:?}")))
}

/// What a conversation is made of.
pub(crate) struct NewConversation<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a str,
    pub(crate) topic: &'a str,
    pub(crate) private: bool,
    pub(crate) creator_id: UserId,
    pub(crate) direct_key: Option<String>,
    pub(crate) project_id: Option<ProjectId>,
    pub(crate) now: Timestamp,
}

pub(crate) async fn insert(connection: &mut AnyConnection, new: &NewConversation<'_>) -> Result<ConversationId> {
    let id = sqlx::query_scalar(
        "INSERT INTO conversations (kind, name, name_key, topic, private, creator_id, direct_key, project_id, created_at, \
         active_at, rev, about_rev, last_seq, member_count) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 0, 0, 0, 0) RETURNING id",
    )
    .bind(new.kind.as_str())
    .bind(new.name)
    .bind(name_key(new.kind, new.private, new.name))
    .bind(new.topic)
    .bind(i64::from(new.private))
    .bind(new.creator_id.0)
    .bind(new.direct_key.clone())
    .bind(new.project_id.map(|id| id.0))
    .bind(new.now.0)
    .fetch_one(connection)
    .await
    .on_conflict(name_taken)?;
    Ok(ConversationId(id))
}

/// Only the names of open rooms are unique: a private one must not show by being taken.
fn name_key(kind: Kind, private: bool, name: &str) -> Option<String> {
    (kind == Kind::Room && !private).then(|| name.to_lowercase())
}

fn name_taken() -> protocol::Error {
    protocol::Error::invalid("name", "There is a room of that name already.")
}

/// The one chat that everyone is in; the migrations make it.
pub(crate) async fn public_id(connection: &mut AnyConnection) -> Result<ConversationId> {
    let id = sqlx::query_scalar("SELECT id FROM conversations WHERE kind = 'public'").fetch_one(connection).await?;
    Ok(ConversationId(id))
}

pub(crate) async fn direct(connection: &mut AnyConnection, key: &str) -> Result<Option<ConversationId>> {
    let id: Option<i64> = sqlx::query_scalar("SELECT id FROM conversations WHERE direct_key = $1")
        .bind(key)
        .fetch_optional(connection)
        .await?;
    Ok(id.map(ConversationId))
}

/// Someone before a conversation: all that permission and an answer need.
pub(crate) struct Seen {
    pub(crate) conversation: Conversation,
    pub(crate) standing: Standing,
    pub(crate) read_seq: i64,
    pub(crate) person: User,
    /// How far the place's numbers have come.
    pub(crate) place_rev: i64,
}

#[derive(FromRow)]
struct SeenRow {
    #[sqlx(flatten)]
    conversation: ConversationRow,
    role: Option<String>,
    read_seq: Option<i64>,
    user_id: i64,
    username: String,
    display_name: String,
    avatar_url: Option<String>,
    admin: i64,
    user_created_at: i64,
    deactivated_at: Option<i64>,
    user_rev: i64,
    place_rev: i64,
}

/// The conversation as `user_id` stands before it, member or not.
pub(crate) async fn see(connection: &mut AnyConnection, id: ConversationId, user_id: UserId) -> Result<Option<Seen>> {
    let row: Option<SeenRow> = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        ", m.role, m.read_seq, u.id AS user_id, u.username, u.display_name, u.avatar_url, u.admin, \
         u.created_at AS user_created_at, u.deactivated_at, u.rev AS user_rev, (SELECT rev FROM place WHERE id = 1) AS place_rev \
         FROM conversations c JOIN users u ON u.id = $2 \
         LEFT JOIN members m ON m.conversation_id = c.id AND m.user_id = u.id AND m.left_at IS NULL WHERE c.id = $1"
    ))
    .bind(id.0)
    .bind(user_id.0)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let person = User {
        id: UserId(row.user_id),
        username: row.username,
        display_name: row.display_name,
        avatar_url: row.avatar_url,
        admin: row.admin != 0,
        deactivated: row.deactivated_at.is_some(),
        created_at: Timestamp(row.user_created_at),
        rev: row.user_rev,
    };
    let mut conversation = Conversation::try_from(row.conversation)?;
    let role = row.role.as_deref().map(role).transpose()?;
    if conversation.kind.is_personal() && role.is_some() {
        conversation.people = people(connection, id).await?;
    }
    let standing = Standing::of(&conversation, role, person.admin);
    Ok(Some(Seen { conversation, standing, read_seq: row.read_seq.unwrap_or(0), person, place_rev: row.place_rev }))
}

pub(crate) async fn find(connection: &mut AnyConnection, id: ConversationId) -> Result<Conversation> {
    let row: ConversationRow = sqlx::query_as(concat!("SELECT ", columns!(), " FROM conversations c WHERE c.id = $1"))
        .bind(id.0)
        .fetch_one(&mut *connection)
        .await?;
    let mut conversation = Conversation::try_from(row)?;
    if conversation.kind.is_personal() {
        conversation.people = people(connection, id).await?;
    }
    Ok(conversation)
}

async fn people(connection: &mut AnyConnection, id: ConversationId) -> Result<Vec<UserId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT user_id FROM members WHERE conversation_id = $1 AND left_at IS NULL ORDER BY user_id",
    )
    .bind(id.0)
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(UserId).collect())
}

/// Takes the conversation's next number.
pub(crate) async fn next_rev(connection: &mut AnyConnection, id: ConversationId) -> Result<i64> {
    Ok(sqlx::query_scalar("UPDATE conversations SET rev = rev + 1 WHERE id = $1 RETURNING rev")
        .bind(id.0)
        .fetch_one(connection)
        .await?)
}

/// Takes the conversation's next number for a membership that began (`1`), ended (`-1`) or changed (`0`):
/// `(rev, member_count)`.
pub(crate) async fn next_member(connection: &mut AnyConnection, id: ConversationId, more: i64) -> Result<(i64, i64)> {
    Ok(sqlx::query_as(
        "UPDATE conversations SET rev = rev + 1, member_count = member_count + $2 WHERE id = $1 \
         RETURNING rev, member_count",
    )
    .bind(id.0)
    .bind(more)
    .fetch_one(connection)
    .await?)
}

/// Writes name, topic, openness and archival back, under the conversation's next number, which it returns.
pub(crate) async fn update(connection: &mut AnyConnection, conversation: &Conversation) -> Result<i64> {
    let live = conversation.archived_at.is_none();
    let key = name_key(conversation.kind, conversation.private, &conversation.name).filter(|_| live);
    sqlx::query_scalar(
        "UPDATE conversations SET name = $2, name_key = $3, topic = $4, private = $5, archived_at = $6, \
         rev = rev + 1, about_rev = rev + 1 WHERE id = $1 RETURNING rev",
    )
    .bind(conversation.id.0)
    .bind(&conversation.name)
    .bind(key)
    .bind(&conversation.topic)
    .bind(i64::from(conversation.private))
    .bind(conversation.archived_at.map(|at| at.0))
    .fetch_one(connection)
    .await
    .on_conflict(name_taken)
}

/// The number of the last change to the conversation itself.
pub(crate) async fn about_rev(connection: &mut AnyConnection, id: ConversationId) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT about_rev FROM conversations WHERE id = $1").bind(id.0).fetch_one(connection).await?)
}

#[derive(FromRow)]
struct ListingRow {
    #[sqlx(flatten)]
    conversation: ConversationRow,
    joined: i64,
}

/// Rooms that `user_id` may see, whose name or topic contains what `pattern` says, by name, those beyond the
/// name and id `after`; whether they are in.
pub(crate) async fn browse(
    connection: &mut AnyConnection,
    user_id: UserId,
    pattern: &str,
    (after_name, after_id): (&str, ConversationId),
    limit: i64,
) -> Result<Vec<(Conversation, bool)>> {
    let rows: Vec<ListingRow> = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        ", CASE WHEN m.user_id IS NULL THEN 0 ELSE 1 END AS joined FROM conversations c \
         LEFT JOIN members m ON m.conversation_id = c.id AND m.user_id = $1 AND m.left_at IS NULL \
         WHERE c.kind = 'room' AND c.archived_at IS NULL AND (c.private = 0 OR m.user_id IS NOT NULL) \
         AND (lower(c.name) LIKE $2 ESCAPE '\\' OR lower(c.topic) LIKE $2 ESCAPE '\\') \
         AND (lower(c.name) > lower($3) OR lower(c.name) = lower($3) AND c.id > $4) \
         ORDER BY lower(c.name), c.id LIMIT $5"
    ))
    .bind(user_id.0)
    .bind(pattern)
    .bind(after_name)
    .bind(after_id.0)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((row.conversation.try_into()?, row.joined != 0))).collect()
}
