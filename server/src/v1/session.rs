//! Sign-ins: beginning one, seeing where one is signed in, ending them.

use axum::{extract::State, http::StatusCode};
use protocol::SessionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    list::{self, List, Paging},
    model::{Time, User},
};
use crate::{
    AppState,
    error::Result,
    json::{Created, Json, Path, Query},
    routes::{Routes, routes},
    session::{RequestDevice, SignedIn},
};

pub fn router() -> Routes {
    routes!(all, create, end_others, end_current, end)
}

/// A user name or an e-mail address, and the password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    /// The user name or the e-mail address, whatever its case.
    #[schema(min_length = 1, example = "ada")]
    login: String,
    #[schema(format = Password, example = "correct horse battery")]
    password: String,
}

/// Someone who has just signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedIn)]
pub struct SignedInAnswer {
    /// What to send as `Authorization: Bearer …` from now on.
    #[schema(example = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.3mB8pQ")]
    token: String,
    /// When that ends.
    expires_at: Time,
    user: User,
}

impl From<chat::SignedIn> for SignedInAnswer {
    fn from(signed_in: chat::SignedIn) -> Self {
        Self { token: signed_in.token, expires_at: signed_in.expires_at.into(), user: signed_in.user.into() }
    }
}

/// Signs in.
///
/// The token is for programs: send it as `Authorization: Bearer …`. No cookie is set.
#[utoipa::path(
    post, path = "/sessions", operation_id = "v1_create_session", tag = "v1 session", security(()),
    request_body = Credentials,
    responses(
        (status = 201, description = "Signed in.", body = SignedInAnswer),
        (status = 401, description = "Name and password don’t match.")
    )
)]
async fn create(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    Json(credentials): Json<Credentials>,
) -> Result<Created<SignedInAnswer>> {
    Ok(Created(state.chat.sign_in(&credentials.login, &credentials.password, device).await?.into()))
}

/// A sign-in.
#[derive(Serialize, ToSchema)]
struct Session {
    #[schema(example = 12)]
    id: i64,
    created_at: Time,
    /// When it was last used, exact to a minute.
    last_seen_at: Time,
    /// The browser or program, as it names itself.
    #[schema(example = "curl/8.5.0")]
    user_agent: String,
    /// The network address that it was last seen from.
    #[schema(example = "203.0.113.7")]
    address: String,
    /// Whether it is the one that asks.
    current: bool,
}

impl From<protocol::Session> for Session {
    fn from(session: protocol::Session) -> Self {
        Self {
            id: session.id.0,
            created_at: session.created_at.into(),
            last_seen_at: session.last_seen_at.into(),
            user_agent: session.user_agent,
            address: session.address,
            current: session.current,
        }
    }
}

/// Where one is signed in, newest first.
#[utoipa::path(
    get, path = "/sessions", operation_id = "v1_list_sessions", tag = "v1 session", params(Paging),
    responses((status = 200, description = "The sign-ins.", body = List<Session>))
)]
async fn all(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Session>>> {
    let sessions = state.chat.sessions(caller).await?;
    Ok(Json(list::newest_first("sessions", sessions, &paging, |session| session.id.0)?))
}

/// Ends all sign-ins but the one that asks; access tokens stay.
#[utoipa::path(
    delete, path = "/sessions", operation_id = "v1_delete_other_sessions", tag = "v1 session",
    responses((status = 204, description = "They are ended."))
)]
async fn end_others(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<StatusCode> {
    state.chat.revoke_other_sessions(caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs out: ends the sign-in or the access token that asks.
#[utoipa::path(
    delete, path = "/sessions/current", operation_id = "v1_delete_current_session", tag = "v1 session",
    responses((status = 204, description = "It is ended."))
)]
async fn end_current(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<StatusCode> {
    state.chat.sign_out(caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one sign-in and closes its sockets.
#[utoipa::path(
    delete, path = "/sessions/{id}", operation_id = "v1_delete_session", tag = "v1 session",
    params(("id" = i64, Path, minimum = 1, example = 12)),
    responses((status = 204, description = "It is ended."))
)]
async fn end(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<StatusCode> {
    state.chat.revoke_session(caller, SessionId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
