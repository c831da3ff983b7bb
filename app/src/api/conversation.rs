//! Conversations and their history.

use leptos::prelude::*;
use protocol::{ConversationId, History, Page, Position, Start};

use super::Failure;
use crate::json::Json;

/// Everything afresh: the sidebar, and the open conversation if one is named.
#[server(name = FetchStart, prefix = "/ui", endpoint = "start", input = Json, output = Json)]
pub async fn start(open: Option<ConversationId>) -> Result<Start, Failure> {
    super::ask(async move |chat, caller| chat.start(caller, open.map(|id| (id, Position::Latest))).await).await
}

/// A conversation, opened at some position.
#[server(name = FetchPage, prefix = "/ui", endpoint = "page", input = Json, output = Json)]
pub async fn page(id: ConversationId, position: Position) -> Result<Page, Failure> {
    super::ask(async move |chat, caller| chat.page(caller, id, position).await).await
}

/// A stretch of a conversation's history.
#[server(name = FetchHistory, prefix = "/ui", endpoint = "history", input = Json, output = Json)]
pub async fn history(id: ConversationId, position: Position) -> Result<History, Failure> {
    super::ask(async move |chat, caller| chat.history(caller, id, position).await).await
}
