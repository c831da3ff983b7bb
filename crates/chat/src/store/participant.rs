//! Who takes part in what.

use std::collections::HashMap;

use protocol::{ConversationId, Kind, Timestamp, UserId};
use sqlx::AnyConnection;

use crate::{Participant, Result};

/// Everyone in those of the person's conversations that are of these kinds; in each, the longest there first.
pub(crate) async fn of_kinds(
    connection: &mut AnyConnection,
    user_id: UserId,
    kinds: &[Kind],
) -> Result<HashMap<ConversationId, Vec<Participant>>> {
    let mut people: HashMap<_, Vec<_>> = HashMap::new();
    for kind in kinds {
        let rows: Vec<(i64, i64, String, i64)> = sqlx::query_as(
            "SELECT m.conversation_id, u.id, u.username, m.joined_at FROM members mine \
             JOIN conversations c ON c.id = mine.conversation_id AND c.kind = $2 \
             JOIN members m ON m.conversation_id = c.id AND m.left_at IS NULL JOIN users u ON u.id = m.user_id \
             WHERE mine.user_id = $1 AND mine.left_at IS NULL ORDER BY m.joined_at, u.id",
        )
        .bind(user_id.0)
        .bind(kind.as_str())
        .fetch_all(&mut *connection)
        .await?;
        for (conversation, user_id, username, joined_at) in rows {
            let person = Participant { user_id: UserId(user_id), username, joined_at: Timestamp(joined_at) };
            people.entry(ConversationId(conversation)).or_default().push(person);
        }
    }
    Ok(people)
}
