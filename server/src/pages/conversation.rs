//! A conversation's page, which the browser brings to life, and coming in and going out.

use app::{components::form::Done, pages::conversation};
use axum::response::{Html, IntoResponse as _, Response};
use protocol::{ConversationId, MessageId, Position};

use super::{
    fields::{Asked, At},
    reader::{Reader, see, see_done},
};
use crate::error::Result;

/// The conversation, at the message that the address points at or where the reader had come to.
pub async fn show(reader: Reader, At(id): At<ConversationId>, Asked(asked): Asked) -> Result<Response> {
    let linked = asked.number("at").map(MessageId);
    let position = linked.map_or(Position::Unread, Position::Around);
    let start = reader.chat.start(reader.caller, Some((id, position))).await?;
    Ok(Html(conversation::render(start, linked, &reader.assets, &reader.nonce)).into_response())
}

/// Joins an open room.
pub async fn join(reader: Reader, At(id): At<ConversationId>) -> Result<Response> {
    reader.chat.join(reader.caller, id).await?;
    Ok(see(&format!("/c/{id}")))
}

/// Leaves.
pub async fn leave(reader: Reader, At(id): At<ConversationId>) -> Result<Response> {
    reader.chat.leave(reader.caller, id).await?;
    Ok(see_done("/rooms", Done::Left))
}
