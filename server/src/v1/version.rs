//! Versions of files.

use axum::{extract::State, http::StatusCode, response::Response};
use protocol::FileId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    file::{File, Purpose},
    list::{self, List, Paging},
    model::Time,
};
use crate::{
    AppState,
    download::{Conditions, Content, Download},
    error::Result,
    json::{Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(all, delete, content, restore)
}

/// What a file has or had in it.
#[derive(Serialize, ToSchema)]
struct FileVersion {
    /// 1, 2, 3 …; a number is never given twice.
    #[schema(example = 1)]
    number: i64,
    /// In bytes.
    #[schema(example = 48213)]
    size: i64,
    #[schema(example = "application/pdf")]
    content_type: String,
    uploader_id: i64,
    uploaded_at: Time,
}

impl From<protocol::FileVersion> for FileVersion {
    fn from(version: protocol::FileVersion) -> Self {
        let protocol::FileVersion { number, size, content_type, uploader_id, uploaded_at } = version;
        Self { number, size, content_type, uploader_id: uploader_id.0, uploaded_at: uploaded_at.into() }
    }
}

/// A file’s versions, the newest first.
#[utoipa::path(
    get, path = "/files/{id}/versions", operation_id = "v1_list_versions", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 23), Paging),
    responses((status = 200, description = "The versions.", body = List<FileVersion>))
)]
async fn all(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<FileVersion>>> {
    let versions = state.chat.versions(caller, FileId(id)).await?;
    Ok(Json(list::newest_first("versions", versions, &paging, |version| version.number)?))
}

/// The bytes of a version, to be saved or shown, all of them or a part.
#[utoipa::path(
    get, path = "/files/{id}/versions/{number}/content", operation_id = "v1_get_version_content", tag = "v1 file",
    params(
        ("id" = i64, Path, minimum = 1, example = 23), ("number" = i64, Path, minimum = 1, example = 1), Purpose, Conditions
    ),
    responses(Content)
)]
async fn content(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path((id, number)): Path<(i64, i64)>,
    Query(purpose): Query<Purpose>,
    download: Download,
) -> Result<Response> {
    let manner = purpose.manner()?;
    let opened = state.chat.open_version(caller, FileId(id), number).await?;
    download.answer(&opened, manner).await
}

/// Makes an old version the newest again: another version with the same bytes.
#[utoipa::path(
    post, path = "/files/{id}/versions/{number}/restore", operation_id = "v1_restore_version", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 23), ("number" = i64, Path, minimum = 1, example = 1)),
    responses(
        (status = 200, description = "The file as it is now.", body = File),
        (status = 507, description = "The version would go beyond what the caller, or the place, may have altogether."),
    )
)]
async fn restore(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path((id, number)): Path<(i64, i64)>,
) -> Result<Json<File>> {
    Ok(Json(state.chat.restore_version(caller, FileId(id), number).await?.into()))
}

/// Deletes a version for good: its uploader, or who keeps order in the project.
#[utoipa::path(
    delete, path = "/files/{id}/versions/{number}", operation_id = "v1_delete_version", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 23), ("number" = i64, Path, minimum = 1, example = 1)),
    responses(
        (status = 204, description = "It is deleted. Where it was the newest, the one before it is."),
        (status = 409, description = "It is the only one."),
    )
)]
async fn delete(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path((id, number)): Path<(i64, i64)>,
) -> Result<StatusCode> {
    state.chat.delete_version(caller, FileId(id), number).await?;
    Ok(StatusCode::NO_CONTENT)
}
