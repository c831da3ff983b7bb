//! Files of projects.

use axum::{extract::State, http::StatusCode, response::Response};
use protocol::{Error, FileId, ProjectId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    list::{self, List, Paging},
    model::Time,
};
use crate::{
    AppState,
    download::{Conditions, Content, Download, Manner},
    error::Result,
    json::{Created, Json, Path, Query},
    session::SignedIn,
    upload::{self, Files, Upload},
};

pub fn router() -> OpenApiRouter<AppState> {
    let uploads = upload::routes(OpenApiRouter::new().routes(routes!(all, take)));
    uploads.routes(routes!(show, delete)).routes(routes!(content))
}

/// A file of a project.
#[derive(Serialize, ToSchema)]
struct File {
    #[schema(example = 23)]
    id: i64,
    /// The project in whose library it lies.
    #[schema(required = true, example = 4)]
    project_id: Option<i64>,
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
    /// 1 for a file that was never replaced.
    #[schema(example = 1)]
    version: i64,
    uploader_id: i64,
    uploaded_at: Time,
}

impl From<protocol::File> for File {
    fn from(file: protocol::File) -> Self {
        Self {
            id: file.id.0,
            project_id: file.place.project_id().map(|id| id.0),
            name: file.name,
            size: file.size,
            content_type: file.content_type,
            width: file.pixels.map(|pixels| pixels.width),
            height: file.pixels.map(|pixels| pixels.height),
            version: file.version,
            uploader_id: file.uploader_id.0,
            uploaded_at: file.uploaded_at.into(),
        }
    }
}

/// A project’s files, newest first.
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

/// Takes files into a project: all that the form has, or none.
#[utoipa::path(
    post, path = "/projects/{id}/files", operation_id = "v1_upload_files", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 4)),
    request_body(content = Files, content_type = "multipart/form-data"),
    responses((status = 201, description = "The files, on disk.", body = List<File>))
)]
async fn take(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Created<List<File>>> {
    let taken = upload.take_into(&state.chat, caller, ProjectId(id)).await?;
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

/// Deletes a file: its uploader, or who keeps order in the project.
#[utoipa::path(
    delete, path = "/files/{id}", operation_id = "v1_delete_file", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 23)),
    responses((status = 204, description = "It is deleted."))
)]
async fn delete(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<StatusCode> {
    state.chat.delete_file(caller, FileId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is to be done with a file’s bytes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Purpose {
    /// `1`: to be shown in place, which holds for pictures, sound, films, PDF and plain text; everything else is saved.
    #[param(minimum = 0, maximum = 1)]
    inline: Option<u8>,
}

impl Purpose {
    fn manner(&self) -> Result<Manner> {
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
