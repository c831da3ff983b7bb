//! Files of libraries and messages, their versions, and the blobs that hold their bytes.

use protocol::{
    ConversationId, File, FileId, FileName, FilePlace, FolderId, MessageId, Pixels, ProjectId, Timestamp, UserId,
};
use sqlx::{AnyConnection, FromRow};

use crate::Result;

macro_rules! columns {
    () => {
        "f.id, f.project_id, f.folder_id, f.conversation_id, f.message_id, f.name, f.version, f.creator_id, \
         f.binned_at, v.blob_hash, v.uploader_id, v.uploaded_at, b.size, b.content_type, b.width, b.height \
         FROM files f JOIN file_versions v ON v.file_id = f.id AND v.number = f.version \
         JOIN blobs b ON b.hash = v.blob_hash"
    };
}

pub(super) use columns;

#[derive(FromRow)]
pub(super) struct FileRow {
    id: i64,
    project_id: Option<i64>,
    folder_id: Option<i64>,
    conversation_id: Option<i64>,
    message_id: Option<i64>,
    name: String,
    version: i64,
    creator_id: i64,
    binned_at: Option<i64>,
    blob_hash: String,
    uploader_id: i64,
    uploaded_at: i64,
    size: i64,
    content_type: String,
    width: Option<i64>,
    height: Option<i64>,
}

/// A file, who brought it here first, and the name of the blob that holds its bytes.
pub(crate) struct StoredFile {
    pub(crate) file: File,
    pub(crate) creator_id: UserId,
    pub(crate) blob_hash: String,
}

impl From<FileRow> for StoredFile {
    fn from(row: FileRow) -> Self {
        let place = match row.project_id {
            Some(id) => FilePlace::Library { project_id: ProjectId(id), folder_id: row.folder_id.map(FolderId) },
            None => FilePlace::Conversation {
                // The schema says that there is one or the other.
                conversation_id: ConversationId(row.conversation_id.unwrap_or_default()),
                message_id: row.message_id.map(MessageId),
            },
        };
        let pixels = row.width.zip(row.height).map(|(width, height)| Pixels { width, height });
        let file = File {
            id: FileId(row.id),
            place,
            name: row.name,
            size: row.size,
            content_type: row.content_type,
            pixels,
            version: row.version,
            uploader_id: UserId(row.uploader_id),
            uploaded_at: Timestamp(row.uploaded_at),
            binned_at: row.binned_at.map(Timestamp),
        };
        Self { file, creator_id: UserId(row.creator_id), blob_hash: row.blob_hash }
    }
}

/// A version that comes to a file, or with a new one.
pub(crate) struct NewVersion<'a> {
    pub(crate) blob_hash: &'a str,
    pub(crate) size: i64,
    pub(crate) uploader_id: UserId,
    pub(crate) now: Timestamp,
}

/// Writes a new file and its first version.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    place: FilePlace,
    name: &FileName,
    version: NewVersion<'_>,
) -> Result<FileId> {
    let (project, folder, conversation) = match place {
        FilePlace::Library { project_id, folder_id } => (Some(project_id.0), folder_id.map(|id| id.0), None),
        FilePlace::Conversation { conversation_id, .. } => (None, None, Some(conversation_id.0)),
    };
    let id = sqlx::query_scalar(
        "INSERT INTO files (project_id, folder_id, conversation_id, name, name_key, version, creator_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, 1, $6, $7) RETURNING id",
    )
    .bind(project)
    .bind(folder)
    .bind(conversation)
    .bind(name.as_str())
    .bind(project.map(|_| name.key()))
    .bind(version.uploader_id.0)
    .bind(version.now.0)
    .fetch_one(&mut *connection)
    .await?;
    insert_version(connection, FileId(id), 1, version).await?;
    Ok(FileId(id))
}

/// Gives a file another version, which is the one that is read from then on.
pub(crate) async fn add_version(connection: &mut AnyConnection, id: FileId, version: NewVersion<'_>) -> Result<()> {
    let last = "SELECT max(number) FROM file_versions WHERE file_id = $1";
    let last: i64 = sqlx::query_scalar(last).bind(id.0).fetch_one(&mut *connection).await?;
    insert_version(connection, id, last + 1, version).await?;
    sqlx::query("UPDATE files SET version = $2 WHERE id = $1").bind(id.0).bind(last + 1).execute(connection).await?;
    Ok(())
}

async fn insert_version(
    connection: &mut AnyConnection,
    id: FileId,
    number: i64,
    version: NewVersion<'_>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO file_versions (file_id, number, blob_hash, uploader_id, uploaded_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.0)
    .bind(number)
    .bind(version.blob_hash)
    .bind(version.uploader_id.0)
    .bind(version.now.0)
    .execute(&mut *connection)
    .await?;
    count(connection, version.uploader_id, version.size).await
}

/// How many bytes someone's files have, and all files together.
pub(crate) async fn used(connection: &mut AnyConnection, id: UserId) -> Result<(i64, i64)> {
    let used = "SELECT u.uploaded_bytes, p.uploaded_bytes FROM users u CROSS JOIN place p WHERE u.id = $1 AND p.id = 1";
    Ok(sqlx::query_as(used).bind(id.0).fetch_one(connection).await?)
}

/// Counts bytes that come (or go, below zero) with a version.
async fn count(connection: &mut AnyConnection, id: UserId, bytes: i64) -> Result<()> {
    let of_person = "UPDATE users SET uploaded_bytes = uploaded_bytes + $1 WHERE id = $2";
    sqlx::query(of_person).bind(bytes).bind(id.0).execute(&mut *connection).await?;
    let of_place = "UPDATE place SET uploaded_bytes = uploaded_bytes + $1 WHERE id = 1";
    sqlx::query(of_place).bind(bytes).execute(connection).await?;
    Ok(())
}

pub(crate) async fn find(connection: &mut AnyConnection, id: FileId) -> Result<Option<StoredFile>> {
    let row: Option<FileRow> = sqlx::query_as(concat!("SELECT ", columns!(), " WHERE f.id = $1"))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(StoredFile::from))
}

/// The file of that name in a folder of a library, or at its top.
pub(crate) async fn find_by_name(
    connection: &mut AnyConnection,
    project_id: ProjectId,
    folder_id: Option<FolderId>,
    name: &FileName,
) -> Result<Option<FileId>> {
    // As the index has it.
    let found = "SELECT id FROM files WHERE project_id = $1 AND COALESCE(folder_id, 0) = $2 AND name_key = $3";
    let id: Option<i64> = sqlx::query_scalar(found)
        .bind(project_id.0)
        .bind(folder_id.map_or(0, |id| id.0))
        .bind(name.key())
        .fetch_optional(connection)
        .await?;
    Ok(id.map(FileId))
}

/// The project's files that aren't in the bin, wherever they lie, newest first.
pub(crate) async fn of_project(connection: &mut AnyConnection, id: ProjectId, limit: i64) -> Result<Vec<File>> {
    let rows: Vec<FileRow> = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " WHERE f.project_id = $1 AND f.name_key IS NOT NULL ORDER BY f.id DESC LIMIT $2"
    ))
    .bind(id.0)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(files(rows))
}

pub(super) fn files(rows: Vec<FileRow>) -> Vec<File> {
    rows.into_iter().map(|row| StoredFile::from(row).file).collect()
}

/// Deletes a file for good with all its versions. Returns the names of their blobs, which may be unused now.
pub(crate) async fn delete(connection: &mut AnyConnection, id: FileId) -> Result<Vec<String>> {
    let versions: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT v.blob_hash, v.uploader_id, b.size FROM file_versions v JOIN blobs b ON b.hash = v.blob_hash \
         WHERE v.file_id = $1",
    )
    .bind(id.0)
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM file_versions WHERE file_id = $1").bind(id.0).execute(&mut *connection).await?;
    sqlx::query("DELETE FROM files WHERE id = $1").bind(id.0).execute(&mut *connection).await?;
    let mut hashes = Vec::new();
    for (hash, uploader, size) in versions {
        count(connection, UserId(uploader), -size).await?;
        hashes.push(hash);
    }
    Ok(hashes)
}
