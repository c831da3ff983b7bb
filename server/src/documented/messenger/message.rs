//! Messages in the public chat.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chat::Draft;
use protocol::{Error, Message, MessageId, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Author, Done};
use crate::{
    AppState,
    attached::Attached,
    documented::{
        history::{Order, Window, history},
        stream::{RequestName, array_under},
        text::Text,
    },
    error::{Result, Saying as _},
    json::{Created, Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

const UNKNOWN: &str = "Message not found";

pub fn router() -> Routes {
    routes!(list, send, delete)
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerMessage)]
struct Row {
    id: i64,
    content: String,
    #[schema(format = DateTime)]
    timestamp: String,
    user_id: i64,
    username: String,
    avatar_url: Option<String>,
    user: Author,
    /// What hangs on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<Attached>,
}

impl Row {
    fn new(message: &Message, author: &User) -> Self {
        Self {
            id: message.id.0,
            content: message.words().into_owned(),
            timestamp: message.created_at.to_rfc3339(),
            user_id: author.id.0,
            username: author.username.clone(),
            avatar_url: author.avatar_url.clone(),
            user: author.into(),
            files: Attached::to(message),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerMessages)]
struct Rows {
    /// The oldest first.
    messages: Vec<Row>,
}

/// What is to be said.
#[derive(Deserialize, ToSchema)]
#[schema(as = MessengerNewMessage)]
pub struct New {
    /// The text.
    #[serde(flatten)]
    pub text: Text,
    /// The sender's own name for it: sent again under the same name, it is the same message.
    pub client_id: Option<String>,
}

/// All messages of the public chat, the oldest first.
#[utoipa::path(
    get, path = "/api/messages", operation_id = "messenger_list_messages", tag = "5-messenger", params(Window),
    responses((status = 200, body = Rows))
)]
async fn list(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Query(window): Query<Window>,
    name: RequestName,
) -> Result<Response> {
    let id = state.chat.public_id();
    array_under("messages", name, history(&state.chat, caller, id, window, Order::OldestFirst, Row::new)).await
}

/// Says something in the public chat.
#[utoipa::path(
    post, path = "/api/messages", operation_id = "messenger_send_message", tag = "5-messenger", request_body = New,
    responses((status = 201, body = Row))
)]
async fn send(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(New { text, client_id }): Json<New>,
) -> Result<impl IntoResponse> {
    let author = state.chat.account(caller).await?.user;
    let draft = Draft { client_id, ..Draft::of(state.chat.public_id(), text.given()?) };
    let message = state.chat.send(caller, draft).await?;
    Ok(Created(Row::new(&message, &author)))
}

/// Deletes a message of one's own from the public chat.
#[utoipa::path(
    delete, path = "/api/messages/{message_id}", operation_id = "messenger_delete_message", tag = "5-messenger",
    params(("message_id" = i64, Path, description = "The message.")), responses((status = 200, body = Done))
)]
async fn delete(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<MessageId>,
) -> Result<Json<Done>> {
    let message = state.chat.message(caller, id).await.saying(404, UNKNOWN)?;
    if message.conversation_id != state.chat.public_id() || message.deleted_at.is_some() {
        return Err(Error::not_found("that message")).saying(404, UNKNOWN);
    }
    own(&message, caller)?;
    state.chat.delete(caller, id).await?;
    Ok(Json(Done { message: "Message deleted" }))
}

/// The document lets nobody delete what others wrote. Who keeps order in the public chat does so elsewhere.
pub fn own(message: &Message, caller: chat::Caller) -> Result<()> {
    if message.author_id == caller.user_id {
        return Ok(());
    }
    Err(Error::forbidden("Can only delete own messages").into())
}
