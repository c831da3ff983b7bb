//! Rooms: which there are, making one, coming and going.

use axum::{extract::State, response::Response};
use chat::{Caller, Chat, NewRoom, RoomListing};
use futures::{Stream, stream};
use protocol::{Conversation, ConversationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Done, NO_ROOM, find};
use crate::{
    AppState,
    documented::stream::{RequestName, array},
    error::{Result, Saying as _},
    json::{Created, Json, Path},
    routes::{Routes, routes},
    session::SignedIn,
};

/// How many rooms are read at once.
const PAGE: i64 = 200;

pub fn router() -> Routes {
    routes!(list_rooms, create_room, show_room, join, leave)
}

#[derive(Serialize, ToSchema)]
#[schema(as = RoomsRoom)]
struct Room {
    id: i64,
    name: String,
    description: String,
    member_count: i64,
    /// Whether the caller is in it.
    joined: bool,
    #[schema(format = DateTime)]
    created_at: String,
}

impl Room {
    fn of(room: Conversation, joined: bool) -> Self {
        Self {
            id: room.id.0,
            name: room.name,
            description: room.topic,
            member_count: room.member_count,
            joined,
            created_at: room.created_at.to_rfc3339(),
        }
    }
}

/// All open rooms, and the private ones that the caller is in, by name.
#[utoipa::path(
    get, path = "/api/chat/rooms", operation_id = "rooms_list_rooms", tag = "4-rooms",
    responses((status = 200, body = Vec<Room>))
)]
async fn list_rooms(State(state): State<AppState>, SignedIn(caller): SignedIn, name: RequestName) -> Result<Response> {
    array(name, all_rooms(state.chat.clone(), caller)).await
}

fn all_rooms(chat: Chat, caller: Caller) -> impl Stream<Item = chat::Result<Vec<Room>>> {
    stream::try_unfold(None, move |after: Option<(String, ConversationId)>| {
        let chat = chat.clone();
        async move {
            let after = after.as_ref().map(|(name, id)| (name.as_str(), *id));
            let rooms = chat.browse_rooms(caller, "", after, PAGE).await?;
            let Some(last) = rooms.last() else { return Ok(None) };
            let last = Some((last.conversation.name.clone(), last.conversation.id));
            let rows = rooms.into_iter().map(|RoomListing { conversation, joined }| Room::of(conversation, joined));
            Ok(Some((rows.collect(), last)))
        }
    })
}

#[derive(Deserialize, ToSchema)]
#[schema(as = RoomsNewRoom, example = json!({"name": "lounge", "description": "Coffee and cake"}))]
struct NewRoomBody {
    name: Option<String>,
    description: Option<String>,
}

/// Makes an open room that the caller owns.
#[utoipa::path(
    post, path = "/api/chat/rooms", operation_id = "rooms_create_room", tag = "4-rooms", request_body = NewRoomBody,
    responses((status = 201, body = Room))
)]
async fn create_room(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(new): Json<NewRoomBody>,
) -> Result<Created<Room>> {
    let new =
        NewRoom { name: new.name.unwrap_or_default(), topic: new.description.unwrap_or_default(), private: false };
    let entry = state.chat.create_room(caller, new).await?;
    Ok(Created(Room::of(entry.conversation, true)))
}

#[derive(Serialize, ToSchema)]
#[schema(as = RoomsRoomWithUsers)]
struct RoomWithUsers {
    #[serde(flatten)]
    room: Room,
    /// Its members.
    users: Vec<RoomUser>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RoomsUser)]
struct RoomUser {
    id: i64,
    username: String,
}

/// A room and who is in it.
#[utoipa::path(
    get, path = "/api/chat/rooms/{id}", operation_id = "rooms_show_room", tag = "4-rooms",
    params(("id" = i64, Path)), responses((status = 200, body = RoomWithUsers))
)]
async fn show_room(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
) -> Result<Json<RoomWithUsers>> {
    let room = find(&state, caller, id).await?;
    let people = state.chat.people(caller, room.conversation.id).await.saying(404, NO_ROOM)?;
    let users = people.into_iter().map(|user| RoomUser { id: user.id.0, username: user.username }).collect();
    Ok(Json(RoomWithUsers { room: Room::of(room.conversation, room.joined), users }))
}

/// Makes the caller a member of an open room.
#[utoipa::path(
    post, path = "/api/chat/rooms/{id}/join", operation_id = "rooms_join_room", tag = "4-rooms",
    params(("id" = i64, Path)), responses((status = 200, body = Done))
)]
async fn join(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<Json<Done>> {
    let room = find(&state, caller, id).await?;
    state.chat.join(caller, room.conversation.id).await.saying(404, NO_ROOM)?;
    Ok(Json(Done { message: "Joined the room" }))
}

/// Ends the caller's membership.
#[utoipa::path(
    post, path = "/api/chat/rooms/{id}/leave", operation_id = "rooms_leave_room", tag = "4-rooms",
    params(("id" = i64, Path)), responses((status = 200, body = Done))
)]
async fn leave(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<Json<Done>> {
    let room = find(&state, caller, id).await?;
    let left = state.chat.leave(caller, room.conversation.id).await.saying(404, NO_ROOM);
    left.saying(403, "You are not in this room")?;
    Ok(Json(Done { message: "Left the room" }))
}
