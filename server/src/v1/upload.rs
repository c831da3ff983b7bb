//! Files that come in parts, and go on where they broke off ([`crate::tus`]). The pages use it, and so can every client of
//! tus.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::map_response,
    response::{IntoResponse as _, Response},
};
use chat::{Caller, ResumableUpload};
use futures::StreamExt as _;
use protocol::Error;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::list::List;
use crate::{
    AppState,
    error::Result,
    json::{Json, Path},
    routes::{Routes, routes},
    session::SignedIn,
    tus::{self, Metadata, Spoken},
    upload,
};

pub fn router() -> Routes {
    let routes = routes!(all, begin, describe, show, stand, append, cancel);
    routes.dressed(|routes| upload::routes(routes).layer(map_response(tus::sign)))
}

/// A file that comes in parts.
#[derive(Serialize, ToSchema)]
struct Upload {
    /// 32 hexadecimal digits.
    #[schema(example = "8f14e45fceea167a5a36dedd4bea2543")]
    id: String,
    #[schema(example = "film.mp4")]
    name: String,
    /// How many bytes it is to have.
    #[schema(example = 73_400_320)]
    size: u64,
    /// How many of them are on disk.
    #[schema(example = 8_388_608)]
    received: u64,
    /// The file that it became, once it was whole.
    #[schema(required = true, example = 23)]
    file_id: Option<i64>,
}

impl From<ResumableUpload> for Upload {
    fn from(upload: ResumableUpload) -> Self {
        let ResumableUpload { id, name, size, received, file_id, .. } = upload;
        Self { id, name, size, received, file_id: file_id.map(|id| id.0) }
    }
}

/// Bytes of a file, as they are.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "only described, never made: the bytes are read as they come")]
struct Bytes(Vec<u8>);

/// What every request of tus says.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes what `tus` reads")]
struct Version {
    /// The version of tus that the request is written in.
    #[param(rename = "Tus-Resumable", pattern = "^1\\.0\\.0$", example = "1.0.0")]
    version: String,
}

/// What is said of a new upload.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes what `tus` reads")]
struct Promise {
    /// How many bytes it is to have.
    #[param(rename = "Upload-Length", minimum = 0, example = 73_400_320)]
    length: i64,
    /// `filename`, and `project` (maybe with `folder`) or `conversation`: each followed by a space and its value in base64,
    /// an id in decimal digits, with commas between them. In a project also `path`: the folders below that one in which the
    /// file is to lie, with a slash between two of them; those that are missing are made. Other keys are passed over.
    #[param(rename = "Upload-Metadata", example = "filename ZmlsbS5tcDQ=,project NA==")]
    metadata: String,
}

/// Where bytes go on.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes what `tus` reads")]
struct Offset {
    /// How many bytes the upload has already.
    #[param(rename = "Upload-Offset", minimum = 0, example = 8_388_608)]
    offset: i64,
}

/// What is spoken here: tus 1.0, with creation, creation-with-upload, termination and expiration.
#[utoipa::path(
    options, path = "/uploads", operation_id = "v1_describe_uploads", tag = "v1 upload", security(()),
    responses((status = 204, description = "It is in the headers.", headers(
        ("Tus-Version" = String, description = "The versions of tus."),
        ("Tus-Extension" = String, description = "Which of its extensions."),
        ("Tus-Max-Size" = i64, description = "How many bytes one upload may have.")
    )))
)]
async fn describe(State(state): State<AppState>) -> Response {
    (StatusCode::NO_CONTENT, HeaderMap::from_iter(tus::description(state.settings.max_upload))).into_response()
}

/// One’s own uploads that aren’t whole, the one that was last gone on with first.
#[utoipa::path(
    get, path = "/uploads", operation_id = "v1_list_uploads", tag = "v1 upload",
    responses((status = 200, description = "The uploads, all of them.", body = List<Upload>))
)]
async fn all(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<Json<List<Upload>>> {
    let uploads = state.chat.resumable_uploads(caller).await?;
    Ok(Json(List { items: uploads.into_iter().map(Upload::from).collect(), next_cursor: None }))
}

/// Begins an upload, into a project or for a message that is still to be sent. The body may have its first bytes. It waits
/// for a day to be gone on with, counted from the last byte.
#[utoipa::path(
    post, path = "/uploads", operation_id = "v1_begin_upload", tag = "v1 upload", params(Version, Promise),
    request_body(content = Option<Bytes>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 201, description = "It has begun.", headers(
            ("Location" = String, description = "The address of the upload."),
            ("Upload-Offset" = i64, description = "How many bytes are on disk."),
            ("Upload-Expires" = String, description = "When it goes, unless someone goes on with it."),
            ("Upload-File" = i64, description = "The id of the file, if it is whole.")
        )),
        (status = 404, description = "There is no such place, or none that the caller may know of."),
        (status = 409, description = "A hundred uploads of the caller’s are under way."),
        (status = 412, description = "Another version of tus.", headers(("Tus-Version" = String, description = "The one that is spoken.")))
    )
)]
async fn begin(
    State(state): State<AppState>,
    _: Spoken,
    SignedIn(caller): SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let (size, Metadata { name, destination, path }) = (tus::number(&headers, &tus::LENGTH)?, Metadata::of(&headers)?);
    let brings = tus::has_bytes(&headers);
    if !brings && tus::has_body(&headers) {
        return Err(Error::UnsupportedMedia { expected: tus::BYTES.to_owned() }.into());
    }
    let destination = state.chat.folders_for(caller, destination, &path, size).await?;
    let mut upload = state.chat.begin_upload(caller, destination, &name, size).await?;
    if brings {
        let taken = take(&state, caller, &upload.id, 0, body).await;
        if taken.is_err() {
            // Nobody will ever know its address. What can't be removed now goes in a day.
            let _ = state.chat.cancel_upload(caller, &upload.id).await;
        }
        upload = taken?;
    }
    let location = HeaderValue::try_from(format!("/api/v1/uploads/{}", upload.id)).ok();
    let location = location.map(|location| [(header::LOCATION, location)]);
    Ok((StatusCode::CREATED, location.map(HeaderMap::from_iter).unwrap_or_default(), tus::progress(&upload))
        .into_response())
}

/// How far an upload has come.
#[utoipa::path(
    get, path = "/uploads/{id}", operation_id = "v1_get_upload", tag = "v1 upload", params(("id" = String, Path)),
    responses((status = 200, description = "The upload.", body = Upload))
)]
async fn show(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Upload>> {
    Ok(Json(state.chat.resumable_upload(caller, &id).await?.into()))
}

/// How far an upload has come, to go on from there. A request that still adds to it is ended: it may hang on a line that is
/// dead.
#[utoipa::path(
    head, path = "/uploads/{id}", operation_id = "v1_resume_upload", tag = "v1 upload",
    params(("id" = String, Path), Version),
    responses(
        (status = 200, description = "It is in the headers.", headers(
            ("Upload-Offset" = i64, description = "How many bytes are on disk."),
            ("Upload-Length" = i64, description = "How many there will be."),
            ("Upload-Expires" = String, description = "When it goes, unless someone goes on with it."),
            ("Upload-File" = i64, description = "The id of the file, if it is whole.")
        )),
        (status = 412, description = "Another version of tus.", headers(("Tus-Version" = String, description = "The one that is spoken."))),
        (status = 415, description = "It was whole, and is of a type that isn’t taken."),
        (status = 507, description = "It was whole, and goes beyond what the caller, or the place, may have altogether.")
    )
)]
async fn stand(
    State(state): State<AppState>,
    _: Spoken,
    SignedIn(caller): SignedIn,
    Path(id): Path<String>,
) -> Result<Response> {
    let upload = state.chat.resume_upload(caller, &id).await?;
    let length: [(HeaderName, HeaderValue); 1] = [(tus::LENGTH, upload.size.into())];
    Ok((StatusCode::OK, tus::progress(&upload), length).into_response())
}

/// Adds bytes to an upload. What has come stays, even if the body breaks off. With its last byte it becomes a file; asked once
/// more after that, without any bytes, it says the same.
#[utoipa::path(
    patch, path = "/uploads/{id}", operation_id = "v1_append_upload", tag = "v1 upload",
    params(("id" = String, Path), Version, Offset),
    request_body(content = Bytes, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "They are on disk: those that the header says.", headers(
            ("Upload-Offset" = i64, description = "How many bytes are on disk."),
            ("Upload-Expires" = String, description = "When it goes, unless someone goes on with it."),
            ("Upload-File" = i64, description = "The id of the file, if it is whole.")
        )),
        (status = 409, description = "It has another number of bytes, or another request is adding some: ask with `HEAD`."),
        (status = 412, description = "Another version of tus.", headers(("Tus-Version" = String, description = "The one that is spoken.")))
    )
)]
async fn append(
    State(state): State<AppState>,
    _: Spoken,
    SignedIn(caller): SignedIn,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    if !tus::has_bytes(&headers) {
        return Err(Error::UnsupportedMedia { expected: tus::BYTES.to_owned() }.into());
    }
    let upload = take(&state, caller, &id, tus::number(&headers, &tus::OFFSET)?, body).await?;
    Ok((StatusCode::NO_CONTENT, tus::progress(&upload)).into_response())
}

/// Gives up an upload. A file that it became stays.
#[utoipa::path(
    delete, path = "/uploads/{id}", operation_id = "v1_cancel_upload", tag = "v1 upload",
    params(("id" = String, Path), Version),
    responses(
        (status = 204, description = "It is gone."),
        (status = 412, description = "Another version of tus.", headers(("Tus-Version" = String, description = "The one that is spoken.")))
    )
)]
async fn cancel(
    State(state): State<AppState>,
    _: Spoken,
    SignedIn(caller): SignedIn,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    state.chat.cancel_upload(caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes what a body brings. A server that stops takes what has come until then, and says how much that is.
async fn take(state: &AppState, caller: Caller, id: &str, offset: u64, body: Body) -> Result<ResumableUpload> {
    let content = body.into_data_stream().take_until(state.stopping.clone().cancelled_owned());
    Ok(state.chat.append_upload(caller, id, offset, content.boxed()).await?)
}
