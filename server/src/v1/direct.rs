//! Direct chats: two people, always the same two.

use axum::extract::State;
use protocol::UserId;

use super::model::Conversation;
use crate::{
    AppState,
    error::Result,
    json::{Json, Path},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(open)
}

/// Opens the direct chat with someone, which is made where there was none.
#[utoipa::path(
    put, path = "/direct/{user_id}", operation_id = "v1_open_direct", tag = "v1 direct",
    params(("user_id" = i64, Path, minimum = 1, example = 8)),
    responses((status = 200, description = "The conversation.", body = Conversation))
)]
async fn open(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(user_id): Path<i64>,
) -> Result<Json<Conversation>> {
    Ok(Json(state.chat.open_direct(caller, UserId(user_id)).await?.into()))
}
