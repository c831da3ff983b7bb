//! Records of files that are kept elsewhere.

use std::collections::HashMap;

use protocol::{ConversationId, FileRecord, FileRecordId, MessageId, Timestamp, UserId};
use sqlx::{AnyConnection, FromRow};

use crate::Result;

macro_rules! columns {
    () => {
        "id, filename, file_url, file_size, uploaded_at, uploader_id, public_message_id, private_chat_id"
    };
}

#[derive(FromRow)]
struct FileRecordRow {
    id: i64,
    filename: String,
    file_url: String,
    file_size: i64,
    uploaded_at: i64,
    uploader_id: i64,
    public_message_id: Option<i64>,
    private_chat_id: Option<i64>,
}

impl From<FileRecordRow> for FileRecord {
    fn from(row: FileRecordRow) -> Self {
        Self {
            id: FileRecordId(row.id),
            filename: row.filename,
            file_url: row.file_url,
            file_size: row.file_size,
            uploaded_at: Timestamp(row.uploaded_at),
            uploader_id: UserId(row.uploader_id),
            public_message_id: row.public_message_id.map(MessageId),
            private_chat_id: row.private_chat_id.map(ConversationId),
        }
    }
}

/// Writes a record, whose id is given by the database, and returns it whole.
pub(crate) async fn insert(connection: &mut AnyConnection, record: FileRecord) -> Result<FileRecord> {
    let id = sqlx::query_scalar(
        "INSERT INTO file_records (filename, file_url, file_size, uploaded_at, uploader_id, public_message_id, \
         private_chat_id) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(&record.filename)
    .bind(&record.file_url)
    .bind(record.file_size)
    .bind(record.uploaded_at.0)
    .bind(record.uploader_id.0)
    .bind(record.public_message_id.map(|id| id.0))
    .bind(record.private_chat_id.map(|id| id.0))
    .fetch_one(connection)
    .await?;
    Ok(FileRecord { id: FileRecordId(id), ..record })
}

pub(crate) async fn find(connection: &mut AnyConnection, id: FileRecordId) -> Result<Option<FileRecord>> {
    let row: Option<FileRecordRow> = sqlx::query_as(concat!("SELECT ", columns!(), " FROM file_records WHERE id = $1"))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(FileRecord::from))
}

/// What the person recorded, oldest first.
pub(crate) async fn of_uploader(connection: &mut AnyConnection, id: UserId) -> Result<Vec<FileRecord>> {
    let query = concat!("SELECT ", columns!(), " FROM file_records WHERE uploader_id = $1 ORDER BY id");
    Ok(records(sqlx::query_as(query).bind(id.0).fetch_all(connection).await?))
}

/// What belongs to the message, oldest first.
pub(crate) async fn of_message(connection: &mut AnyConnection, id: MessageId) -> Result<Vec<FileRecord>> {
    let query = concat!("SELECT ", columns!(), " FROM file_records WHERE public_message_id = $1 ORDER BY id");
    Ok(records(sqlx::query_as(query).bind(id.0).fetch_all(connection).await?))
}

/// The records of several messages, by message.
pub(super) type Records = HashMap<MessageId, Vec<FileRecord>>;

macro_rules! of_messages {
    ($which:literal) => {
        concat!(
            "SELECT r.id, r.filename, r.file_url, r.file_size, r.uploaded_at, r.uploader_id, r.public_message_id, \
             r.private_chat_id FROM messages m JOIN file_records r ON r.public_message_id = m.id \
             WHERE m.conversation_id = $1 AND ",
            $which,
            " ORDER BY r.id"
        )
    };
}

pub(super) const OF_STRETCH: &str = of_messages!("m.seq BETWEEN $2 AND $3");

/// What belongs to a stretch of messages.
pub(crate) async fn of_stretch(
    connection: &mut AnyConnection,
    id: ConversationId,
    first: i64,
    last: i64,
) -> Result<Records> {
    Ok(group(sqlx::query_as(OF_STRETCH).bind(id.0).bind(first).bind(last).fetch_all(connection).await?))
}

pub(super) const SINCE: &str = of_messages!("m.rev > $2");

/// What belongs to messages that changed beyond `rev`.
pub(crate) async fn since(connection: &mut AnyConnection, id: ConversationId, rev: i64) -> Result<Records> {
    Ok(group(sqlx::query_as(SINCE).bind(id.0).bind(rev).fetch_all(connection).await?))
}

fn group(rows: Vec<FileRecordRow>) -> Records {
    let mut messages = Records::new();
    for record in records(rows) {
        if let Some(id) = record.public_message_id {
            messages.entry(id).or_default().push(record);
        }
    }
    messages
}

/// What belongs to the direct chat, oldest first.
pub(crate) async fn of_chat(connection: &mut AnyConnection, id: ConversationId) -> Result<Vec<FileRecord>> {
    let query = concat!("SELECT ", columns!(), " FROM file_records WHERE private_chat_id = $1 ORDER BY id");
    Ok(records(sqlx::query_as(query).bind(id.0).fetch_all(connection).await?))
}

/// The latest that belong to a direct chat, newest first.
pub(crate) async fn latest_of_chat(
    connection: &mut AnyConnection,
    id: ConversationId,
    limit: i64,
) -> Result<Vec<FileRecord>> {
    let query =
        concat!("SELECT ", columns!(), " FROM file_records WHERE private_chat_id = $1 ORDER BY id DESC LIMIT $2");
    Ok(records(sqlx::query_as(query).bind(id.0).bind(limit).fetch_all(connection).await?))
}

/// The latest that belong to messages of the public chat, newest first.
pub(crate) async fn latest_public(connection: &mut AnyConnection, limit: i64) -> Result<Vec<FileRecord>> {
    let query = concat!(
        "SELECT ",
        columns!(),
        " FROM file_records WHERE public_message_id IS NOT NULL ORDER BY id DESC LIMIT $1"
    );
    Ok(records(sqlx::query_as(query).bind(limit).fetch_all(connection).await?))
}

pub(crate) async fn delete(connection: &mut AnyConnection, id: FileRecordId) -> Result<()> {
    sqlx::query("DELETE FROM file_records WHERE id = $1").bind(id.0).execute(connection).await?;
    Ok(())
}

/// Forgets all that belongs to a message.
pub(crate) async fn clear(connection: &mut AnyConnection, id: MessageId) -> Result<()> {
    sqlx::query("DELETE FROM file_records WHERE public_message_id = $1").bind(id.0).execute(connection).await?;
    Ok(())
}

fn records(rows: Vec<FileRecordRow>) -> Vec<FileRecord> {
    rows.into_iter().map(FileRecord::from).collect()
}
