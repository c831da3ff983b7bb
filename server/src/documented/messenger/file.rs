//! Records of files that are kept elsewhere.

use std::collections::HashMap;

use axum::{extract::State, response::IntoResponse};
use chat::{Caller, Chat, NewFileRecord};
use protocol::{ConversationId, FileRecord, FileRecordId, MessageId, User, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Done;
use crate::{
    AppState,
    error::{Result, Saying as _},
    json::{Created, Json, Path},
    routes::{Routes, routes},
    session::SignedIn,
};

const UNKNOWN: &str = "File not found";
const UNKNOWN_MESSAGE: &str = "Message not found";

pub fn router() -> Routes {
    routes!(list, create, show, delete, list_of_message, list_of_chat)
}

#[derive(Clone, Serialize, ToSchema)]
#[schema(as = MessengerUploader)]
struct Uploader {
    id: i64,
    username: String,
}

impl From<User> for Uploader {
    fn from(user: User) -> Self {
        Self { id: user.id.0, username: user.username }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerFile)]
struct Row {
    id: i64,
    filename: String,
    file_url: String,
    file_size: i64,
    #[schema(format = DateTime)]
    uploaded_at: String,
    uploader_id: i64,
    public_message_id: Option<i64>,
    private_chat_id: Option<i64>,
    uploader: Uploader,
}

impl Row {
    fn new(record: FileRecord, uploader: Uploader) -> Self {
        Self {
            id: record.id.0,
            filename: record.filename,
            file_url: record.file_url,
            file_size: record.file_size,
            uploaded_at: record.uploaded_at.to_rfc3339(),
            uploader_id: record.uploader_id.0,
            public_message_id: record.public_message_id.map(|id| id.0),
            private_chat_id: record.private_chat_id.map(|id| id.0),
            uploader,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerOneFile)]
struct One {
    file: Row,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerFiles)]
struct Many {
    files: Vec<Row>,
}

/// Exactly one of `public_message_id` and `private_chat_id` is given.
#[derive(Deserialize, ToSchema)]
#[schema(as = MessengerNewFile)]
struct New {
    /// Its suffix is one of pdf, doc, docx, jpg, jpeg, png, gif, bmp, tiff, webp.
    #[schema(min_length = 1, example = "plan.pdf")]
    filename: String,
    #[schema(min_length = 1, example = "https://example.org/plan.pdf")]
    file_url: String,
    /// In bytes.
    #[schema(minimum = 0, maximum = 5_242_880)]
    file_size: i64,
    public_message_id: Option<i64>,
    private_chat_id: Option<i64>,
}

/// Records a file of a public message or a private chat of one's own.
#[utoipa::path(
    post, path = "/api/files", operation_id = "messenger_create_file", tag = "5-messenger", request_body = New,
    responses((status = 201, body = Row), (status = 404, description = "There is no such message in the public chat."))
)]
async fn create(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(new): Json<New>,
) -> Result<impl IntoResponse> {
    let uploader = oneself(&state.chat, caller).await?;
    let new = NewFileRecord {
        filename: new.filename,
        file_url: new.file_url,
        file_size: new.file_size,
        public_message_id: new.public_message_id.map(MessageId),
        private_chat_id: new.private_chat_id.map(ConversationId),
    };
    let record = state.chat.create_file_record(caller, new).await.saying(404, UNKNOWN_MESSAGE)?;
    Ok(Created(Row::new(record, uploader)))
}

/// The files that one has recorded, the oldest first.
#[utoipa::path(
    get, path = "/api/files", operation_id = "messenger_list_files", tag = "5-messenger",
    responses((status = 200, body = Vec<Row>))
)]
async fn list(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<Json<Vec<Row>>> {
    let uploader = oneself(&state.chat, caller).await?;
    let records = state.chat.file_records(caller).await?;
    Ok(Json(records.into_iter().map(|record| Row::new(record, uploader.clone())).collect()))
}

/// A file that one has recorded.
#[utoipa::path(
    get, path = "/api/files/{file_id}", operation_id = "messenger_show_file", tag = "5-messenger",
    params(("file_id" = i64, Path, description = "The file.")), responses((status = 200, body = One))
)]
async fn show(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<FileRecordId>,
) -> Result<Json<One>> {
    let record = state.chat.file_record(caller, id).await.saying(404, UNKNOWN)?;
    Ok(Json(One { file: Row::new(record, oneself(&state.chat, caller).await?) }))
}

/// Forgets a file that one has recorded.
#[utoipa::path(
    delete, path = "/api/files/{file_id}", operation_id = "messenger_delete_file", tag = "5-messenger",
    params(("file_id" = i64, Path, description = "The file.")), responses((status = 200, body = Done))
)]
async fn delete(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<FileRecordId>,
) -> Result<Json<Done>> {
    state.chat.delete_file_record(caller, id).await.saying(404, UNKNOWN)?;
    Ok(Json(Done { message: "File deleted" }))
}

/// The files of a message in the public chat, the oldest first.
#[utoipa::path(
    get, path = "/api/files/public/{message_id}", operation_id = "messenger_list_files_of_message",
    tag = "5-messenger", params(("message_id" = i64, Path, description = "The message.")),
    responses((status = 200, body = Many))
)]
async fn list_of_message(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<MessageId>,
) -> Result<Json<Many>> {
    let records = state.chat.file_records_of_message(caller, id).await.saying(404, UNKNOWN_MESSAGE)?;
    Ok(Json(Many { files: with_uploaders(&state.chat, caller, records).await? }))
}

/// The files of a private chat, the oldest first.
#[utoipa::path(
    get, path = "/api/files/private/{chat_id}", operation_id = "messenger_list_files_of_chat", tag = "5-messenger",
    params(("chat_id" = i64, Path, description = "The private chat.")), responses((status = 200, body = Many))
)]
async fn list_of_chat(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<ConversationId>,
) -> Result<Json<Many>> {
    let records = state.chat.file_records_of_chat(caller, id).await?;
    Ok(Json(Many { files: with_uploaders(&state.chat, caller, records).await? }))
}

async fn oneself(chat: &Chat, caller: Caller) -> Result<Uploader> {
    Ok(chat.account(caller).await?.user.into())
}

/// Looks each uploader up once: one for a message, two at most for a private chat.
async fn with_uploaders(chat: &Chat, caller: Caller, records: Vec<FileRecord>) -> Result<Vec<Row>> {
    let mut known: HashMap<UserId, Uploader> = HashMap::new();
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let id = record.uploader_id;
        let uploader = match known.get(&id) {
            Some(uploader) => uploader.clone(),
            None => known.entry(id).or_insert(chat.user(caller, id).await?.into()).clone(),
        };
        rows.push(Row::new(record, uploader));
    }
    Ok(rows)
}
