//! What is known of bytes in the uploads.

use protocol::Pixels;
use sqlx::AnyConnection;

use crate::Result;

/// Bytes that are about to be kept.
pub(crate) struct NewBlob<'a> {
    pub(crate) hash: &'a str,
    pub(crate) size: i64,
    pub(crate) content_type: &'a str,
    pub(crate) pixels: Option<Pixels>,
    /// Whether smaller pictures are to be made of them.
    pub(crate) preview: bool,
}

/// Notes bytes that are about to be kept, if they aren't known yet.
pub(crate) async fn note(connection: &mut AnyConnection, new: NewBlob<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO blobs (hash, size, content_type, width, height, preview) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (hash) DO NOTHING",
    )
    .bind(new.hash)
    .bind(new.size)
    .bind(new.content_type)
    .bind(new.pixels.map(|pixels| pixels.width))
    .bind(new.pixels.map(|pixels| pixels.height))
    .bind(if new.preview { "waiting" } else { "none" })
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether no version names these bytes any more, though they are known.
pub(crate) async fn is_unused(connection: &mut AnyConnection, hash: &str) -> Result<bool> {
    let found: Option<String> = sqlx::query_scalar(
        "SELECT hash FROM blobs b WHERE b.hash = $1 \
         AND NOT EXISTS (SELECT 1 FROM file_versions v WHERE v.blob_hash = b.hash)",
    )
    .bind(hash)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}

/// All bytes that are known, but that no version names.
pub(crate) async fn unused(connection: &mut AnyConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT hash FROM blobs b WHERE NOT EXISTS (SELECT 1 FROM file_versions v WHERE v.blob_hash = b.hash)",
    )
    .fetch_all(connection)
    .await?)
}

pub(crate) async fn forget(connection: &mut AnyConnection, hash: &str) -> Result<()> {
    sqlx::query("DELETE FROM blobs WHERE hash = $1").bind(hash).execute(connection).await?;
    Ok(())
}
