//! Everyone in the place, and chats of two.

use app::pages::people::{PEOPLE_SHOWN, People, PeopleProps};
use axum::{http::StatusCode, response::Response};
use protocol::UserId;

use super::{
    fields::{Asked, At},
    reader::{Reader, see},
};
use crate::error::Result;

/// The directory of people.
pub async fn show(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    let start = reader.start().await?;
    let search = asked.text("search");
    let people = reader.chat.users(reader.caller, &search, None, PEOPLE_SHOWN).await?;
    let online = people.iter().map(|user| user.id).filter(|id| reader.chat.is_online(*id)).collect();
    let theme = start.account.theme;
    let props = PeopleProps { start, people, online, search };
    Ok(reader.page(StatusCode::OK, "People", theme, || People(props)))
}

/// Opens the chat with someone, which is made where there was none.
pub async fn open_direct(reader: Reader, At(user): At<UserId>) -> Result<Response> {
    let entry = reader.chat.open_direct(reader.caller, user).await?;
    Ok(see(&format!("/c/{}", entry.conversation.id)))
}
