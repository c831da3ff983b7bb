//! Reactions: an emoji under a message.

use axum::extract::State;
use protocol::MessageId;

use super::message::Message;
use crate::{
    AppState,
    error::Result,
    json::{Json, Path},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(add, remove)
}

/// Reacts to a message. Who has done so with this emoji already has done it once.
#[utoipa::path(
    put, path = "/messages/{id}/reactions/{emoji}", operation_id = "v1_add_reaction", tag = "v1 reaction",
    params(
        ("id" = i64, Path, minimum = 1, example = 512),
        ("emoji" = String, Path, min_length = 1, max_length = 10, pattern = "^[^\\sA-Za-z\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x9f][^\\sA-Za-z\\x00-\\x1f\\x7f-\\x9f]*$", example = "✅")
    ),
    responses(
        (status = 200, description = "The message as it is now.", body = Message),
        (status = 409, description = "It was deleted.")
    )
)]
async fn add(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path((id, emoji)): Path<(i64, String)>,
) -> Result<Json<Message>> {
    Ok(Json(state.chat.react(caller, MessageId(id), &emoji, true).await?.into()))
}

/// Takes a reaction back.
#[utoipa::path(
    delete, path = "/messages/{id}/reactions/{emoji}", operation_id = "v1_remove_reaction", tag = "v1 reaction",
    params(
        ("id" = i64, Path, minimum = 1, example = 512),
        ("emoji" = String, Path, min_length = 1, max_length = 10, pattern = "^[^\\sA-Za-z\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x9f][^\\sA-Za-z\\x00-\\x1f\\x7f-\\x9f]*$", example = "✅")
    ),
    responses(
        (status = 200, description = "The message as it is now.", body = Message),
        (status = 409, description = "It was deleted.")
    )
)]
async fn remove(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path((id, emoji)): Path<(i64, String)>,
) -> Result<Json<Message>> {
    Ok(Json(state.chat.react(caller, MessageId(id), &emoji, false).await?.into()))
}
