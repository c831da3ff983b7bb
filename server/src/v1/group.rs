//! Group chats: a few people without a room.

use axum::extract::State;
use chat::NewGroup;
use protocol::{ProjectId, UserId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{model::Conversation, optional, text};
use crate::{
    AppState,
    error::Result,
    json::{Created, Json},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(create)
}

/// What a group is made of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GroupToMake {
    /// Without one, it is called after its people.
    #[serde(default)]
    #[schema(value_type = text::GroupName)]
    name: String,
    /// The ids of who is in it beside the caller.
    #[schema(max_items = 49, example = json!([8, 9]))]
    people: Vec<i64>,
    /// The project that it belongs to; then everyone in it must be a member of that one.
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = i64, minimum = 1)]
    project_id: Option<i64>,
}

/// Makes a group that one owns.
#[utoipa::path(
    post, path = "/groups", operation_id = "v1_create_group", tag = "v1 group", request_body = GroupToMake,
    responses(
        (status = 201, description = "The group’s conversation.", body = Conversation),
        (status = 404, description = "There is no such project, or none that one is in.")
    )
)]
async fn create(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(new): Json<GroupToMake>,
) -> Result<Created<Conversation>> {
    let people = new.people.into_iter().map(UserId).collect();
    let new = NewGroup { name: new.name, people, project_id: new.project_id.map(ProjectId) };
    Ok(Created(state.chat.create_group(caller, new).await?.into()))
}
