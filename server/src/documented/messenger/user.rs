//! People. Anyone may look; changing and deleting is for the person and the place's administrators, unless the place is
//! opened as the document says.

use axum::{extract::State, response::Response};
use chat::{AccountUpdate, Caller, Chat, Profile};
use futures::{Stream, stream};
use protocol::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Done, UNKNOWN_USER};
use crate::{
    AppState,
    documented::stream::{RequestName, array_under},
    error::{self, Result, Saying as _},
    json::{Json, Path},
    routes::{Routes, routes},
    session::SignedIn,
};

/// How many people are read at once.
const PAGE: i64 = 200;

/// Whoever asks, a stranger too.
type Anyone = std::result::Result<SignedIn, error::Error>;

pub fn router() -> Routes {
    routes!(list, show, update, delete)
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerUser)]
struct Row {
    id: i64,
    username: String,
    /// None for a caller who isn't signed in.
    email: Option<String>,
    avatar_url: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Profile> for Row {
    fn from(Profile { user, email }: Profile) -> Self {
        Self {
            id: user.id.0,
            username: user.username,
            email,
            avatar_url: user.avatar_url,
            created_at: user.created_at.to_rfc3339(),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerUsers)]
struct Many {
    users: Vec<Row>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerOneUser)]
struct One {
    user: Row,
}

/// What is not given stays; an empty e-mail or picture's address is removed.
#[derive(Deserialize, ToSchema)]
#[schema(as = MessengerUserUpdate)]
struct Update {
    username: Option<String>,
    email: Option<String>,
    avatar_url: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerUserUpdated)]
struct Updated {
    message: &'static str,
    user: Named,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerNamedUser)]
struct Named {
    id: i64,
    username: String,
    email: Option<String>,
}

/// Everyone with an open account, by id.
#[utoipa::path(
    get, path = "/api/users", operation_id = "messenger_list_users", tag = "5-messenger", security(()),
    responses((status = 200, body = Many))
)]
async fn list(State(state): State<AppState>, who: Anyone, name: RequestName) -> Result<Response> {
    array_under("users", name, everyone(state.chat.clone(), caller(who))).await
}

/// Someone with an open account.
#[utoipa::path(
    get, path = "/api/users/{user_id}", operation_id = "messenger_show_user", tag = "5-messenger", security(()),
    params(("user_id" = i64, Path, description = "The person.")), responses((status = 200, body = One))
)]
async fn show(State(state): State<AppState>, who: Anyone, Path(id): Path<UserId>) -> Result<Json<One>> {
    let profile = state.chat.profile(caller(who), id).await.saying(404, UNKNOWN_USER)?;
    Ok(Json(One { user: profile.into() }))
}

/// Changes an account.
#[utoipa::path(
    put, path = "/api/users/{user_id}", operation_id = "messenger_update_user", tag = "5-messenger",
    params(("user_id" = i64, Path, description = "The person.")), request_body = Update,
    responses((status = 200, body = Updated))
)]
async fn update(
    State(state): State<AppState>,
    who: Anyone,
    Path(id): Path<UserId>,
    Json(Update { username, email, avatar_url }): Json<Update>,
) -> Result<Json<Updated>> {
    let update = AccountUpdate { username, email, avatar_url, ..AccountUpdate::default() };
    let account = state.chat.update_user(caller(who), id, update).await.saying(404, UNKNOWN_USER)?;
    let user = Named { id: account.user.id.0, username: account.user.username, email: account.email };
    Ok(Json(Updated { message: "User updated successfully", user }))
}

/// Deletes an account. What it wrote stays, as written by a deleted user.
#[utoipa::path(
    delete, path = "/api/users/{user_id}", operation_id = "messenger_delete_user", tag = "5-messenger",
    params(("user_id" = i64, Path, description = "The person.")), responses((status = 200, body = Done))
)]
async fn delete(State(state): State<AppState>, who: Anyone, Path(id): Path<UserId>) -> Result<Json<Done>> {
    state.chat.delete_user(caller(who), id).await.saying(404, UNKNOWN_USER)?;
    Ok(Json(Done { message: "User deleted successfully" }))
}

fn caller(who: Anyone) -> Option<Caller> {
    who.ok().map(|SignedIn(caller)| caller)
}

fn everyone(chat: Chat, caller: Option<Caller>) -> impl Stream<Item = chat::Result<Vec<Row>>> + Send + 'static {
    stream::try_unfold(UserId(0), move |after| {
        let chat = chat.clone();
        async move {
            let page = chat.profiles(caller, after, PAGE).await?;
            let last = page.last().map(|profile| profile.user.id);
            Ok(last.map(|last| (page.into_iter().map(Row::from).collect(), last)))
        }
    })
}
