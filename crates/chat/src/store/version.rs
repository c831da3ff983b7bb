//! Versions of files.

use protocol::{FileId, FileVersion, Timestamp, UserId};
use sqlx::{AnyConnection, FromRow};

use super::file;
use crate::Result;

#[derive(FromRow)]
struct VersionRow {
    number: i64,
    size: i64,
    content_type: String,
    width: Option<i64>,
    height: Option<i64>,
    uploader_id: i64,
    uploaded_at: i64,
    blob_hash: String,
}

/// A version, and the blob that has its bytes.
pub(crate) struct StoredVersion {
    pub(crate) version: FileVersion,
    pub(crate) pixels: Option<protocol::Pixels>,
    pub(crate) blob_hash: String,
}

impl From<VersionRow> for StoredVersion {
    fn from(row: VersionRow) -> Self {
        let version = FileVersion {
            number: row.number,
            size: row.size,
            content_type: row.content_type,
            uploader_id: UserId(row.uploader_id),
            uploaded_at: Timestamp(row.uploaded_at),
        };
        let pixels = row.width.zip(row.height).map(|(width, height)| protocol::Pixels { width, height });
        Self { version, pixels, blob_hash: row.blob_hash }
    }
}

/// The versions of a file, the newest first.
pub(crate) async fn of(connection: &mut AnyConnection, id: FileId) -> Result<Vec<StoredVersion>> {
    let rows: Vec<VersionRow> = sqlx::query_as(
        "SELECT v.number, b.size, b.content_type, b.width, b.height, v.uploader_id, v.uploaded_at, v.blob_hash \
         FROM file_versions v JOIN blobs b ON b.hash = v.blob_hash WHERE v.file_id = $1 ORDER BY v.number DESC",
    )
    .bind(id.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(StoredVersion::from).collect())
}

/// Deletes a version, of which there must be another: the newest that stays is the one that is read.
pub(crate) async fn delete(connection: &mut AnyConnection, id: FileId, version: &FileVersion) -> Result<()> {
    sqlx::query("DELETE FROM file_versions WHERE file_id = $1 AND number = $2")
        .bind(id.0)
        .bind(version.number)
        .execute(&mut *connection)
        .await?;
    let newest = "UPDATE files SET version = (SELECT max(number) FROM file_versions WHERE file_id = $1) WHERE id = $1";
    sqlx::query(newest).bind(id.0).execute(&mut *connection).await?;
    file::count(connection, version.uploader_id, -version.size).await
}
