//! 1-basic: an account, and a message to somebody or to everyone. `/login` and `/chats` are in [`super::shared`].

use axum::extract::State;
use chat::{Caller, Draft};
use protocol::{ConversationId, Error, Message, User, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    account::{self, Person, Registration},
    text::Text,
};
use crate::{
    AppState,
    attached::Attached,
    error::{Result, Saying as _},
    json::{Created, Json},
    routes::{Routes, routes},
    session::{RequestDevice, SignedIn},
};

pub fn router() -> Routes {
    routes!(register, create_message)
}

#[derive(Serialize, ToSchema)]
#[schema(as = BasicRegistered)]
struct Registered {
    message: &'static str,
    user: Person,
}

/// Makes an account.
#[utoipa::path(
    post, path = "/register", operation_id = "basic_create_user", tag = "1-basic", request_body = Registration,
    security(()), responses((status = 201, body = Registered))
)]
async fn register(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    Json(registration): Json<Registration>,
) -> Result<Created<Registered>> {
    let user = account::register(&state, registration, device).await?.into();
    Ok(Created(Registered { message: "User registered successfully", user }))
}

/// A message and where it goes: to a person, into a chat, or, with neither, into the public chat.
#[derive(Deserialize, ToSchema)]
#[schema(as = BasicNewMessage, example = json!({"content": "Hello!", "to": "lin"}))]
struct NewMessage {
    #[serde(flatten)]
    text: Text,
    to: Option<Recipient>,
    chat_id: Option<i64>,
    /// The same as `chat_id`.
    conversation_id: Option<i64>,
    /// The sender's own name for it: sent again under the same name, it is the same message.
    client_id: Option<String>,
}

/// Somebody's id or user name.
#[derive(Deserialize, ToSchema)]
#[serde(untagged, expecting = "“to” is a user’s id or user name")]
#[schema(as = BasicRecipient)]
enum Recipient {
    Id(i64),
    Username(String),
}

/// A message, with all the names that the Socket.IO event `message` has for its parts: a client shows both alike.
#[derive(Serialize, ToSchema)]
#[schema(as = BasicMessage)]
struct Row {
    id: i64,
    chat_id: i64,
    conversation_id: i64,
    content: String,
    message: String,
    text: String,
    body: String,
    user_id: i64,
    sender_id: i64,
    username: String,
    avatar_url: Option<String>,
    user: Author,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    timestamp: String,
    /// What hangs on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<Attached>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = BasicAuthor)]
struct Author {
    id: i64,
    username: String,
    avatar_url: Option<String>,
}

impl Row {
    fn of(message: &Message, author: &User) -> Self {
        let (place, text, said) =
            (message.conversation_id.0, || message.words().into_owned(), message.created_at.to_rfc3339());
        let (username, avatar_url) = (author.username.clone(), author.avatar_url.clone());
        Self {
            id: message.id.0,
            chat_id: place,
            conversation_id: place,
            content: text(),
            message: text(),
            text: text(),
            body: text(),
            user_id: author.id.0,
            sender_id: author.id.0,
            username: username.clone(),
            avatar_url: avatar_url.clone(),
            user: Author { id: author.id.0, username, avatar_url },
            created_at: said.clone(),
            timestamp: said,
            files: Attached::to(message),
        }
    }
}

/// Sends a message.
#[utoipa::path(
    post, path = "/message", operation_id = "basic_create_message", tag = "1-basic", request_body = NewMessage,
    responses((status = 201, body = Row), (status = 404, description = "There is no such user or chat."))
)]
async fn create_message(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(new): Json<NewMessage>,
) -> Result<Created<Row>> {
    let body = new.text.given()?;
    let conversation_id = match (new.to, new.chat_id.or(new.conversation_id)) {
        (Some(_), Some(_)) => {
            return Err(Error::invalid("to", "A message goes to one place: “to” or “chat_id”.").into());
        }
        (Some(to), None) => direct(&state, caller, to).await?,
        (None, Some(id)) => ConversationId(id),
        (None, None) => state.chat.public_id(),
    };
    let draft = Draft { client_id: new.client_id, ..Draft::of(conversation_id, body) };
    let message = state.chat.send(caller, draft).await.saying(404, "Chat not found")?;
    let author = state.chat.account(caller).await?.user;
    Ok(Created(Row::of(&message, &author)))
}

/// The chat with someone, which is made where there was none.
async fn direct(state: &AppState, caller: Caller, to: Recipient) -> Result<ConversationId> {
    let other = match to {
        Recipient::Id(id) => UserId(id),
        Recipient::Username(name) if name.trim().is_empty() => {
            return Err(Error::invalid("to", "“to” is a user’s id or user name.").into());
        }
        Recipient::Username(name) => account::named(state, &name).await.saying(404, "User not found")?,
    };
    let entry = state.chat.open_direct(caller, other).await.saying(404, "User not found")?;
    Ok(entry.conversation.id)
}
