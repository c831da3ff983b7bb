//! A project's files.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chat::{Caller, Chat};
use protocol::{Error, File, FileId, ProjectId};
use serde::Serialize;
use utoipa::ToSchema;

use super::members_only;
use crate::{
    AppState,
    download::{Conditions, Content, Download, Manner},
    error::{Result, Saying as _},
    json::{Created, Json, Path},
    routes::{Routes, routes},
    session::SignedIn,
    upload::{self, Upload},
};

const STRANGER: &str = "You are not a member of this project.";
const UNKNOWN: &str = "File not found";

pub fn router() -> Routes {
    routes!(list, open, delete).merge(routes!(take).dressed(upload::routes))
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsFile)]
struct Row {
    id: i64,
    filename: String,
    size: i64,
    content_type: String,
    uploader_id: i64,
    #[schema(format = DateTime)]
    uploaded_at: String,
    /// Where its bytes are, on this server.
    url: String,
}

impl Row {
    fn of(project_id: ProjectId, file: File) -> Self {
        Self {
            id: file.id.0,
            size: file.size,
            uploader_id: file.uploader_id.0,
            uploaded_at: file.uploaded_at.to_rfc3339(),
            url: format!("/projects/{project_id}/files/{}", file.id),
            filename: file.name,
            content_type: file.content_type,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsFileUploaded)]
struct Answer {
    message: &'static str,
    file: Row,
    /// All of them, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<Row>>,
}

impl Answer {
    /// None for no file at all.
    fn of(project_id: ProjectId, files: &[File]) -> Option<Self> {
        let rows = || files.iter().cloned().map(|file| Row::of(project_id, file));
        let several = files.len() > 1;
        let message = if several { "Files uploaded successfully" } else { "File uploaded successfully" };
        Some(Self { message, file: rows().next()?, files: several.then(|| rows().collect()) })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsFileDeleted)]
struct Deleted {
    message: &'static str,
}

/// A project's files, the newest first.
#[utoipa::path(
    get, path = "/projects/{id}/files", operation_id = "projects_list_files", tag = "3-projects",
    params(("id" = i64, Path, description = "The project.")), responses((status = 200, body = Vec<Row>))
)]
async fn list(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<ProjectId>,
) -> Result<Json<Vec<Row>>> {
    let files = members_only(state.chat.files(caller, id).await, STRANGER)?;
    Ok(Json(files.into_iter().map(|file| Row::of(id, file)).collect()))
}

/// Uploads files. All of them stay, or none.
#[utoipa::path(
    post, path = "/projects/{id}/files", operation_id = "projects_upload_file", tag = "3-projects",
    params(("id" = i64, Path, description = "The project.")),
    request_body(content = upload::Files, content_type = "multipart/form-data"),
    responses((status = 201, body = Answer))
)]
async fn take(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<ProjectId>,
    upload: Upload,
) -> Result<impl IntoResponse> {
    members_only(state.chat.project(caller, id).await, STRANGER)?;
    let files = upload.take_into(&state.chat, caller, id).await?;
    Ok(Created(Answer::of(id, &files)))
}

/// A file's bytes.
#[utoipa::path(
    get, path = "/projects/{id}/files/{file_id}", operation_id = "projects_open_file", tag = "3-projects",
    params(("id" = i64, Path, description = "The project."), ("file_id" = i64, Path, description = "The file."), Conditions),
    responses(Content)
)]
async fn open(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path((id, file_id)): Path<(ProjectId, FileId)>,
    download: Download,
) -> Result<Response> {
    find(&state.chat, caller, id, file_id).await?;
    let opened = state.chat.open_file(caller, file_id).await.saying(404, UNKNOWN)?;
    download.answer(&opened, Manner::Saved).await.saying(404, UNKNOWN)
}

/// Deletes a file: one's own, or as an admin of the project anyone's.
#[utoipa::path(
    delete, path = "/projects/{id}/files/{file_id}", operation_id = "projects_delete_file", tag = "3-projects",
    params(("id" = i64, Path, description = "The project."), ("file_id" = i64, Path, description = "The file.")),
    responses((status = 200, body = Deleted))
)]
async fn delete(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path((id, file_id)): Path<(ProjectId, FileId)>,
) -> Result<Json<Deleted>> {
    find(&state.chat, caller, id, file_id).await?;
    state.chat.delete_file(caller, file_id).await.saying(404, UNKNOWN)?;
    Ok(Json(Deleted { message: "File deleted" }))
}

/// The file, if it is in this project: one of another project is unknown here.
async fn find(chat: &Chat, caller: Caller, id: ProjectId, file_id: FileId) -> Result<File> {
    members_only(chat.project(caller, id).await, STRANGER)?;
    let found = chat.file(caller, file_id).await;
    let found = found.and_then(|file| {
        if file.place.project_id() == Some(id) { Ok(file) } else { Err(Error::not_found("that file").into()) }
    });
    found.saying(404, UNKNOWN)
}
