//! The routes that two documents have in common: `/login` and `GET /chats`. Their answers carry both documents' keys.

use axum::{extract::State, response::IntoResponse};
use chat::DirectListing;
use serde::Serialize;
use utoipa::ToSchema;

use super::account::{self, Login, Person};
use crate::{
    AppState,
    error::Result,
    json::Json,
    routes::{Routes, routes},
    session::{Cookies, RequestDevice, SignedIn},
};

pub fn router() -> Routes {
    routes!(log_in, log_out, chats)
}

#[derive(Serialize, ToSchema)]
#[schema(as = SharedLoggedIn)]
struct LoggedIn {
    message: &'static str,
    msg: &'static str,
    token: String,
    /// The same as `token`.
    access_token: String,
    user: Person,
}

/// Signs in by user name or e-mail address.
#[utoipa::path(
    post, path = "/login", operation_id = "shared_create_login", tag = "1-basic, 2-direct", request_body = Login,
    security(()), responses((status = 200, body = LoggedIn), (status = 401, description = "That name and password don’t match."))
)]
async fn log_in(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    cookies: Cookies,
    Json(login): Json<Login>,
) -> Result<impl IntoResponse> {
    let (token, cookie, user) = account::sign_in(&state, login, device, &cookies).await?;
    let said = "Login successful";
    Ok((cookie, Json(LoggedIn { message: said, msg: said, token: token.clone(), access_token: token, user })))
}

#[derive(Serialize, ToSchema)]
#[schema(as = SharedRevoked)]
struct Revoked {
    msg: &'static str,
}

/// Revokes the credential that it is asked with, like `GET /logout`.
#[utoipa::path(
    get, path = "/login", operation_id = "shared_delete_login", tag = "2-direct",
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

/// Someone with whom messages were exchanged.
#[derive(Serialize, ToSchema)]
#[schema(as = SharedChat)]
struct ChatRow {
    /// The other person's id.
    id: i64,
    username: String,
    avatar_url: Option<String>,
    chat_id: i64,
    /// Its text, or the names of its files.
    last_message: String,
    unread_count: i64,
    #[schema(format = DateTime)]
    last_message_at: String,
}

impl From<DirectListing> for ChatRow {
    fn from(DirectListing { entry, other, last_message }: DirectListing) -> Self {
        Self {
            id: other.id.0,
            username: other.username,
            avatar_url: other.avatar_url,
            chat_id: entry.conversation.id.0,
            last_message: last_message.words().into_owned(),
            unread_count: entry.unread(),
            last_message_at: last_message.created_at.to_rfc3339(),
        }
    }
}

/// Everyone with whom the caller has exchanged messages, the latest first.
#[utoipa::path(
    get, path = "/chats", operation_id = "shared_list_chats", tag = "1-basic, 2-direct",
    responses((status = 200, body = Vec<ChatRow>))
)]
async fn chats(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<Json<Vec<ChatRow>>> {
    let directs = state.chat.directs(caller).await?;
    Ok(Json(directs.into_iter().map(ChatRow::from).collect()))
}
