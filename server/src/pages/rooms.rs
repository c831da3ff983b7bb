//! Rooms to look through, and new ones.

use app::{
    components::form::Problem,
    pages::rooms::{NewRoom, NewRoomProps, ROOMS_SHOWN, RoomTyped, Rooms, RoomsProps},
};
use axum::{http::StatusCode, response::Response};
use protocol::Error;

use super::{
    fields::{Asked, Fields},
    reader::{Reader, said_by_form, see, status},
};
use crate::error::Result;

/// The rooms that the reader may see.
pub async fn browse(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    let start = reader.start().await?;
    let search = asked.text("search");
    let rooms = reader.chat.browse_rooms(reader.caller, &search, None, ROOMS_SHOWN).await?;
    let theme = start.account.theme;
    let props = RoomsProps { start, rooms, search, done: asked.done() };
    Ok(reader.page(StatusCode::OK, "Rooms", theme, || Rooms(props)))
}

/// The form for a new room.
pub async fn form(reader: Reader) -> Result<Response> {
    new_room_page(&reader, RoomTyped::default(), None).await
}

/// Makes a room and opens it.
pub async fn create(reader: Reader, fields: Fields) -> Result<Response> {
    let (name, topic, private) = (fields.text("name"), fields.text("topic"), fields.get("private") == "true");
    let new = chat::NewRoom { name: name.clone(), topic: topic.clone(), private };
    match reader.chat.create_room(reader.caller, new).await {
        Ok(entry) => Ok(see(&format!("/c/{}", entry.conversation.id))),
        Err(error) => {
            let refusal = said_by_form(error)?;
            new_room_page(&reader, RoomTyped { name, topic, private }, Some(&refusal)).await
        }
    }
}

async fn new_room_page(reader: &Reader, typed: RoomTyped, refusal: Option<&Error>) -> Result<Response> {
    let start = reader.start().await?;
    let theme = start.account.theme;
    let problem = refusal.map(Problem::from).unwrap_or_default();
    let props = NewRoomProps { start, typed, problem };
    Ok(reader.page(status(refusal), "New room", theme, || NewRoom(props)))
}
