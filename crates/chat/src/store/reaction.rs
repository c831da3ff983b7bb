//! Reactions, in the order in which they came.

use std::collections::HashMap;

use protocol::{ConversationId, MessageId, Reaction, UserId};
use sqlx::AnyConnection;

use crate::Result;

/// `(message, user, emoji)`.
pub(super) type Row = (i64, i64, String);

pub(super) fn group(rows: Vec<Row>) -> HashMap<MessageId, Vec<Reaction>> {
    let mut messages: HashMap<MessageId, Vec<Reaction>> = HashMap::new();
    for (message, user, emoji) in rows {
        let reactions = messages.entry(MessageId(message)).or_default();
        match reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
            Some(reaction) => reaction.users.push(UserId(user)),
            None => reactions.push(Reaction { emoji, users: vec![UserId(user)] }),
        }
    }
    messages
}

pub(crate) async fn of(connection: &mut AnyConnection, id: MessageId) -> Result<Vec<Reaction>> {
    let rows = sqlx::query_as("SELECT message_id, user_id, emoji FROM reactions WHERE message_id = $1 ORDER BY id")
        .bind(id.0)
        .fetch_all(connection)
        .await?;
    Ok(group(rows).remove(&id).unwrap_or_default())
}

pub(super) const OF_STRETCH: &str = "SELECT r.message_id, r.user_id, r.emoji FROM messages m \
     JOIN reactions r ON r.message_id = m.id WHERE m.conversation_id = $1 AND m.seq BETWEEN $2 AND $3 ORDER BY r.id";

/// The reactions to a stretch of messages.
pub(crate) async fn of_stretch(
    connection: &mut AnyConnection,
    id: ConversationId,
    first: i64,
    last: i64,
) -> Result<HashMap<MessageId, Vec<Reaction>>> {
    let rows = sqlx::query_as(OF_STRETCH).bind(id.0).bind(first).bind(last).fetch_all(connection).await?;
    Ok(group(rows))
}

pub(super) const SINCE: &str = "SELECT r.message_id, r.user_id, r.emoji FROM messages m \
     JOIN reactions r ON r.message_id = m.id WHERE m.conversation_id = $1 AND m.rev > $2 ORDER BY r.id";

/// The reactions to messages that changed beyond `rev`.
pub(crate) async fn since(
    connection: &mut AnyConnection,
    id: ConversationId,
    rev: i64,
) -> Result<HashMap<MessageId, Vec<Reaction>>> {
    let rows = sqlx::query_as(SINCE).bind(id.0).bind(rev).fetch_all(connection).await?;
    Ok(group(rows))
}

/// Adds a reaction; says whether it is new.
pub(crate) async fn add(connection: &mut AnyConnection, id: MessageId, user_id: UserId, emoji: &str) -> Result<bool> {
    let added: Option<i64> = sqlx::query_scalar(
        "INSERT INTO reactions (message_id, user_id, emoji) VALUES ($1, $2, $3) \
         ON CONFLICT (message_id, emoji, user_id) DO NOTHING RETURNING id",
    )
    .bind(id.0)
    .bind(user_id.0)
    .bind(emoji)
    .fetch_optional(connection)
    .await?;
    Ok(added.is_some())
}

/// Takes a reaction back; says whether there was one.
pub(crate) async fn remove(
    connection: &mut AnyConnection,
    id: MessageId,
    user_id: UserId,
    emoji: &str,
) -> Result<bool> {
    let removed: Option<i64> =
        sqlx::query_scalar("DELETE FROM reactions WHERE message_id = $1 AND user_id = $2 AND emoji = $3 RETURNING id")
            .bind(id.0)
            .bind(user_id.0)
            .bind(emoji)
            .fetch_optional(connection)
            .await?;
    Ok(removed.is_some())
}

pub(crate) async fn clear(connection: &mut AnyConnection, id: MessageId) -> Result<()> {
    sqlx::query("DELETE FROM reactions WHERE message_id = $1").bind(id.0).execute(connection).await?;
    Ok(())
}
