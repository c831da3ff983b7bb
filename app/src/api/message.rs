//! Messages. The changes come back to everyone as events, so there is nothing to return.

use leptos::prelude::*;
use protocol::MessageId;

use super::Failure;
use crate::json::Json;

/// Gives a message another text.
#[server(name = EditMessage, prefix = "/ui", endpoint = "edit", input = Json, output = Json)]
pub async fn edit(id: MessageId, body: String) -> Result<(), Failure> {
    super::ask(async move |chat, caller| chat.edit(caller, id, &body).await.map(drop)).await
}

/// Deletes a message; a tombstone stays.
#[server(name = DeleteMessage, prefix = "/ui", endpoint = "delete", input = Json, output = Json)]
pub async fn delete(id: MessageId) -> Result<(), Failure> {
    super::ask(async move |chat, caller| chat.delete(caller, id).await.map(drop)).await
}

/// Gives or takes back a reaction.
#[server(name = React, prefix = "/ui", endpoint = "react", input = Json, output = Json)]
pub async fn react(id: MessageId, emoji: String, on: bool) -> Result<(), Failure> {
    super::ask(async move |chat, caller| chat.react(caller, id, &emoji, on).await.map(drop)).await
}
