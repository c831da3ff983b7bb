//! Uploads that come in parts.

use protocol::{ConversationId, FileId, FileName, FolderId, ProjectId, Timestamp, UserId};
use sqlx::{AnyConnection, FromRow};

use crate::{Destination, Result};

macro_rules! columns {
    () => {
        "id, user_id, project_id, folder_id, conversation_id, name, size, received, touched_at, file_id"
    };
}

#[derive(FromRow)]
struct UploadRow {
    id: String,
    user_id: i64,
    project_id: Option<i64>,
    folder_id: Option<i64>,
    conversation_id: Option<i64>,
    name: String,
    size: i64,
    received: i64,
    touched_at: i64,
    file_id: Option<i64>,
}

/// An upload, and how far it has come.
#[derive(Clone)]
pub(crate) struct StoredUpload {
    pub(crate) id: String,
    pub(crate) user_id: UserId,
    pub(crate) destination: Destination,
    pub(crate) name: FileName,
    /// How many bytes it is to have, and how many of them are safely on disk.
    pub(crate) size: i64,
    pub(crate) received: i64,
    pub(crate) touched_at: Timestamp,
    pub(crate) file_id: Option<FileId>,
}

impl From<UploadRow> for StoredUpload {
    fn from(row: UploadRow) -> Self {
        let destination = match row.project_id {
            Some(id) => Destination::Library { project_id: ProjectId(id), folder_id: row.folder_id.map(FolderId) },
            None => Destination::Conversation(ConversationId(row.conversation_id.unwrap_or_default())),
        };
        Self {
            id: row.id,
            user_id: UserId(row.user_id),
            destination,
            name: FileName::clean(&row.name),
            size: row.size,
            received: row.received,
            touched_at: Timestamp(row.touched_at),
            file_id: row.file_id.map(FileId),
        }
    }
}

pub(crate) async fn insert(connection: &mut AnyConnection, upload: &StoredUpload) -> Result<()> {
    let (project, folder, conversation) = match upload.destination {
        Destination::Library { project_id, folder_id } => (Some(project_id.0), folder_id.map(|id| id.0), None),
        Destination::Conversation(id) => (None, None, Some(id.0)),
    };
    sqlx::query(
        "INSERT INTO uploads (id, user_id, project_id, folder_id, conversation_id, name, size, received, touched_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&upload.id)
    .bind(upload.user_id.0)
    .bind(project)
    .bind(folder)
    .bind(conversation)
    .bind(upload.name.as_str())
    .bind(upload.size)
    .bind(upload.received)
    .bind(upload.touched_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn find(connection: &mut AnyConnection, id: &str) -> Result<Option<StoredUpload>> {
    let row: Option<UploadRow> = sqlx::query_as(concat!("SELECT ", columns!(), " FROM uploads WHERE id = $1"))
        .bind(id)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(StoredUpload::from))
}

/// Someone's uploads that aren't whole, the one that was last gone on with first.
pub(crate) async fn of_person(connection: &mut AnyConnection, id: UserId) -> Result<Vec<StoredUpload>> {
    let rows: Vec<UploadRow> = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM uploads WHERE user_id = $1 AND file_id IS NULL ORDER BY touched_at DESC, id"
    ))
    .bind(id.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(StoredUpload::from).collect())
}

/// How many bytes all uploads that aren't whole are to have.
pub(crate) async fn promised(connection: &mut AnyConnection) -> Result<i64> {
    // PostgreSQL would make a decimal of the sum.
    let sum = "SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM uploads WHERE file_id IS NULL";
    Ok(sqlx::query_scalar(sum).fetch_one(connection).await?)
}

/// Notes how many bytes are on disk.
pub(crate) async fn advance(connection: &mut AnyConnection, id: &str, received: i64, now: Timestamp) -> Result<()> {
    sqlx::query("UPDATE uploads SET received = $2, touched_at = $3 WHERE id = $1")
        .bind(id)
        .bind(received)
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes what became of it.
pub(crate) async fn finish(connection: &mut AnyConnection, id: &str, file_id: FileId) -> Result<()> {
    sqlx::query("UPDATE uploads SET file_id = $2 WHERE id = $1").bind(id).bind(file_id.0).execute(connection).await?;
    Ok(())
}

pub(crate) async fn delete(connection: &mut AnyConnection, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM uploads WHERE id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// The uploads whose bytes are staged.
pub(crate) async fn under_way(connection: &mut AnyConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT id FROM uploads WHERE file_id IS NULL").fetch_all(connection).await?)
}

/// The uploads that nobody has gone on with since that moment.
pub(crate) async fn untouched_since(connection: &mut AnyConnection, moment: Timestamp) -> Result<Vec<String>> {
    let query = "SELECT id FROM uploads WHERE touched_at <= $1";
    Ok(sqlx::query_scalar(query).bind(moment.0).fetch_all(connection).await?)
}
