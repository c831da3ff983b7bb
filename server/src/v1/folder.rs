//! Folders of libraries.

use axum::{extract::State, http::StatusCode};
use chat::FolderUpdate;
use protocol::{FolderId, ProjectId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{file::Away, model::Time, optional, text};
use crate::{
    AppState,
    error::Result,
    json::{Created, Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(create, show, change, delete)
}

/// A folder of a project’s library.
#[derive(Serialize, ToSchema)]
pub struct Folder {
    #[schema(example = 12)]
    id: i64,
    #[schema(example = 4)]
    project_id: i64,
    /// The folder that it lies in; `null` at the library’s top.
    #[schema(required = true)]
    parent_id: Option<i64>,
    /// Unique among the folders where it lies, whatever the case.
    #[schema(example = "Drawings")]
    name: String,
    creator_id: i64,
    created_at: Time,
    /// Since when it lies in the bin, with all that is in it.
    #[schema(required = true)]
    binned_at: Option<Time>,
}

impl From<protocol::Folder> for Folder {
    fn from(folder: protocol::Folder) -> Self {
        Self {
            id: folder.id.0,
            project_id: folder.project_id.0,
            parent_id: folder.parent_id.map(|id| id.0),
            name: folder.name,
            creator_id: folder.creator_id.0,
            created_at: folder.created_at.into(),
            binned_at: folder.binned_at.map(Time::from),
        }
    }
}

/// What a folder is made of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FolderToMake {
    #[schema(value_type = text::FileName)]
    name: String,
    /// The folder to make it in; the library’s top without it.
    #[serde(default)]
    parent_id: Option<i64>,
}

/// Makes a folder.
#[utoipa::path(
    post, path = "/projects/{id}/folders", operation_id = "v1_create_folder", tag = "v1 library",
    params(("id" = i64, Path, minimum = 1, example = 4)), request_body = FolderToMake,
    responses(
        (status = 201, description = "The folder.", body = Folder),
        (status = 409, description = "The name is taken there."),
    )
)]
async fn create(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Json(new): Json<FolderToMake>,
) -> Result<Created<Folder>> {
    let parent_id = new.parent_id.map(FolderId);
    Ok(Created(state.chat.create_folder(caller, ProjectId(id), parent_id, &new.name).await?.into()))
}

/// A folder. What lies in it is in the `library`.
#[utoipa::path(
    get, path = "/folders/{id}", operation_id = "v1_get_folder", tag = "v1 library",
    params(("id" = i64, Path, minimum = 1, example = 12)),
    responses((status = 200, description = "The folder.", body = Folder))
)]
async fn show(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<Json<Folder>> {
    Ok(Json(state.chat.folder(caller, FolderId(id)).await?.into()))
}

/// What is to change; what is not given stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FolderChange {
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = text::FileName)]
    name: Option<String>,
    /// The folder to move it into; `null` for the library’s top.
    #[serde(default, deserialize_with = "optional::nullable")]
    #[schema(value_type = Option<i64>)]
    #[expect(clippy::option_option, reason = "not given and `null` mean different things, as in RFC 7396")]
    parent_id: Option<Option<i64>>,
}

/// Renames a folder, or moves it within its library, with all that is in it.
#[utoipa::path(
    patch, path = "/folders/{id}", operation_id = "v1_update_folder", tag = "v1 library",
    params(("id" = i64, Path, minimum = 1, example = 12)), request_body = FolderChange,
    responses(
        (status = 200, description = "The folder as it is now.", body = Folder),
        (status = 409, description = "The name is taken there."),
    )
)]
async fn change(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Json(change): Json<FolderChange>,
) -> Result<Json<Folder>> {
    let FolderChange { name, parent_id } = change;
    let update = FolderUpdate { name, parent_id: parent_id.map(|id| id.map(FolderId)) };
    Ok(Json(state.chat.update_folder(caller, FolderId(id), update).await?.into()))
}

/// Throws a folder away with all that is in it: its creator, or who keeps order in the project. It can be restored for
/// thirty days.
#[utoipa::path(
    delete, path = "/folders/{id}", operation_id = "v1_delete_folder", tag = "v1 library",
    params(("id" = i64, Path, minimum = 1, example = 12), Away),
    responses(
        (status = 204, description = "It is out of sight."),
        (status = 409, description = "It is in the bin in another folder, with which it goes."),
    )
)]
async fn delete(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(away): Query<Away>,
) -> Result<StatusCode> {
    if away.forever {
        state.chat.delete_folder(caller, FolderId(id)).await?;
    } else {
        state.chat.bin_folder(caller, FolderId(id)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
