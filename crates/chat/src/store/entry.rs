//! A person's conversations, as their sidebar lists them.

use std::collections::HashMap;

use protocol::{Conversation, ConversationId, Entry, UserId};
use sqlx::{AnyConnection, FromRow};

use super::conversation::{ConversationRow, columns, role, see};
use crate::Result;

#[derive(FromRow)]
struct EntryRow {
    #[sqlx(flatten)]
    conversation: ConversationRow,
    role: String,
    read_seq: i64,
}

/// The person's conversations, as their sidebar shows them.
pub(crate) async fn of(connection: &mut AnyConnection, user_id: UserId) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        ", m.role, m.read_seq FROM members m JOIN conversations c ON c.id = m.conversation_id \
         WHERE m.user_id = $1 AND m.left_at IS NULL ORDER BY c.id"
    ))
    .bind(user_id.0)
    .fetch_all(&mut *connection)
    .await?;
    let mut people = people_of(connection, user_id).await?;
    rows.into_iter()
        .map(|row| {
            let mut conversation = Conversation::try_from(row.conversation)?;
            conversation.people = people.remove(&conversation.id).unwrap_or_default();
            Ok(Entry { conversation, role: role(&row.role)?, read_seq: row.read_seq })
        })
        .collect()
}

/// The people of each direct and group chat that the person is in.
async fn people_of(connection: &mut AnyConnection, user_id: UserId) -> Result<HashMap<ConversationId, Vec<UserId>>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT m.conversation_id, m.user_id FROM members mine \
         JOIN conversations c ON c.id = mine.conversation_id AND c.kind IN ('direct', 'group') \
         JOIN members m ON m.conversation_id = c.id AND m.left_at IS NULL \
         WHERE mine.user_id = $1 AND mine.left_at IS NULL ORDER BY m.conversation_id, m.user_id",
    )
    .bind(user_id.0)
    .fetch_all(connection)
    .await?;
    let mut people: HashMap<_, Vec<_>> = HashMap::new();
    for (conversation, person) in rows {
        people.entry(ConversationId(conversation)).or_default().push(UserId(person));
    }
    Ok(people)
}

/// The person's conversations with how far the numbers of each have come.
pub(crate) async fn revs(connection: &mut AnyConnection, user_id: UserId) -> Result<HashMap<ConversationId, i64>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT c.id, c.rev FROM members m JOIN conversations c ON c.id = m.conversation_id \
         WHERE m.user_id = $1 AND m.left_at IS NULL",
    )
    .bind(user_id.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, rev)| (ConversationId(id), rev)).collect())
}

/// The conversation and the person's own part in it, if they are a member.
pub(crate) async fn find(connection: &mut AnyConnection, id: ConversationId, user_id: UserId) -> Result<Option<Entry>> {
    let seen = see(connection, id, user_id).await?;
    Ok(seen.and_then(|seen| {
        let role = seen.standing.role?;
        Some(Entry { conversation: seen.conversation, role, read_seq: seen.read_seq })
    }))
}
