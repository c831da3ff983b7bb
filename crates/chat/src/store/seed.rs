//! Many rows at once, for a made-up place.

use protocol::{ConversationId, Timestamp, UserId};
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::Result;

/// How many messages one statement writes: with five values each, far below what either database takes.
const ROWS: usize = 200;

/// How far a conversation has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    pub(crate) id: ConversationId,
    pub(crate) last_seq: i64,
    pub(crate) rev: i64,
    pub(crate) active_at: i64,
}

impl Position {
    /// One message on.
    pub(crate) fn say(&mut self, at: Timestamp) {
        self.last_seq += 1;
        self.rev += 1;
        self.active_at = self.active_at.max(at.0);
    }
}

/// A message at its place in its conversation.
pub(crate) struct SeedMessage {
    pub(crate) position: Position,
    pub(crate) author_id: UserId,
    pub(crate) body: String,
    pub(crate) created_at: Timestamp,
}

/// A reaction to the message at that place.
pub(crate) struct SeedReaction {
    pub(crate) position: Position,
    pub(crate) user_id: UserId,
    pub(crate) emoji: &'static str,
}

/// What is written in one transaction.
#[derive(Default)]
pub(crate) struct Portion {
    pub(crate) messages: Vec<SeedMessage>,
    pub(crate) reactions: Vec<SeedReaction>,
}

pub(crate) async fn position(connection: &mut AnyConnection, id: ConversationId) -> Result<Position> {
    let query = "SELECT last_seq, rev, active_at FROM conversations WHERE id = $1";
    let (last_seq, rev, active_at) = sqlx::query_as(query).bind(id.0).fetch_one(connection).await?;
    Ok(Position { id, last_seq, rev, active_at })
}

/// Whether an open room has that name.
pub(crate) async fn is_room(connection: &mut AnyConnection, name: &str) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar("SELECT id FROM conversations WHERE name_key = $1")
        .bind(name.to_lowercase())
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// Writes messages and reactions, and moves their conversations on.
pub(crate) async fn write(connection: &mut AnyConnection, portion: &Portion) -> Result<()> {
    for rows in portion.messages.chunks(ROWS) {
        // The text is ours: placeholders and nothing else.
        let mut query = sqlx::query(AssertSqlSafe(insert(rows.len())));
        for row in rows {
            let position = &row.position;
            query = query.bind(position.id.0).bind(position.last_seq).bind(position.rev).bind(row.author_id.0);
            query = query.bind(row.body.as_str()).bind(row.created_at.0);
        }
        query.execute(&mut *connection).await?;
    }
    for reaction in &portion.reactions {
        sqlx::query(
            "INSERT INTO reactions (message_id, user_id, emoji) \
             SELECT id, $3, $4 FROM messages WHERE conversation_id = $1 AND seq = $2 ON CONFLICT DO NOTHING",
        )
        .bind(reaction.position.id.0)
        .bind(reaction.position.last_seq)
        .bind(reaction.user_id.0)
        .bind(reaction.emoji)
        .execute(&mut *connection)
        .await?;
    }
    let mut moved = std::collections::BTreeMap::new();
    for row in &portion.messages {
        moved.insert(row.position.id, row.position);
    }
    for position in moved.into_values() {
        sqlx::query("UPDATE conversations SET last_seq = $2, rev = $3, active_at = $4 WHERE id = $1")
            .bind(position.id.0)
            .bind(position.last_seq)
            .bind(position.rev)
            .bind(position.active_at)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// `INSERT … VALUES ($1, …, $6), ($7, …` for so many rows.
fn insert(rows: usize) -> String {
    let row = |index: usize| {
        let first = index * 6;
        format!("(${}, ${}, ${}, ${}, ${}, ${})", first + 1, first + 2, first + 3, first + 4, first + 5, first + 6)
    };
    let values: Vec<String> = (0..rows).map(row).collect();
    let columns = "conversation_id, seq, rev, author_id, body, created_at";
    format!("INSERT INTO messages ({columns}) VALUES {}", values.join(", "))
}

/// Notes how far people have read.
pub(crate) async fn write_read(connection: &mut AnyConnection, read: &[(ConversationId, UserId, i64)]) -> Result<()> {
    for (id, user_id, seq) in read {
        super::member::read_up_to(connection, *id, *user_id, *seq, None).await?;
    }
    Ok(())
}
