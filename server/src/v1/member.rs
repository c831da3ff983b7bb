//! Who is in a conversation, and every change to that.

use axum::{extract::State, http::StatusCode};
use protocol::{ConversationId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    list::{self, Filter, List},
    model::{MemberRole, Time, User},
};
use crate::{
    AppState,
    error::Result,
    json::{Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(all, add, appoint, remove)
}

/// Someone in a conversation.
#[derive(Serialize, ToSchema)]
struct Member {
    user: User,
    role: MemberRole,
    /// Since when; the last time, for those who came back.
    joined_at: Time,
}

impl From<(protocol::Member, protocol::User)> for Member {
    fn from((member, user): (protocol::Member, protocol::User)) -> Self {
        Self { user: user.into(), role: member.role.into(), joined_at: member.joined_at.into() }
    }
}

/// The members of a conversation, by their id.
#[utoipa::path(
    get, path = "/conversations/{id}/members", operation_id = "v1_list_members", tag = "v1 member",
    params(("id" = i64, Path, minimum = 1, example = 3), Filter),
    responses((status = 200, description = "The members.", body = List<Member>))
)]
async fn all(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(query): Query<Filter>,
) -> Result<Json<List<Member>>> {
    let limit = list::rows(query.limit)?;
    let after: Option<i64> = list::key("members", query.cursor.as_deref())?;
    let after = UserId(after.unwrap_or_default());
    let found = state.chat.members_after(caller, ConversationId(id), &query.search, after, limit + 1).await?;
    Ok(Json(list::page("members", found, limit, |(_, user)| user.id.0)))
}

/// Whom to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct People {
    /// The ids of those who are to be members.
    #[schema(min_items = 1, max_items = 500, example = json!([8, 9]))]
    people: Vec<i64>,
}

/// Makes people members. Those who are members already stay so.
#[utoipa::path(
    post, path = "/conversations/{id}/members", operation_id = "v1_add_members", tag = "v1 member",
    params(("id" = i64, Path, minimum = 1, example = 3)), request_body = People,
    responses((status = 204, description = "They are members."))
)]
async fn add(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Json(People { people }): Json<People>,
) -> Result<StatusCode> {
    if !(1..=500).contains(&people.len()) {
        return Err(protocol::Error::invalid("people", "Name 1 to 500 people.").into());
    }
    let people: Vec<_> = people.into_iter().map(UserId).collect();
    state.chat.add_members(caller, ConversationId(id), &people).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a member is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Appointment {
    role: MemberRole,
}

/// Gives a member another role.
#[utoipa::path(
    patch, path = "/conversations/{id}/members/{user_id}", operation_id = "v1_set_member_role", tag = "v1 member",
    params(("id" = i64, Path, minimum = 1, example = 3), ("user_id" = i64, Path, minimum = 1, example = 8)),
    request_body = Appointment,
    responses(
        (status = 204, description = "They have that role."),
        (status = 409, description = "No owner would be left.")
    )
)]
async fn appoint(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path((id, user_id)): Path<(i64, i64)>,
    Json(Appointment { role }): Json<Appointment>,
) -> Result<StatusCode> {
    state.chat.set_role(caller, ConversationId(id), UserId(user_id), role.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends somebody’s membership.
#[utoipa::path(
    delete, path = "/conversations/{id}/members/{user_id}", operation_id = "v1_remove_member", tag = "v1 member",
    params(("id" = i64, Path, minimum = 1, example = 3), ("user_id" = i64, Path, minimum = 1, example = 8)),
    responses((status = 204, description = "They are no member any more."))
)]
async fn remove(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path((id, user_id)): Path<(i64, i64)>,
) -> Result<StatusCode> {
    state.chat.remove_member(caller, ConversationId(id), UserId(user_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
