//! Conversations: one's own, each by itself, and what changes about them.

use axum::{extract::State, http::StatusCode};
use chat::ConversationUpdate;
use protocol::ConversationId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    list::{self, List, Paging},
    model::Conversation,
    optional, text,
};
use crate::{
    AppState,
    error::Result,
    json::{Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(all, show, change, join, leave, typing)
}

/// The conversations that one is in, newest first.
///
/// Newest by when they were made, not by `active_at`: that one changes, and a list that is sorted by it would skip rows
/// from page to page.
#[utoipa::path(
    get, path = "/conversations", operation_id = "v1_list_conversations", tag = "v1 conversation", params(Paging),
    responses((status = 200, description = "The conversations.", body = List<Conversation>))
)]
async fn all(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Json<List<Conversation>>> {
    let entries = state.chat.conversations(caller).await?;
    Ok(Json(list::newest_first("conversations", entries, &paging, |entry| entry.conversation.id.0)?))
}

/// A conversation that one is in, or an open room.
#[utoipa::path(
    get, path = "/conversations/{id}", operation_id = "v1_get_conversation", tag = "v1 conversation",
    params(("id" = i64, Path, minimum = 1, example = 3)),
    responses((status = 200, description = "The conversation.", body = Conversation))
)]
async fn show(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<Conversation>> {
    Ok(Json(state.chat.conversation(caller, ConversationId(id)).await?.into()))
}

/// What is to change; what is not given stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConversationChange {
    /// May be empty for a group, which is then called after its people. A `#` at its start is cut off.
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = text::GroupName)]
    name: Option<String>,
    /// What it is about.
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = text::Topic)]
    topic: Option<String>,
    /// Whether only members know of it. Only rooms can be opened and closed.
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = bool)]
    private: Option<bool>,
    /// Whether nothing can be posted any more. While that is so, nothing else can be changed.
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = bool, example = false)]
    archived: Option<bool>,
}

/// Changes a conversation: all that is asked for, or nothing.
#[utoipa::path(
    patch, path = "/conversations/{id}", operation_id = "v1_update_conversation", tag = "v1 conversation",
    params(("id" = i64, Path, minimum = 1, example = 3)), request_body = ConversationChange,
    responses((status = 200, description = "The conversation as it is now.", body = Conversation))
)]
async fn change(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Json(change): Json<ConversationChange>,
) -> Result<Json<Conversation>> {
    let id = ConversationId(id);
    let ConversationChange { name, topic, private, archived } = change;
    state.chat.update_conversation(caller, id, ConversationUpdate { name, topic, private, archived }).await?;
    Ok(Json(state.chat.conversation(caller, id).await?.into()))
}

/// Joins an open room. Who is in it already stays in it.
#[utoipa::path(
    put, path = "/conversations/{id}/membership", operation_id = "v1_join_conversation", tag = "v1 conversation",
    params(("id" = i64, Path, minimum = 1, example = 3)),
    responses((status = 200, description = "The conversation, joined.", body = Conversation))
)]
async fn join(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<Conversation>> {
    Ok(Json(state.chat.join(caller, ConversationId(id)).await?.into()))
}

/// Leaves a room, a group or a project.
///
/// Where the last owner goes, another member becomes one.
#[utoipa::path(
    delete, path = "/conversations/{id}/membership", operation_id = "v1_leave_conversation",
    tag = "v1 conversation", params(("id" = i64, Path, minimum = 1, example = 3)),
    responses((status = 204, description = "Left."))
)]
async fn leave(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<StatusCode> {
    state.chat.leave(caller, ConversationId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells the others that one is writing.
///
/// It shows for five seconds; repeat it while it goes on.
#[utoipa::path(
    post, path = "/conversations/{id}/typing", operation_id = "v1_type_in_conversation", tag = "v1 conversation",
    params(("id" = i64, Path, minimum = 1, example = 3)),
    responses((status = 204, description = "They are told."))
)]
async fn typing(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<StatusCode> {
    state.chat.typing(caller, ConversationId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
