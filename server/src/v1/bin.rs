//! The bin of a library.

use axum::{extract::State, http::StatusCode};
use chat::BinMark;
use protocol::{FileId, FolderId, ProjectId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    file::File,
    folder::Folder,
    list::{self, List, Paging},
};
use crate::{
    AppState,
    error::Result,
    json::{Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(show, empty, restore_file, restore_folder)
}

/// What the list is called in cursors.
pub const LIST: &str = "bin";

/// What was thrown away.
#[derive(Serialize, ToSchema)]
struct Bin {
    /// All folders, each with all that was in it; on the first page.
    folders: Vec<Folder>,
    /// Files, the last thrown away first.
    items: Vec<File>,
    /// What to ask for as `cursor` to get the files that follow; `null` at the end.
    #[schema(required = true, example = "5b2262696e222c5b313739353238333230303030302c32335d5d")]
    next_cursor: Option<String>,
}

/// What was thrown away of a project’s library in the last thirty days, the last thing first, page by page. What lies in a
/// folder that was thrown away isn’t listed: it comes and goes with it.
#[utoipa::path(
    get, path = "/projects/{id}/bin", operation_id = "v1_get_bin", tag = "v1 library",
    params(("id" = i64, Path, minimum = 1, example = 4), Paging),
    responses((status = 200, description = "The bin.", body = Bin))
)]
async fn show(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(paging): Query<Paging>,
) -> Result<Json<Bin>> {
    let limit = list::rows(paging.limit)?;
    let after: Option<BinMark> = list::key(LIST, paging.cursor.as_deref())?;
    let chat::Bin { folders, files } = state.chat.bin(caller, ProjectId(id), after, limit + 1).await?;
    let List { items, next_cursor } = list::page(LIST, files, limit, chat::Bin::mark);
    Ok(Json(Bin { folders: folders.into_iter().map(Folder::from).collect(), items, next_cursor }))
}

/// Deletes for good what lies in the bin: all of it for who keeps order in the project, else what is one’s own.
#[utoipa::path(
    delete, path = "/projects/{id}/bin", operation_id = "v1_empty_bin", tag = "v1 library",
    params(("id" = i64, Path, minimum = 1, example = 4)),
    responses((status = 204, description = "It is gone."))
)]
async fn empty(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<StatusCode> {
    state.chat.empty_bin(caller, ProjectId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings a file back from the bin: to where it was, or to the top where that is gone, under a name that is free there.
#[utoipa::path(
    post, path = "/files/{id}/restore", operation_id = "v1_restore_file", tag = "v1 library",
    params(("id" = i64, Path, minimum = 1, example = 23)),
    responses(
        (status = 200, description = "The file as it is now.", body = File),
        (status = 409, description = "It isn’t in the bin, or it is there in a folder."),
    )
)]
async fn restore_file(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<File>> {
    Ok(Json(state.chat.restore_file(caller, FileId(id)).await?.into()))
}

/// Brings a folder back from the bin, with all that was in it.
#[utoipa::path(
    post, path = "/folders/{id}/restore", operation_id = "v1_restore_folder", tag = "v1 library",
    params(("id" = i64, Path, minimum = 1, example = 12)),
    responses(
        (status = 200, description = "The folder as it is now.", body = Folder),
        (status = 409, description = "It isn’t in the bin, or it is there in another folder."),
    )
)]
async fn restore_folder(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<Folder>> {
    Ok(Json(state.chat.restore_folder(caller, FolderId(id)).await?.into()))
}
