//! Everyone in the place.

use axum::extract::State;
use protocol::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    list::{self, Filter, List},
    model::User,
};
use crate::{
    AppState,
    error::Result,
    json::{Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(all, show)
}

/// Someone, and whether they are here.
#[derive(Serialize, ToSchema)]
struct UserPresence {
    user: User,
    /// Whether any of their devices is connected.
    online: bool,
}

impl From<(protocol::User, bool)> for UserPresence {
    fn from((user, online): (protocol::User, bool)) -> Self {
        Self { user: user.into(), online }
    }
}

/// The directory of people, by user name. Those whose account is closed are left out.
#[utoipa::path(
    get, path = "/users", operation_id = "v1_list_users", tag = "v1 user", params(Filter),
    responses((status = 200, description = "The people and whether they are here.", body = List<UserPresence>))
)]
async fn all(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Query(query): Query<Filter>,
) -> Result<Json<List<UserPresence>>> {
    let limit = list::rows(query.limit)?;
    let after: Option<String> = list::key("users", query.cursor.as_deref())?;
    let found = state.chat.users(caller, &query.search, after.as_deref(), limit + 1).await?;
    let found = found.into_iter().map(|user| {
        let online = state.chat.is_online(user.id);
        (user, online)
    });
    Ok(Json(list::page("users", found.collect(), limit, |(user, _)| user.username.clone())))
}

/// Someone of the place, also where their account is closed.
#[utoipa::path(
    get, path = "/users/{id}", operation_id = "v1_get_user", tag = "v1 user",
    params(("id" = i64, Path, minimum = 1, example = 7)),
    responses((status = 200, description = "They and whether they are here.", body = UserPresence))
)]
async fn show(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<UserPresence>> {
    let user = state.chat.user(caller, UserId(id)).await?;
    let online = state.chat.is_online(user.id);
    Ok(Json((user, online).into()))
}
