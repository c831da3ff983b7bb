//! Rooms: those to choose from, and new ones.

use axum::extract::State;
use chat::{NewRoom, RoomListing};
use protocol::ConversationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    list::{self, Filter, List},
    model::{Conversation, Time},
    text,
};
use crate::{
    AppState,
    error::Result,
    json::{Created, Json, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(all, create)
}

/// A room among those to choose from.
#[derive(Serialize, ToSchema)]
struct Room {
    /// The id of its conversation.
    #[schema(example = 3)]
    id: i64,
    #[schema(example = "engineering")]
    name: String,
    /// What it is about; may be empty.
    #[schema(example = "Bridges and tunnels")]
    topic: String,
    /// Whether only members know of it.
    private: bool,
    #[schema(required = true)]
    archived_at: Option<Time>,
    created_at: Time,
    /// When something was last posted, or it was made.
    active_at: Time,
    member_count: i64,
    /// Whether the caller is in it.
    joined: bool,
}

impl From<RoomListing> for Room {
    fn from(RoomListing { conversation, joined }: RoomListing) -> Self {
        Self {
            id: conversation.id.0,
            name: conversation.name,
            topic: conversation.topic,
            private: conversation.private,
            archived_at: conversation.archived_at.map(Time::from),
            created_at: conversation.created_at.into(),
            active_at: conversation.active_at.into(),
            member_count: conversation.member_count,
            joined,
        }
    }
}

/// Rooms to choose from, by name: the open ones, and private ones that one is in.
#[utoipa::path(
    get, path = "/rooms", operation_id = "v1_list_rooms", tag = "v1 room", params(Filter),
    responses((status = 200, description = "The rooms.", body = List<Room>))
)]
async fn all(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Query(query): Query<Filter>,
) -> Result<Json<List<Room>>> {
    let limit = list::rows(query.limit)?;
    let after: Option<(String, i64)> = list::key("rooms", query.cursor.as_deref())?;
    let after = after.as_ref().map(|(name, id)| (name.as_str(), ConversationId(*id)));
    let found = state.chat.browse_rooms(caller, &query.search, after, limit + 1).await?;
    Ok(Json(list::page("rooms", found, limit, |room| (room.conversation.name.clone(), room.conversation.id.0))))
}

/// What a room is made of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoomToMake {
    /// Unique among open rooms, whatever its case. A `#` at its start is cut off.
    #[schema(value_type = text::Name)]
    name: String,
    /// What it is about.
    #[serde(default)]
    #[schema(value_type = text::Topic)]
    topic: String,
    /// Whether only members know of it.
    #[serde(default)]
    #[schema(example = false)]
    private: bool,
}

/// Makes a room that one owns.
#[utoipa::path(
    post, path = "/rooms", operation_id = "v1_create_room", tag = "v1 room", request_body = RoomToMake,
    responses((status = 201, description = "The room’s conversation.", body = Conversation))
)]
async fn create(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(new): Json<RoomToMake>,
) -> Result<Created<Conversation>> {
    let new = NewRoom { name: new.name, topic: new.topic, private: new.private };
    Ok(Created(state.chat.create_room(caller, new).await?.into()))
}
