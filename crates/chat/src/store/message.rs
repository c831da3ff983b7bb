//! Messages.

use std::collections::HashMap;

use protocol::{ConversationId, Message, MessageId, Reaction, Timestamp, UserId};
use sqlx::{AnyConnection, Database as _, FromRow, Sqlite};

use super::{
    attachment::{self, Attachments},
    file_record::{self, Records},
    reaction,
};
use crate::{Result, error::OnConflict, markdown};

macro_rules! columns {
    () => {
        "id, conversation_id, seq, rev, author_id, client_id, body, created_at, edited_at, deleted_at"
    };
}

#[derive(FromRow)]
pub(super) struct MessageRow {
    id: i64,
    conversation_id: i64,
    seq: i64,
    rev: i64,
    author_id: i64,
    client_id: Option<String>,
    body: String,
    created_at: i64,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
}

/// What hangs on messages, by message.
#[derive(Default)]
pub(super) struct Hung {
    pub(super) reactions: HashMap<MessageId, Vec<Reaction>>,
    pub(super) files: Attachments,
    pub(super) records: Records,
}

impl MessageRow {
    /// As it was typed: its text is not parsed.
    fn with(self, hung: &mut Hung) -> Message {
        let id = MessageId(self.id);
        Message {
            id,
            conversation_id: ConversationId(self.conversation_id),
            seq: self.seq,
            rev: self.rev,
            author_id: UserId(self.author_id),
            client_id: self.client_id,
            blocks: Vec::new(),
            body: self.body,
            created_at: Timestamp(self.created_at),
            edited_at: self.edited_at.map(Timestamp),
            deleted_at: self.deleted_at.map(Timestamp),
            reactions: hung.reactions.remove(&id).unwrap_or_default(),
            files: hung.files.remove(&id).unwrap_or_default(),
            records: hung.records.remove(&id).unwrap_or_default(),
        }
    }
}

pub(super) fn assemble(rows: impl IntoIterator<Item = MessageRow>, mut hung: Hung) -> Vec<Message> {
    rows.into_iter().map(|row| row.with(&mut hung)).collect()
}

/// A message that isn't there yet.
pub(crate) struct NewMessage<'a> {
    pub(crate) conversation_id: ConversationId,
    pub(crate) author_id: UserId,
    pub(crate) client_id: Option<&'a str>,
    pub(crate) body: &'a str,
    pub(crate) now: Timestamp,
}

macro_rules! numbered {
    () => {
        "UPDATE conversations SET rev = rev + 1, last_seq = last_seq + 1, \
         active_at = CASE WHEN $5 > active_at THEN $5 ELSE active_at END WHERE id = $1"
    };
}

macro_rules! inserted {
    ($from:literal) => {
        concat!(
            "INSERT INTO messages (conversation_id, seq, rev, author_id, client_id, body, created_at) \
             SELECT id, last_seq, rev, $2, $3, $4, $5 FROM ",
            $from,
            " RETURNING id, seq, rev"
        )
    };
}

/// Takes the conversation's next number and place for a message, whose author has read what was said before. Three statements
/// in one trip, since to go to the database costs more than what it does there: it takes them in a row, or as parts of
/// one, but neither takes the other's way.
const POST_TO_SQLITE: &str = concat!(
    numbered!(),
    "; UPDATE members SET read_seq = (SELECT last_seq FROM conversations WHERE id = $1) \
     WHERE conversation_id = $1 AND user_id = $2; ",
    inserted!("conversations WHERE id = $1"),
);
const POST_TO_POSTGRES: &str = concat!(
    "WITH numbered AS (",
    numbered!(),
    " RETURNING id, last_seq, rev), reader AS (UPDATE members SET read_seq = numbered.last_seq FROM numbered \
     WHERE members.conversation_id = numbered.id AND members.user_id = $2) ",
    inserted!("numbered"),
);

/// Adds a message at the end of its conversation.
pub(crate) async fn post(connection: &mut AnyConnection, new: NewMessage<'_>) -> Result<Message> {
    let statement = if connection.backend_name() == Sqlite::NAME { POST_TO_SQLITE } else { POST_TO_POSTGRES };
    // All rows, though there is one: who asks for one isn't given what follows another statement.
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(statement)
        .bind(new.conversation_id.0)
        .bind(new.author_id.0)
        .bind(new.client_id.map(str::to_owned))
        .bind(new.body)
        .bind(new.now.0)
        .fetch_all(connection)
        .await
        .on_conflict(|| protocol::Error::conflict("That client_id was used already."))?;
    let (id, seq, rev) = rows.into_iter().next().ok_or(sqlx::Error::RowNotFound)?;
    let row = MessageRow {
        id,
        conversation_id: new.conversation_id.0,
        seq,
        rev,
        author_id: new.author_id.0,
        client_id: new.client_id.map(str::to_owned),
        body: new.body.to_owned(),
        created_at: new.now.0,
        edited_at: None,
        deleted_at: None,
    };
    Ok(markdown::parsed(row.with(&mut Hung::default())))
}

pub(crate) async fn find(connection: &mut AnyConnection, id: MessageId) -> Result<Option<Message>> {
    let row: Option<MessageRow> = sqlx::query_as(concat!("SELECT ", columns!(), " FROM messages WHERE id = $1"))
        .bind(id.0)
        .fetch_optional(&mut *connection)
        .await?;
    whole(connection, row).await
}

/// The message that its sender gave this name.
pub(crate) async fn by_client_id(
    connection: &mut AnyConnection,
    author_id: UserId,
    client_id: &str,
) -> Result<Option<Message>> {
    let row: Option<MessageRow> =
        sqlx::query_as(concat!("SELECT ", columns!(), " FROM messages WHERE author_id = $1 AND client_id = $2"))
            .bind(author_id.0)
            .bind(client_id)
            .fetch_optional(&mut *connection)
            .await?;
    whole(connection, row).await
}

async fn whole(connection: &mut AnyConnection, row: Option<MessageRow>) -> Result<Option<Message>> {
    let Some(row) = row else { return Ok(None) };
    let id = MessageId(row.id);
    let mut hung = Hung {
        reactions: HashMap::from([(id, reaction::of(connection, id).await?)]),
        files: HashMap::from([(id, attachment::of(connection, id).await?)]),
        records: HashMap::from([(id, file_record::of_message(connection, id).await?)]),
    };
    Ok(Some(markdown::parsed(row.with(&mut hung))))
}

/// What hangs on a message, as bits of [`StretchRow::hung`].
const REACTIONS: i64 = 1;
const FILES: i64 = 2;
const RECORDS: i64 = 4;

#[derive(FromRow)]
struct StretchRow {
    #[sqlx(flatten)]
    message: MessageRow,
    hung: i64,
}

pub(super) const STRETCH: &str = concat!(
    "SELECT ",
    columns!(),
    ", CASE WHEN EXISTS (SELECT 1 FROM reactions r WHERE r.message_id = messages.id) THEN 1 ELSE 0 END \
     + CASE WHEN EXISTS (SELECT 1 FROM files f WHERE f.message_id = messages.id) THEN 2 ELSE 0 END \
     + CASE WHEN EXISTS (SELECT 1 FROM file_records f WHERE f.public_message_id = messages.id) THEN 4 ELSE 0 END AS hung \
     FROM messages WHERE conversation_id = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq"
);

/// The messages from `first` to `last`, both included, oldest first: one walk along an index, wherever it lies. Their
/// text is not parsed. On most stretches nothing hangs, and each further question costs as much as ten messages.
pub(crate) async fn stretch(
    connection: &mut AnyConnection,
    id: ConversationId,
    first: i64,
    last: i64,
) -> Result<Vec<Message>> {
    let rows: Vec<StretchRow> =
        sqlx::query_as(STRETCH).bind(id.0).bind(first).bind(last).fetch_all(&mut *connection).await?;
    let all = rows.iter().fold(0, |all, row| all | row.hung);
    let mut hung = Hung::default();
    if all & REACTIONS != 0 {
        hung.reactions = reaction::of_stretch(connection, id, first, last).await?;
    }
    if all & FILES != 0 {
        hung.files = attachment::of_stretch(connection, id, first, last).await?;
    }
    if all & RECORDS != 0 {
        hung.records = file_record::of_stretch(connection, id, first, last).await?;
    }
    Ok(assemble(rows.into_iter().map(|row| row.message), hung))
}

pub(super) const CHANGED_SINCE: &str =
    concat!("SELECT ", columns!(), " FROM messages WHERE conversation_id = $1 AND rev > $2 ORDER BY rev");

/// Messages that changed beyond `rev`, oldest change first.
pub(crate) async fn changed_since(
    connection: &mut AnyConnection,
    id: ConversationId,
    rev: i64,
) -> Result<Vec<Message>> {
    let rows: Vec<MessageRow> = sqlx::query_as(CHANGED_SINCE).bind(id.0).bind(rev).fetch_all(&mut *connection).await?;
    let hung = Hung {
        reactions: reaction::since(connection, id, rev).await?,
        files: attachment::since(connection, id, rev).await?,
        records: file_record::since(connection, id, rev).await?,
    };
    Ok(assemble(rows, hung).into_iter().map(markdown::parsed).collect())
}

pub(crate) async fn set_body(
    connection: &mut AnyConnection,
    id: MessageId,
    body: &str,
    rev: i64,
    now: Timestamp,
) -> Result<()> {
    sqlx::query("UPDATE messages SET body = $2, rev = $3, edited_at = $4 WHERE id = $1")
        .bind(id.0)
        .bind(body)
        .bind(rev)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Leaves a tombstone: the text, the reactions, the files and the records are gone for good. Returns the names of the files' blobs.
pub(crate) async fn bury(
    connection: &mut AnyConnection,
    id: MessageId,
    rev: i64,
    now: Timestamp,
) -> Result<Vec<String>> {
    reaction::clear(connection, id).await?;
    let hashes = attachment::clear(connection, id).await?;
    file_record::clear(connection, id).await?;
    sqlx::query("UPDATE messages SET body = '', rev = $2, edited_at = NULL, deleted_at = $3 WHERE id = $1")
        .bind(id.0)
        .bind(rev)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(hashes)
}

pub(crate) async fn set_rev(connection: &mut AnyConnection, id: MessageId, rev: i64) -> Result<()> {
    sqlx::query("UPDATE messages SET rev = $2 WHERE id = $1").bind(id.0).bind(rev).execute(connection).await?;
    Ok(())
}

pub(super) const COUNT_DELETED: &str =
    "SELECT count(*) FROM messages WHERE conversation_id = $1 AND deleted_at IS NOT NULL";

/// How many of the conversation's messages were deleted.
pub(crate) async fn count_deleted(connection: &mut AnyConnection, id: ConversationId) -> Result<i64> {
    Ok(sqlx::query_scalar(COUNT_DELETED).bind(id.0).fetch_one(connection).await?)
}
