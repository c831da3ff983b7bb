//! A project's library: what lies in a folder, and much of it at once.

use axum::{Extension, extract::State, response::Response};
use chat::LibraryQuery;
use protocol::{Error, FileId, FileMark, FileSort, FolderId, ProjectId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    file::File,
    folder::Folder,
    list::{self, List},
};
use crate::{
    AppState,
    error::Result,
    json::{Json, Path, Query},
    observe::RequestId,
    routes::{Routes, routes},
    session::SignedIn,
    zip,
};

pub fn router() -> Routes {
    routes!(show, pack)
}

/// What lies in a folder of a library, or what is called so anywhere in it.
#[derive(Serialize, ToSchema)]
struct Library {
    /// The folder that was asked for and those that it lies in, the outermost first.
    path: Vec<Folder>,
    /// All folders that lie there or were found, by name.
    folders: Vec<Folder>,
    /// Files that lie there or were found, in order.
    items: Vec<File>,
    /// What to ask for as `cursor` to get the files that follow; `null` at the end.
    #[schema(required = true, example = "5b226c696272617279222c5b226e616d65222c2261222c315d5d")]
    next_cursor: Option<String>,
    /// How many files lie there and in all folders below.
    file_count: i64,
    /// How many bytes those have.
    bytes: i64,
}

/// Which part of a library.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Part {
    /// The folder; the library’s top without it.
    #[param(minimum = 1, example = 12)]
    folder_id: Option<i64>,
    /// Instead of what lies there, everything in the library that has this in its name, whatever the case.
    #[serde(default)]
    #[param(required = false)]
    search: String,
    /// By what files are sorted: `name`, `size`, `type` or `time`; the other way round with `-` before it.
    #[serde(default)]
    #[param(required = false, pattern = "^(-?(name|size|type|time))?$", example = "-time")]
    sort: String,
    /// How many files at most; 50 where nothing is said.
    #[param(minimum = 1, maximum = 100, example = 50)]
    limit: Option<i64>,
    /// The `next_cursor` of the page before; the first page without it.
    #[param(max_length = 2000, pattern = "^([0-9a-f]{2})+$")]
    cursor: Option<String>,
}

/// What lies in a folder of a project’s library, page by page.
#[utoipa::path(
    get, path = "/projects/{id}/library", operation_id = "v1_get_library", tag = "v1 library",
    params(("id" = i64, Path, minimum = 1, example = 4), Part),
    responses((status = 200, description = "What lies there.", body = Library))
)]
async fn show(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(part): Query<Part>,
) -> Result<Json<Library>> {
    let limit = list::rows(part.limit)?;
    let sort = FileSort::parse(&part.sort)?;
    // A cursor names what the list is sorted by: another order has other marks.
    let name = format!("library {sort}");
    let after: Option<FileMark> = list::key(&name, part.cursor.as_deref())?;
    let folder_id = part.folder_id.map(FolderId);
    let query = LibraryQuery { folder_id, search: &part.search, sort, after: after.as_ref(), limit: limit + 1 };
    let chat::Library { path, folders, files, file_count, bytes } =
        state.chat.library(caller, ProjectId(id), query).await?;
    let List { items, next_cursor } = list::page(&name, files, limit, |file| sort.mark(file));
    let folder = |folders: Vec<protocol::Folder>| folders.into_iter().map(Folder::from).collect();
    Ok(Json(Library { path: folder(path), folders: folder(folders), items, next_cursor, file_count, bytes }))
}

/// What is to be taken.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Chosen {
    /// Ids of files, with commas between them.
    #[serde(default)]
    #[param(required = false, pattern = "^([0-9]+(,[0-9]+)*)?$", example = "23,24")]
    files: String,
    /// Ids of folders, with commas between them.
    #[serde(default)]
    #[param(required = false, pattern = "^([0-9]+(,[0-9]+)*)?$", example = "12")]
    folders: String,
}

/// Several files and folders as one zip file; the whole library where none is named. What is gone before its turn comes
/// breaks the answer off.
#[utoipa::path(
    get, path = "/projects/{id}/zip", operation_id = "v1_get_zip", tag = "v1 library",
    params(("id" = i64, Path, minimum = 1, example = 4), Chosen),
    responses((status = 200, description = "The zip file.", content_type = "application/zip", body = Vec<u8>))
)]
async fn pack(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(chosen): Query<Chosen>,
    Extension(request_id): Extension<RequestId>,
) -> Result<Response> {
    let files: Vec<_> = ids("files", &chosen.files)?.into_iter().map(FileId).collect();
    let folders: Vec<_> = ids("folders", &chosen.folders)?.into_iter().map(FolderId).collect();
    let package = state.chat.package(caller, ProjectId(id), &files, &folders).await?;
    Ok(zip::answer(state.chat.clone(), caller, package, &request_id))
}

fn ids(field: &str, text: &str) -> protocol::Result<Vec<i64>> {
    let ids = text.split(',').filter(|_| !text.is_empty()).map(str::parse);
    ids.collect::<std::result::Result<_, _>>().map_err(|_| Error::invalid(field, "Write ids with commas between them."))
}
