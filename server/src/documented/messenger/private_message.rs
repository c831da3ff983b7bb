//! Messages between two people.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chat::Draft;
use futures::{StreamExt as _, stream};
use protocol::{Error, Message, MessageId, User, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Author, Done, UNKNOWN_USER,
    message::{New, own},
};
use crate::{
    AppState,
    attached::Attached,
    documented::{
        history::{Order, Window, history},
        stream::{RequestName, array_under},
    },
    error::{Result, Saying as _},
    json::{Created, Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

const UNKNOWN: &str = "Message not found or invalid chat";

pub fn router() -> Routes {
    routes!(list, send, delete)
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerPrivateMessage)]
struct Row {
    id: i64,
    content: String,
    #[schema(format = DateTime)]
    timestamp: String,
    sender_id: i64,
    chat_id: i64,
    username: String,
    avatar_url: Option<String>,
    sender: Author,
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
            sender_id: author.id.0,
            chat_id: message.conversation_id.0,
            username: author.username.clone(),
            avatar_url: author.avatar_url.clone(),
            sender: author.into(),
            files: Attached::to(message),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerPrivateMessages)]
struct Rows {
    /// The oldest first.
    messages: Vec<Row>,
}

/// All messages of the private chat with someone, the oldest first. Looking makes no chat.
#[utoipa::path(
    get, path = "/api/messages/private/{other_user_id}", operation_id = "messenger_list_private_messages",
    tag = "5-messenger", params(("other_user_id" = i64, Path, description = "The other one."), Window),
    responses((status = 200, body = Rows))
)]
async fn list(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(other): Path<UserId>,
    Query(window): Query<Window>,
    name: RequestName,
) -> Result<Response> {
    let pages = match state.chat.find_direct(caller, other).await.saying(404, UNKNOWN_USER)? {
        Some(entry) => history(&state.chat, caller, entry.conversation.id, window, Order::OldestFirst, Row::new),
        None => stream::empty().boxed(),
    };
    array_under("messages", name, pages).await
}

/// Says something to someone; the chat is made when there is none yet.
#[utoipa::path(
    post, path = "/api/messages/private/{other_user_id}", operation_id = "messenger_send_private_message",
    tag = "5-messenger", params(("other_user_id" = i64, Path, description = "The other one.")), request_body = New,
    responses((status = 201, body = Row))
)]
async fn send(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(other): Path<UserId>,
    Json(New { text, client_id }): Json<New>,
) -> Result<impl IntoResponse> {
    let body = text.given()?;
    let author = state.chat.account(caller).await?.user;
    let entry = state.chat.open_direct(caller, other).await.saying(404, UNKNOWN_USER);
    let conversation_id = entry.saying(400, "Cannot send message to yourself")?.conversation.id;
    let message = state.chat.send(caller, Draft { client_id, ..Draft::of(conversation_id, body) }).await?;
    Ok(Created(Row::new(&message, &author)))
}

/// Deletes a message of one's own from the private chat with someone.
#[utoipa::path(
    delete, path = "/api/messages/private/{other_user_id}/{message_id}",
    operation_id = "messenger_delete_private_message", tag = "5-messenger",
    params(
        ("other_user_id" = i64, Path, description = "The other one."),
        ("message_id" = i64, Path, description = "The message.")
    ),
    responses((status = 200, body = Done))
)]
async fn delete(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path((other, id)): Path<(UserId, MessageId)>,
) -> Result<Json<Done>> {
    // With oneself there is no chat, which here is an invalid one.
    let chat = match other {
        oneself if oneself == caller.user_id => None,
        other => state.chat.find_direct(caller, other).await.saying(404, UNKNOWN)?,
    };
    let message = state.chat.message(caller, id).await.saying(404, UNKNOWN)?;
    let here = chat.is_some_and(|entry| entry.conversation.id == message.conversation_id);
    if !here || message.deleted_at.is_some() {
        return Err(Error::not_found("that message")).saying(404, UNKNOWN);
    }
    own(&message, caller)?;
    state.chat.delete(caller, id).await?;
    Ok(Json(Done { message: "Message deleted" }))
}
