//! Files of messages: bringing them to a conversation, and all that were sent there.

use axum::extract::State;
use chat::Destination;
use protocol::{ConversationId, FileId, FilePlace};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    list::{self, List, Paging},
    model::Time,
};
use crate::{
    AppState,
    error::Result,
    json::{Created, Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
    upload::{self, Files, Upload},
};

pub fn router() -> Routes {
    routes!(all, take).dressed(upload::routes)
}

/// A file on a message.
#[derive(Serialize, ToSchema)]
pub struct Attachment {
    #[schema(example = 23)]
    id: i64,
    #[schema(example = "bridge.png")]
    name: String,
    /// In bytes.
    #[schema(example = 48213)]
    size: i64,
    /// Told by its bytes, not by its name.
    #[schema(example = "image/png")]
    content_type: String,
    /// Of a picture as it is to be shown, in pixels.
    #[schema(required = true, example = 1600)]
    width: Option<i64>,
    #[schema(required = true, example = 900)]
    height: Option<i64>,
    /// Where its bytes are.
    #[schema(example = "/api/v1/files/23/content")]
    url: String,
    /// Where a smaller picture of it is, if it is one.
    #[schema(required = true, example = "/api/v1/files/23/preview")]
    preview_url: Option<String>,
}

impl From<protocol::Attachment> for Attachment {
    fn from(file: protocol::Attachment) -> Self {
        let path = format!("/api/v1/files/{}", file.id);
        Self {
            id: file.id.0,
            name: file.name,
            size: file.size,
            content_type: file.content_type,
            width: file.pixels.map(|pixels| pixels.width),
            height: file.pixels.map(|pixels| pixels.height),
            url: format!("{path}/content"),
            preview_url: file.pixels.map(|_| format!("{path}/preview")),
        }
    }
}

/// A file that was brought to a conversation.
#[derive(Serialize, ToSchema)]
struct ConversationFile {
    #[schema(required = true, example = 3)]
    conversation_id: Option<i64>,
    /// The message that it hangs on; none before that is sent.
    #[schema(required = true, example = 512)]
    message_id: Option<i64>,
    file: Attachment,
    uploader_id: i64,
    uploaded_at: Time,
}

impl From<protocol::File> for ConversationFile {
    fn from(file: protocol::File) -> Self {
        let (conversation_id, message_id) = match file.place {
            FilePlace::Conversation { conversation_id, message_id } => (Some(conversation_id), message_id),
            FilePlace::Library { .. } => (None, None),
        };
        Self {
            conversation_id: conversation_id.map(|id| id.0),
            message_id: message_id.map(|id| id.0),
            uploader_id: file.uploader_id.0,
            uploaded_at: file.uploaded_at.into(),
            file: protocol::Attachment::from(file).into(),
        }
    }
}

/// The files of a conversation’s messages, newest first.
#[utoipa::path(
    get, path = "/conversations/{id}/files", operation_id = "v1_list_conversation_files", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 3), Paging),
    responses((status = 200, description = "The files.", body = List<ConversationFile>))
)]
async fn all(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(paging): Query<Paging>,
) -> Result<Json<List<ConversationFile>>> {
    let limit = list::rows(paging.limit)?;
    let before = list::key("conversation files", paging.cursor.as_deref())?.map(FileId);
    let files = state.chat.conversation_files(caller, ConversationId(id), before, limit + 1).await?;
    Ok(Json(list::page("conversation files", files, limit, |file| file.id.0)))
}

/// Brings files to a conversation: all that the form has, or none. They wait for a message that names them (`files`),
/// known to their uploader alone; what is not sent within a day goes.
#[utoipa::path(
    post, path = "/conversations/{id}/files", operation_id = "v1_upload_conversation_files", tag = "v1 file",
    params(("id" = i64, Path, minimum = 1, example = 3)),
    request_body(content = Files, content_type = "multipart/form-data"),
    responses((status = 201, description = "The files, on disk.", body = List<ConversationFile>))
)]
async fn take(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    upload: Upload,
) -> Result<Created<List<ConversationFile>>> {
    let taken = upload.take_into(&state.chat, caller, Destination::Conversation(ConversationId(id))).await?;
    Ok(Created(List { items: taken.into_iter().map(ConversationFile::from).collect(), next_cursor: None }))
}
