//! 2-direct: messages between two people. `/login` and `/chats` are in [`super::shared`].

use app::context::Visitor;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use chat::{Caller, Draft};
use futures::{StreamExt as _, stream};
use protocol::{Message, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    account::{self, Person, Registration},
    history::{Order, Window, history},
    stream::{RequestName, array},
    text::Text,
};
use crate::{
    AppState,
    accept::prefers_html,
    attached::Attached,
    error::{Result, Saying as _},
    json::{Created, Json, Path, Query},
    pages,
    routes::{Routes, routes},
    session::{Cookies, RequestDevice, SignedIn},
};

const NOBODY: &str = "User not found";

pub fn router() -> Routes {
    routes!(greet, create_user, show_user, log_out, list_messages, create_message, add_message)
}

#[derive(Serialize, ToSchema)]
#[schema(as = DirectGreeting)]
struct Greeting {
    msg: &'static str,
    /// What the place is called.
    name: String,
    product: &'static str,
    version: &'static str,
}

/// Greets programs, and leads browsers to the pages.
#[utoipa::path(
    get, path = "/", operation_id = "direct_greet", tag = "2-direct", security(()),
    responses(
        (status = 200, description = "The server is running.", body = Greeting),
        (status = 303, description = "For who prefers HTML: the way to the pages.", headers(("Location" = String)))
    )
)]
async fn greet(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let response = if prefers_html(&headers) {
        pages::lead_home(&state, &visitor)
    } else {
        let name = state.chat.place_name().to_owned();
        Json(Greeting { msg: "hello", name, product: "Confab", version: env!("CARGO_PKG_VERSION") }).into_response()
    };
    ([(header::VARY, "Accept")], response)
}

#[derive(Serialize, ToSchema)]
#[schema(as = DirectUserAdded)]
struct UserAdded {
    msg: &'static str,
    id: i64,
    username: String,
}

/// Makes an account.
#[utoipa::path(
    post, path = "/user", operation_id = "direct_create_user", tag = "2-direct", request_body = Registration,
    security(()), responses((status = 201, body = UserAdded))
)]
async fn create_user(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    Json(registration): Json<Registration>,
) -> Result<Created<UserAdded>> {
    let user = account::register(&state, registration, device).await?.user;
    Ok(Created(UserAdded { msg: "User added successfully", id: user.id.0, username: user.username }))
}

/// Tells who is signed in.
#[utoipa::path(
    get, path = "/user", operation_id = "direct_show_user", tag = "2-direct",
    responses((status = 200, body = Person))
)]
async fn show_user(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<Json<Person>> {
    Ok(Json(state.chat.account(caller).await?.into()))
}

#[derive(Serialize, ToSchema)]
#[schema(as = DirectRevoked)]
struct Revoked {
    msg: &'static str,
}

/// Revokes the credential that it is asked with.
#[utoipa::path(
    get, path = "/logout", operation_id = "direct_delete_login", tag = "2-direct",
    responses((status = 200, body = Revoked))
)]
async fn log_out(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    cookies: Cookies,
) -> Result<impl IntoResponse> {
    let cookie = account::sign_out(&state, caller, &cookies).await?;
    Ok((cookie, Json(Revoked { msg: "JWT revoked" })))
}

#[derive(Serialize, ToSchema)]
#[schema(as = DirectMessage)]
struct Row {
    id: i64,
    to: i64,
    from: i64,
    #[schema(format = DateTime)]
    date_created: String,
    body: String,
    /// What hangs on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<Attached>,
}

impl Row {
    /// A message of the chat between `me` and `other`.
    fn of(message: &Message, me: UserId, other: UserId) -> Self {
        let from = message.author_id;
        Self {
            id: message.id.0,
            to: if from == me { other } else { me }.0,
            from: from.0,
            date_created: message.created_at.to_rfc3339(),
            body: message.words().into_owned(),
            files: Attached::to(message),
        }
    }
}

/// All messages between the caller and someone else, newest first.
#[utoipa::path(
    get, path = "/message/{id}", operation_id = "direct_list_messages", tag = "2-direct",
    params(("id" = i64, Path, description = "The other person's id"), Window),
    responses((status = 200, body = Vec<Row>))
)]
async fn list_messages(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(other): Path<i64>,
    Query(window): Query<Window>,
    name: RequestName,
) -> Result<Response> {
    let (me, other) = (caller.user_id, UserId(other));
    let Some(entry) = state.chat.find_direct(caller, other).await.saying(404, NOBODY)? else {
        // Nothing was ever said; looking makes no chat.
        return array::<Row>(name, stream::empty().boxed()).await;
    };
    let row = move |message: &Message, _: &_| Row::of(message, me, other);
    array(name, history(&state.chat, caller, entry.conversation.id, window, Order::NewestFirst, row)).await
}

#[derive(Deserialize, ToSchema)]
#[schema(as = DirectNewMessage, example = json!({"body": "Hello!"}))]
struct NewMessage {
    #[serde(flatten)]
    text: Text,
    /// The sender's own name for it: sent again under the same name, it is the same message.
    client_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DirectMessageAdded)]
struct MessageAdded {
    msg: &'static str,
    #[serde(flatten)]
    row: Row,
}

/// Sends someone a message.
#[utoipa::path(
    post, path = "/message/{id}", operation_id = "direct_create_message", tag = "2-direct",
    params(("id" = i64, Path, description = "The other person's id")), request_body = NewMessage,
    responses((status = 201, body = MessageAdded))
)]
async fn create_message(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(other): Path<i64>,
    Json(new): Json<NewMessage>,
) -> Result<Created<MessageAdded>> {
    send(&state, caller, UserId(other), new).await
}

/// Sends someone a message, by their user name.
#[utoipa::path(
    post, path = "/add_message/{username}", operation_id = "direct_add_message", tag = "2-direct",
    params(("username" = String, Path)), request_body = NewMessage,
    responses((status = 201, body = MessageAdded))
)]
async fn add_message(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(username): Path<String>,
    Json(new): Json<NewMessage>,
) -> Result<Created<MessageAdded>> {
    let other = account::named(&state, &username).await.saying(404, NOBODY)?;
    send(&state, caller, other, new).await
}

async fn send(state: &AppState, caller: Caller, other: UserId, new: NewMessage) -> Result<Created<MessageAdded>> {
    let body = new.text.given()?;
    let entry = state.chat.open_direct(caller, other).await.saying(404, NOBODY)?;
    let draft = Draft { client_id: new.client_id, ..Draft::of(entry.conversation.id, body) };
    let message = state.chat.send(caller, draft).await?;
    let row = Row::of(&message, caller.user_id, other);
    Ok(Created(MessageAdded { msg: "Message added successfully", row }))
}
