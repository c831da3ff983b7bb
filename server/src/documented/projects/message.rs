//! Messages of a conversation, by pages.

use std::collections::HashMap;

use axum::{extract::State, response::IntoResponse};
use chat::{Caller, Chat, Draft};
use protocol::{Conversation, ConversationId, Error, History, Message, Position, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::members_only;
use crate::{
    AppState,
    attached::Attached,
    documented::text::Text,
    error::Result,
    json::{Created, Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

const STRANGER: &str = "You are not a member of this conversation.";
/// The most messages that one page holds.
const MAX_PER_PAGE: i64 = 200;

pub fn router() -> Routes {
    routes!(list, send)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Paging {
    /// Which page; 1 has the newest messages.
    #[serde(default = "first")]
    #[param(minimum = 1, default = 1)]
    page: i64,
    /// How many messages a page holds, those counted that were deleted since.
    #[serde(default = "usual")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    per_page: i64,
}

const fn first() -> i64 {
    1
}

const fn usual() -> i64 {
    50
}

impl Paging {
    fn check(&self) -> protocol::Result<()> {
        if self.page < 1 {
            return Err(Error::invalid("page", "The first page is 1."));
        }
        if !(1..=MAX_PER_PAGE).contains(&self.per_page) {
            return Err(Error::invalid("per_page", format!("A page has 1 to {MAX_PER_PAGE} messages.")));
        }
        Ok(())
    }

    /// The page's place in a conversation of so many messages, deleted ones counted: so pages have fixed borders, and
    /// every message is on exactly one.
    fn position(&self, last_seq: i64) -> Position {
        let later = (self.page - 1).saturating_mul(self.per_page);
        Position::Before(last_seq.saturating_sub(later).saturating_add(1))
    }

    fn pages(&self, last_seq: i64) -> i64 {
        (last_seq + self.per_page - 1) / self.per_page
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsMessages)]
struct Answer {
    /// The newest first.
    messages: Vec<Row>,
    /// How many messages the conversation has.
    total: i64,
    pages: i64,
    current_page: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsMessage)]
struct Row {
    id: i64,
    content: String,
    user_id: i64,
    username: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// What hangs on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<Attached>,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ProjectsNewMessage)]
struct New {
    #[serde(flatten)]
    text: Text,
    /// The sender's own name for it: sent again under the same name, it is the same message.
    client_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsMessageSent)]
struct Sent {
    message: &'static str,
    message_id: i64,
    content: String,
    user_id: i64,
    username: String,
    #[schema(format = DateTime)]
    created_at: String,
}

/// A page of a conversation's messages, the newest first.
#[utoipa::path(
    get, path = "/conversations/{id}/messages", operation_id = "projects_list_messages", tag = "3-projects",
    params(("id" = i64, Path, description = "The conversation."), Paging), responses((status = 200, body = Answer))
)]
async fn list(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<ConversationId>,
    Query(paging): Query<Paging>,
) -> Result<Json<Answer>> {
    paging.check()?;
    let last_seq = joined(&state.chat, caller, id).await?.last_seq;
    let position = paging.position(last_seq);
    let history = members_only(state.chat.history_page(caller, id, position, paging.per_page).await, STRANGER)?;
    let total = members_only(state.chat.message_count(caller, id).await, STRANGER)?;
    Ok(Json(Answer { messages: rows(history), total, pages: paging.pages(last_seq), current_page: paging.page }))
}

/// Sends a message to a conversation.
#[utoipa::path(
    post, path = "/conversations/{id}/messages", operation_id = "projects_send_message", tag = "3-projects",
    params(("id" = i64, Path, description = "The conversation.")), request_body = New,
    responses((status = 201, body = Sent))
)]
async fn send(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<ConversationId>,
    Json(new): Json<New>,
) -> Result<impl IntoResponse> {
    let username = state.chat.account(caller).await?.user.username;
    let draft = Draft { client_id: new.client_id, ..Draft::of(id, new.text.given()?) };
    let message = members_only(state.chat.send(caller, draft).await, STRANGER)?;
    Ok(Created(Sent {
        message: "Message sent successfully",
        message_id: message.id.0,
        content: message.body,
        user_id: message.author_id.0,
        username,
        created_at: message.created_at.to_rfc3339(),
    }))
}

/// The conversation, for a member. An open room can be looked into from outside, but not here.
async fn joined(chat: &Chat, caller: Caller, id: ConversationId) -> Result<Conversation> {
    let (conversation, standing) = members_only(chat.standing(caller, id).await, STRANGER)?;
    standing.role.ok_or_else(|| Error::forbidden(STRANGER))?;
    Ok(conversation)
}

fn rows(history: History) -> Vec<Row> {
    let names: HashMap<UserId, String> = history.users.into_iter().map(|user| (user.id, user.username)).collect();
    let row = |message: Message| {
        // Every author is among them.
        let username = names.get(&message.author_id)?.clone();
        let (id, user_id) = (message.id.0, message.author_id.0);
        let (content, created_at) = (message.words().into_owned(), message.created_at.to_rfc3339());
        Some(Row { id, content, user_id, username, created_at, files: Attached::to(&message) })
    };
    let there = history.messages.into_iter().rev().filter(|message| message.deleted_at.is_none());
    there.filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_on_exactly_one_page() {
        for (last_seq, per_page) in [(0, 1), (1, 1), (7, 3), (9, 3), (50, 50), (51, 50)] {
            let mut found = Vec::new();
            let pages = Paging { page: 1, per_page }.pages(last_seq);
            for page in 1..=pages {
                let Position::Before(seq) = (Paging { page, per_page }).position(last_seq) else { panic!("a range") };
                found.extend(((seq - per_page).max(1)..seq).rev());
            }
            assert_eq!(found, (1..=last_seq).rev().collect::<Vec<_>>(), "{last_seq} by {per_page}");
        }
    }

    #[test]
    fn a_page_from_nowhere_does_no_harm() {
        let far = Paging { page: i64::MAX, per_page: MAX_PER_PAGE };
        assert!(far.check().is_ok() && matches!(far.position(7), Position::Before(seq) if seq < 1));
    }
}
