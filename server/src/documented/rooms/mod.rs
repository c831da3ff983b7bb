//! 4-rooms: rooms to look through, and what is said in them. A room is a conversation of that kind; any other id leads
//! nowhere here, like an unknown one.

mod message;
mod room;
mod session;

use chat::{Caller, RoomListing};
use protocol::{ConversationId, Error, Kind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    error::{Result, Saying as _},
    routes::Routes,
};

const NO_ROOM: &str = "Room not found";

pub fn router() -> Routes {
    session::router().merge(room::router()).merge(message::router())
}

#[derive(Serialize, ToSchema)]
#[schema(as = RoomsDone)]
struct Done {
    message: &'static str,
}

/// The room of that id. Conversations of other kinds are none, even to their members.
async fn find(state: &AppState, caller: Caller, id: i64) -> Result<RoomListing> {
    let (conversation, standing) = state.chat.standing(caller, ConversationId(id)).await.saying(404, NO_ROOM)?;
    if conversation.kind != Kind::Room {
        return Err(Error::not_found("that room")).saying(404, NO_ROOM);
    }
    Ok(RoomListing { conversation, joined: standing.role.is_some() })
}
