//! Records of files that are kept elsewhere.

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

/// What belongs to the direct chat, oldest first.
pub(crate) async fn of_chat(connection: &mut AnyConnection, id: ConversationId) -> Result<Vec<FileRecord>> {
    let query = concat!("SELECT ", columns!(), " FROM file_records WHERE private_chat_id = $1 ORDER BY id");
    Ok(records(sqlx::query_as(query).bind(id.0).fetch_all(connection).await?))
}

pub(crate) async fn delete(connection: &mut AnyConnection, id: FileRecordId) -> Result<()> {
    sqlx::query("DELETE FROM file_records WHERE id = $1").bind(id.0).execute(connection).await?;
    Ok(())
}

fn records(rows: Vec<FileRecordRow>) -> Vec<FileRecord> {
    rows.into_iter().map(FileRecord::from).collect()
}
