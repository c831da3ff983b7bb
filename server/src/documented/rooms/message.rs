//! What is said in a room.

use axum::{extract::State, response::Response};
use chat::Draft;
use protocol::{Message, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NO_ROOM, find};
use crate::{
    AppState,
    attached::Attached,
    documented::{
        history::{Order, Window, history},
        stream::{RequestName, array},
        text::Text,
    },
    error::{Result, Saying as _},
    json::{Created, Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(list_messages, create_message)
}

#[derive(Serialize, ToSchema)]
#[schema(as = RoomsMessage)]
struct Row {
    id: i64,
    room_id: i64,
    sender_id: i64,
    username: String,
    content: String,
    /// The same as `content`.
    text: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// What hangs on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<Attached>,
}

impl Row {
    fn of(message: &Message, author: &User) -> Self {
        Self {
            id: message.id.0,
            room_id: message.conversation_id.0,
            sender_id: author.id.0,
            username: author.username.clone(),
            content: message.words().into_owned(),
            text: message.words().into_owned(),
            created_at: message.created_at.to_rfc3339(),
            files: Attached::to(message),
        }
    }
}

/// What was said in a room, oldest first.
#[utoipa::path(
    get, path = "/api/chat/rooms/{id}/messages", operation_id = "rooms_list_messages", tag = "4-rooms",
    params(("id" = i64, Path), Window), responses((status = 200, body = Vec<Row>))
)]
async fn list_messages(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(window): Query<Window>,
    name: RequestName,
) -> Result<Response> {
    let room = find(&state, caller, id).await?;
    let pages = history(&state.chat, caller, room.conversation.id, window, Order::OldestFirst, Row::of);
    array(name, pages).await.saying(404, NO_ROOM)
}

#[derive(Deserialize, ToSchema)]
#[schema(as = RoomsNewMessage, example = json!({"content": "Hello!"}))]
struct NewMessage {
    #[serde(flatten)]
    text: Text,
    /// The sender's own name for it: sent again under the same name, it is the same message.
    client_id: Option<String>,
}

/// Says something in a room. Whoever posts to an open room becomes a member.
#[utoipa::path(
    post, path = "/api/chat/rooms/{id}/messages", operation_id = "rooms_create_message", tag = "4-rooms",
    params(("id" = i64, Path)), request_body = NewMessage, responses((status = 201, body = Row))
)]
async fn create_message(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Json(new): Json<NewMessage>,
) -> Result<Created<Row>> {
    let body = new.text.given()?;
    let conversation_id = find(&state, caller, id).await?.conversation.id;
    let draft = Draft { client_id: new.client_id, join: true, ..Draft::of(conversation_id, body) };
    let message = state.chat.send(caller, draft).await.saying(404, NO_ROOM)?;
    let author = state.chat.account(caller).await?.user;
    Ok(Created(Row::of(&message, &author)))
}
