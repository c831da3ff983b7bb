//! Files of projects: brought, named, moved, read and thrown away.

use axum::{extract::State, http::StatusCode, response::Response};
use chat::{Destination, FileUpdate};
use protocol::{Error, FileId, FilePlace, FolderId, ProjectId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    list::{self, List, Paging},
    model::Time,
    optional, text,
};
use crate::{
    AppState,
    download::{Conditions, Content, Download, Manner},
    error::Result,
    json::{Created, Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
    upload::{self, Files, Upload},
};

pub fn router() -> Routes {
    routes!(all, take).dressed(upload::routes).merge(routes!(show, change, delete, content))
}

/// A file of a project.
#[derive(Serialize, ToSchema)]
pub struct File {
    #[schema(example = 23)]
    id: i64,
    /// The project in whose library it lies.
    #[schema(required = true, example = 4)]
    project_id: Option<i64>,
    /// The folder that it lies in; `null` at the library’s top.
    #[schema(required = true, example = 12)]
    folder_id: Option<i64>,
    /// Unique in its folder, whatever the case.
    #[schema(example = "plan.pdf")]
    name: String,
    /// In bytes.
    #[schema(example = 48213)]
    size: i64,
    /// Told by its bytes, not by its name.
    #[schema(example = "application/pdf")]
    content_type: String,
    /// How large it is shown, in pixels, if it is a picture.
    #[schema(required = true, example = 1920)]
    width: Option<i64>,
    #[schema(required = true, example = 1080)]
    height: Option<i64>,
    /// The number of its version; what is uploaded onto its name gets a higher one.
    #[schema(example = 1)]
    version: i64,
    /// Who brought its first version: it is theirs to throw away.
    creator_id: i64,
    /// Who uploaded this version.
    uploader_id: i64,
    /// When this version was uploaded.
    uploaded_at: Time,
    /// Since when it lies in the bin.
    #[schema(required = true)]
    binned_at: Option<Time>,
}

impl From<protocol::File> for File {
    fn from(file: protocol::File) -> Self {
        let folder_id = match file.place {
            FilePlace::Library { folder_id, .. } => folder_id,
            FilePlace::Conversation { .. } => None,
        };
        Self {
            id: file.id.0,
            folder_id: folder_id.map(|id| id.0),
            version: file.version,
            binned_at: file.binned_at.map(Time::from),
            project_id: file.place.project_id().map(|id| id.0),
            name: file.name,
            size: file.size,
            content_type: file.content_type,
            width: file.pixels.map(|pixels| pixels.width),
            height: file.pixels.map(|pixels| pixels.height),
            creator_id: file.creator_id.0,
            uploader_id: file.uploader_id.0,
            uploaded_at: file.uploaded_at.into(),
        }
    }
}

/// A project’s files, whatever folder they lie in, newest first.
#[utoipa::path(
    get, path = "/projects/{id}/files", operation_id = "v1_list_files", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 4), Paging),
    responses((status = 200, description = "The files.", body = List<File>))
)]
async fn all(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<File>>> {
    let files = state.chat.files(caller, ProjectId(id)).await?;
    Ok(Json(list::newest_first("files", files, &paging, |file| file.id.0)?))
}

/// Where files are to go.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Into {
    /// The folder; the library’s top without it.
    #[param(minimum = 1, example = 12)]
    folder_id: Option<i64>,
}

/// Takes files into a project: all that the form has, or none. Onto a name that is there it brings another version.
#[utoipa::path(
    post, path = "/projects/{id}/files", operation_id = "v1_upload_files", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 4), Into),
    request_body(content = Files, content_type = "multipart/form-data"),
    responses((status = 201, description = "The files, on disk.", body = List<File>))
)]
async fn take(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(into): Query<Into>,
    upload: Upload,
) -> Result<Created<List<File>>> {
    let destination = Destination::Library { project_id: ProjectId(id), folder_id: into.folder_id.map(FolderId) };
    let taken = upload.take_into(&state.chat, caller, destination).await?;
    Ok(Created(List { items: taken.into_iter().map(File::from).collect(), next_cursor: None }))
}

/// What is known of a file.
#[utoipa::path(
    get, path = "/files/{id}", operation_id = "v1_get_file", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 23)),
    responses((status = 200, description = "The file.", body = File))
)]
async fn show(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<Json<File>> {
    Ok(Json(state.chat.file(caller, FileId(id)).await?.into()))
}

/// What is to change; what is not given stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FileChange {
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = text::FileName)]
    name: Option<String>,
    /// The folder to move it into; `null` for the library’s top.
    #[serde(default, deserialize_with = "optional::nullable")]
    #[schema(value_type = Option<i64>, example = 12)]
    #[expect(clippy::option_option, reason = "not given and `null` mean different things, as in RFC 7396")]
    folder_id: Option<Option<i64>>,
}

/// Renames a file, or moves it within its library.
#[utoipa::path(
    patch, path = "/files/{id}", operation_id = "v1_update_file", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 23)), request_body = FileChange,
    responses(
        (status = 200, description = "The file as it is now.", body = File),
        (status = 409, description = "The name is taken there, or the file hangs on a message."),
    )
)]
async fn change(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Json(change): Json<FileChange>,
) -> Result<Json<File>> {
    let FileChange { name, folder_id } = change;
    let update = FileUpdate { name, folder_id: folder_id.map(|id| id.map(FolderId)) };
    Ok(Json(state.chat.update_file(caller, FileId(id), update).await?.into()))
}

/// How something is thrown away.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Away {
    /// Whether it goes for good instead of into the bin, or out of it.
    #[serde(default)]
    #[param(required = false, example = false)]
    pub forever: bool,
}

/// Throws a file away: its creator, or who keeps order in the project. It can be restored for thirty days; a file of a
/// message goes for good.
#[utoipa::path(
    delete, path = "/files/{id}", operation_id = "v1_delete_file", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 23), Away),
    responses((status = 204, description = "It is out of sight."))
)]
async fn delete(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(away): Query<Away>,
) -> Result<StatusCode> {
    if away.forever {
        state.chat.delete_file(caller, FileId(id)).await?;
    } else {
        state.chat.bin_file(caller, FileId(id)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What is to be done with a file’s bytes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Purpose {
    /// `1`: to be shown in place, which holds for pictures, sound, films, PDF and plain text; everything else is saved.
    #[param(minimum = 0, maximum = 1)]
    inline: Option<u8>,
}

impl Purpose {
    pub fn manner(&self) -> Result<Manner> {
        match self.inline {
            None | Some(0) => Ok(Manner::Saved),
            Some(1) => Ok(Manner::Shown),
            Some(_) => Err(Error::invalid("inline", "Write 1 to show the file in place, 0 to save it.").into()),
        }
    }
}

/// The bytes of a file, to be saved or shown, all of them or a part.
#[utoipa::path(
    get, path = "/files/{id}/content", operation_id = "v1_get_file_content", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 23), Purpose, Conditions),
    responses(Content)
)]
async fn content(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(purpose): Query<Purpose>,
    download: Download,
) -> Result<Response> {
    let manner = purpose.manner()?;
    let opened = state.chat.open_file(caller, FileId(id)).await?;
    download.answer(&opened, manner).await
}
