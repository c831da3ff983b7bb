//! What is known of bytes in the uploads.

use protocol::Pixels;
use sqlx::AnyConnection;

use crate::{Fault, Result};

/// Bytes that are about to be kept.
pub(crate) struct NewBlob<'a> {
    pub(crate) hash: &'a str,
    pub(crate) size: i64,
    pub(crate) content_type: &'a str,
    pub(crate) pixels: Option<Pixels>,
    /// Whether smaller pictures are to be made of them.
    pub(crate) preview: bool,
}

/// How it stands with the smaller pictures of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Preview {
    /// There are none: they are of no picture.
    None,
    /// They are still to be made.
    Waiting,
    /// They can't be made.
    Failed,
    /// They are there, and of this media type.
    Made(&'static str),
}

impl Preview {
    const MADE: [&'static str; 3] = ["image/jpeg", "image/png", "image/gif"];

    const fn text(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Made(content_type) => content_type,
        }
    }

    fn read(text: &str) -> Result<Self> {
        let known = [Self::None, Self::Waiting, Self::Failed].into_iter().chain(Self::MADE.map(Self::Made));
        let found = known.into_iter().find(|preview| preview.text() == text);
        found.ok_or_else(|| Fault::Stored(format!("a blob’s preview is {text:?}")).into())
    }
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
    .bind(if new.preview { Preview::Waiting } else { Preview::None }.text())
    .execute(connection)
    .await?;
    Ok(())
}

/// How it stands with their smaller pictures; none for bytes that aren't known.
pub(crate) async fn preview(connection: &mut AnyConnection, hash: &str) -> Result<Preview> {
    let preview = "SELECT preview FROM blobs WHERE hash = $1";
    let found: Option<String> = sqlx::query_scalar(preview).bind(hash).fetch_optional(connection).await?;
    found.map_or(Ok(Preview::None), |text| Preview::read(&text))
}

pub(crate) async fn set_preview(connection: &mut AnyConnection, hash: &str, preview: Preview) -> Result<()> {
    let update = "UPDATE blobs SET preview = $2 WHERE hash = $1";
    sqlx::query(update).bind(hash).bind(preview.text()).execute(connection).await?;
    Ok(())
}

/// What bytes are, and how many.
pub(crate) async fn description(connection: &mut AnyConnection, hash: &str) -> Result<Option<(String, i64)>> {
    let description = "SELECT content_type, size FROM blobs WHERE hash = $1";
    Ok(sqlx::query_as(description).bind(hash).fetch_optional(connection).await?)
}

/// The bytes, among those of which smaller pictures are still to be made, that were uploaded last.
pub(crate) async fn waiting_for_preview(connection: &mut AnyConnection) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "SELECT b.hash FROM blobs b JOIN file_versions v ON v.blob_hash = b.hash WHERE b.preview = 'waiting' \
         ORDER BY v.uploaded_at DESC LIMIT 1",
    )
    .fetch_optional(connection)
    .await?)
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
