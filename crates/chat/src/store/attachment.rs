//! Files that hang on messages.

use std::collections::HashMap;

use protocol::{Attachment, ConversationId, File, FileId, MessageId, Pixels, Timestamp, UserId};
use sqlx::{AnyConnection, FromRow};

use super::file;
use crate::Result;

macro_rules! columns {
    () => {
        "f.id, f.message_id, f.name, b.size, b.content_type, b.width, b.height"
    };
}

pub(super) use columns;

macro_rules! joins {
    () => {
        " JOIN file_versions v ON v.file_id = f.id AND v.number = f.version JOIN blobs b ON b.hash = v.blob_hash "
    };
}

pub(super) use joins;

#[derive(FromRow)]
pub(super) struct AttachmentRow {
    id: i64,
    message_id: i64,
    name: String,
    size: i64,
    content_type: String,
    width: Option<i64>,
    height: Option<i64>,
}

/// The files of several messages, by message.
pub(super) type Attachments = HashMap<MessageId, Vec<Attachment>>;

pub(super) fn group(rows: Vec<AttachmentRow>) -> Attachments {
    let mut messages = Attachments::new();
    for row in rows {
        let attachment = Attachment {
            id: FileId(row.id),
            name: row.name,
            size: row.size,
            content_type: row.content_type,
            pixels: row.width.zip(row.height).map(|(width, height)| Pixels { width, height }),
        };
        messages.entry(MessageId(row.message_id)).or_default().push(attachment);
    }
    messages
}

pub(crate) async fn of(connection: &mut AnyConnection, id: MessageId) -> Result<Vec<Attachment>> {
    let query = concat!(
        "SELECT ",
        columns!(),
        " FROM files f",
        joins!(),
        "WHERE f.message_id = $1 ORDER BY f.message_id, f.position"
    );
    let rows = sqlx::query_as(query).bind(id.0).fetch_all(connection).await?;
    Ok(group(rows).remove(&id).unwrap_or_default())
}

pub(super) const OF_STRETCH: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM messages m JOIN files f ON f.message_id = m.id",
    joins!(),
    "WHERE m.conversation_id = $1 AND m.seq BETWEEN $2 AND $3 ORDER BY f.message_id, f.position"
);

/// The files of a stretch of messages.
pub(crate) async fn of_stretch(
    connection: &mut AnyConnection,
    id: ConversationId,
    first: i64,
    last: i64,
) -> Result<Attachments> {
    let rows = sqlx::query_as(OF_STRETCH).bind(id.0).bind(first).bind(last).fetch_all(connection).await?;
    Ok(group(rows))
}

pub(super) const SINCE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM messages m JOIN files f ON f.message_id = m.id",
    joins!(),
    "WHERE m.conversation_id = $1 AND m.rev > $2 ORDER BY f.message_id, f.position"
);

/// The files of messages that changed beyond `rev`.
pub(crate) async fn since(connection: &mut AnyConnection, id: ConversationId, rev: i64) -> Result<Attachments> {
    let rows = sqlx::query_as(SINCE).bind(id.0).bind(rev).fetch_all(connection).await?;
    Ok(group(rows))
}

/// The files of the conversation's messages, the newest first, of those before the file `before`.
pub(crate) async fn of_conversation(
    connection: &mut AnyConnection,
    id: ConversationId,
    before: Option<FileId>,
    limit: i64,
) -> Result<Vec<File>> {
    let rows = sqlx::query_as(concat!(
        "SELECT ",
        file::columns!(),
        " WHERE f.conversation_id = $1 AND f.id < $2 AND f.message_id IS NOT NULL ORDER BY f.id DESC LIMIT $3"
    ))
    .bind(id.0)
    .bind(before.map_or(i64::MAX, |id| id.0))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(file::files(rows))
}

/// On which side of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side {
    Before,
    After,
}

macro_rules! neighbour {
    ($side:literal) => {
        concat!(
            "SELECT f.id FROM files f",
            joins!(),
            // What `Medium::of` knows to show.
            "WHERE f.conversation_id = $1 AND f.message_id IS NOT NULL AND (b.content_type LIKE 'video/%' \
             OR b.content_type LIKE 'audio/%' OR b.content_type IN ('image/png', 'image/jpeg', 'image/gif', \
             'image/webp', 'image/bmp', 'image/avif', 'application/pdf', 'text/plain')) AND ",
            $side,
            " LIMIT 1"
        )
    };
}

/// The nearest file of the conversation's messages that can be shown in a page.
pub(crate) async fn neighbour(
    connection: &mut AnyConnection,
    id: ConversationId,
    file_id: FileId,
    side: Side,
) -> Result<Option<FileId>> {
    let query = match side {
        Side::Before => neighbour!("f.id < $2 ORDER BY f.id DESC"),
        Side::After => neighbour!("f.id > $2 ORDER BY f.id"),
    };
    let found: Option<i64> = sqlx::query_scalar(query).bind(id.0).bind(file_id.0).fetch_optional(connection).await?;
    Ok(found.map(FileId))
}

/// Hangs a file that its uploader brought to this conversation, and that hangs nowhere yet, on a message of theirs. Says
/// whether there is such a file.
pub(crate) async fn hang(
    connection: &mut AnyConnection,
    id: FileId,
    message: (ConversationId, MessageId),
    position: i64,
    user_id: UserId,
) -> Result<bool> {
    let hung = sqlx::query(
        "UPDATE files SET message_id = $2, position = $3 \
         WHERE id = $1 AND conversation_id = $4 AND message_id IS NULL AND creator_id = $5",
    )
    .bind(id.0)
    .bind(message.1.0)
    .bind(position)
    .bind(message.0.0)
    .bind(user_id.0)
    .execute(connection)
    .await?;
    Ok(hung.rows_affected() > 0)
}

/// Deletes the files of a message for good. Returns the names of their blobs, which may be unused now.
pub(crate) async fn clear(connection: &mut AnyConnection, id: MessageId) -> Result<Vec<String>> {
    let ids: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM files WHERE message_id = $1").bind(id.0).fetch_all(&mut *connection).await?;
    let mut hashes = Vec::new();
    for id in ids {
        hashes.append(&mut file::delete(connection, FileId(id)).await?);
    }
    Ok(hashes)
}

/// Files that were brought to a conversation before that moment and never sent.
pub(crate) async fn unsent_before(connection: &mut AnyConnection, moment: Timestamp) -> Result<Vec<FileId>> {
    let query = "SELECT id FROM files WHERE conversation_id IS NOT NULL AND message_id IS NULL AND created_at < $1";
    let ids: Vec<i64> = sqlx::query_scalar(query).bind(moment.0).fetch_all(connection).await?;
    Ok(ids.into_iter().map(FileId).collect())
}
