//! Files of projects, and the blobs that hold their bytes.

use protocol::{File, FileId, ProjectId, Timestamp, UserId};
use sqlx::{AnyConnection, FromRow};

use crate::Result;

macro_rules! columns {
    () => {
        "f.id, f.project_id, f.blob_hash, f.name, f.content_type, f.uploader_id, f.uploaded_at, b.size \
         FROM files f JOIN blobs b ON b.hash = f.blob_hash"
    };
}

#[derive(FromRow)]
struct FileRow {
    id: i64,
    project_id: i64,
    blob_hash: String,
    name: String,
    content_type: String,
    uploader_id: i64,
    uploaded_at: i64,
    size: i64,
}

/// A file and the name of the blob that holds its bytes.
pub(crate) struct StoredFile {
    pub(crate) file: File,
    pub(crate) blob_hash: String,
}

impl From<FileRow> for StoredFile {
    fn from(row: FileRow) -> Self {
        let file = File {
            id: FileId(row.id),
            project_id: ProjectId(row.project_id),
            name: row.name,
            size: row.size,
            content_type: row.content_type,
            uploader_id: UserId(row.uploader_id),
            uploaded_at: Timestamp(row.uploaded_at),
        };
        Self { file, blob_hash: row.blob_hash }
    }
}

/// What a new row is made of.
pub(crate) struct NewFile<'a> {
    pub(crate) project_id: ProjectId,
    pub(crate) blob_hash: &'a str,
    pub(crate) name: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) uploader_id: UserId,
    pub(crate) size: i64,
    pub(crate) now: Timestamp,
}

pub(crate) async fn insert(connection: &mut AnyConnection, new: NewFile<'_>) -> Result<FileId> {
    let id = sqlx::query_scalar(
        "INSERT INTO files (project_id, blob_hash, name, content_type, uploader_id, uploaded_at) \
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
    )
    .bind(new.project_id.0)
    .bind(new.blob_hash)
    .bind(new.name)
    .bind(new.content_type)
    .bind(new.uploader_id.0)
    .bind(new.now.0)
    .fetch_one(&mut *connection)
    .await?;
    count(connection, new.uploader_id, new.size).await?;
    Ok(FileId(id))
}

/// How many bytes someone's files have, and all files together.
pub(crate) async fn used(connection: &mut AnyConnection, id: UserId) -> Result<(i64, i64)> {
    let used = "SELECT u.uploaded_bytes, p.uploaded_bytes FROM users u CROSS JOIN place p WHERE u.id = $1 AND p.id = 1";
    Ok(sqlx::query_as(used).bind(id.0).fetch_one(connection).await?)
}

/// Counts bytes that come (or go, below zero) with a file.
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

/// The project's files, newest first.
pub(crate) async fn of_project(connection: &mut AnyConnection, id: ProjectId, limit: i64) -> Result<Vec<File>> {
    let rows: Vec<FileRow> =
        sqlx::query_as(concat!("SELECT ", columns!(), " WHERE f.project_id = $1 ORDER BY f.id DESC LIMIT $2"))
            .bind(id.0)
            .bind(limit)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|row| StoredFile::from(row).file).collect())
}

pub(crate) async fn delete(connection: &mut AnyConnection, file: &File) -> Result<()> {
    sqlx::query("DELETE FROM files WHERE id = $1").bind(file.id.0).execute(&mut *connection).await?;
    count(connection, file.uploader_id, -file.size).await
}

/// Notes bytes that are about to be kept, if they aren't known yet.
pub(crate) async fn note_blob(connection: &mut AnyConnection, hash: &str, size: i64) -> Result<()> {
    sqlx::query("INSERT INTO blobs (hash, size) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING")
        .bind(hash)
        .bind(size)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether no file names these bytes any more, though they are known.
pub(crate) async fn is_unused_blob(connection: &mut AnyConnection, hash: &str) -> Result<bool> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT hash FROM blobs b WHERE b.hash = $1 AND NOT EXISTS (SELECT 1 FROM files f WHERE f.blob_hash = b.hash)",
    )
    .bind(hash)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// All bytes that are known, but that no file names.
pub(crate) async fn unused_blobs(connection: &mut AnyConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT hash FROM blobs b WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.blob_hash = b.hash)",
    )
    .fetch_all(connection)
    .await?)
}

pub(crate) async fn forget_blob(connection: &mut AnyConnection, hash: &str) -> Result<()> {
    sqlx::query("DELETE FROM blobs WHERE hash = $1").bind(hash).execute(connection).await?;
    Ok(())
}
