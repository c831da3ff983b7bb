//! People to add to conversations.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    AppState,
    error::Result,
    json::{Json, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

/// The most people that one search finds.
const MAX_FOUND: u8 = 10;

pub fn router() -> Routes {
    routes!(search)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Search {
    /// A part of the name; everyone, where nothing is given.
    #[serde(default)]
    search: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsUser)]
struct Row {
    id: i64,
    username: String,
}

/// The first 10 people whose name contains a text, by name; without the caller, who is in their conversations anyway.
#[utoipa::path(
    get, path = "/conversations/users", operation_id = "projects_search_users", tag = "3-projects",
    params(Search), responses((status = 200, body = Vec<Row>))
)]
async fn search(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Query(Search { search }): Query<Search>,
) -> Result<Json<Vec<Row>>> {
    let found = state.chat.users(caller, &search, None, i64::from(MAX_FOUND) + 1).await?;
    let others = found.into_iter().filter(|user| user.id != caller.user_id).take(MAX_FOUND.into());
    Ok(Json(others.map(|user| Row { id: user.id.0, username: user.username }).collect()))
}
