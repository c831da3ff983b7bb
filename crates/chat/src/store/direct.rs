//! Direct chats.

use protocol::{Message, UserId};
use sqlx::AnyConnection;

use super::{
    attachment,
    message::{Hung, MessageRow, assemble},
    reaction,
};
use crate::Result;

macro_rules! last_messages {
    () => {
        " FROM members mine JOIN conversations c ON c.id = mine.conversation_id AND c.kind = 'direct' \
         JOIN messages m ON m.conversation_id = c.id AND m.seq = (SELECT l.seq FROM messages l \
         WHERE l.conversation_id = c.id AND l.deleted_at IS NULL ORDER BY l.seq DESC LIMIT 1)"
    };
}

pub(super) const LAST_MESSAGES: &str = concat!(
    "SELECT m.id, m.conversation_id, m.seq, m.rev, m.author_id, m.client_id, m.body, m.created_at, m.edited_at, \
     m.deleted_at",
    last_messages!(),
    " WHERE mine.user_id = $1 AND mine.left_at IS NULL ORDER BY m.id DESC"
);

pub(super) const THEIR_REACTIONS: &str = concat!(
    "SELECT r.message_id, r.user_id, r.emoji",
    last_messages!(),
    " JOIN reactions r ON r.message_id = m.id WHERE mine.user_id = $1 AND mine.left_at IS NULL ORDER BY r.id"
);

pub(super) const THEIR_FILES: &str = concat!(
    "SELECT ",
    attachment::columns!(),
    last_messages!(),
    " JOIN files f ON f.message_id = m.id",
    attachment::joins!(),
    "WHERE mine.user_id = $1 AND mine.left_at IS NULL ORDER BY f.message_id, f.position"
);

/// The last message of each of the person's direct chats that wasn't deleted, latest first. From each chat's end it walks
/// back over what was deleted, no further.
pub(crate) async fn last_messages(connection: &mut AnyConnection, user_id: UserId) -> Result<Vec<Message>> {
    let rows: Vec<MessageRow> = sqlx::query_as(LAST_MESSAGES).bind(user_id.0).fetch_all(&mut *connection).await?;
    let reactions = sqlx::query_as(THEIR_REACTIONS).bind(user_id.0).fetch_all(&mut *connection).await?;
    let files = sqlx::query_as(THEIR_FILES).bind(user_id.0).fetch_all(connection).await?;
    // Only messages of the public chat have records.
    let hung = Hung { reactions: reaction::group(reactions), files: attachment::group(files), ..Hung::default() };
    Ok(assemble(rows, hung))
}
