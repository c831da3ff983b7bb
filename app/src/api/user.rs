//! People.

use leptos::prelude::*;
use protocol::{ConversationId, User, UserId};

use super::Failure;
use crate::json::Json;

/// How many people the quick switcher offers.
#[cfg(feature = "ssr")]
const OFFERED: i64 = 8;

/// People whose names match.
#[server(name = FindUsers, prefix = "/ui", endpoint = "users", input = Json, output = Json)]
pub async fn users(search: String) -> Result<Vec<User>, Failure> {
    super::ask(async move |chat, caller| chat.users(caller, &search, None, OFFERED).await).await
}

/// The direct chat with someone, made if there was none.
#[server(name = OpenDirect, prefix = "/ui", endpoint = "direct", input = Json, output = Json)]
pub async fn direct(user: UserId) -> Result<ConversationId, Failure> {
    super::ask(async move |chat, caller| chat.open_direct(caller, user).await.map(|entry| entry.conversation.id)).await
}
