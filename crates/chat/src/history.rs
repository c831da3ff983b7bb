//! Reading back: any stretch of a conversation, and how many messages it has.

use std::sync::Arc;

use protocol::{Action, ConversationId, History, Message, PAGE_SIZE, Position};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Result, markdown,
    message::unknown,
    permission::require,
    readings::{Asked, Readings},
    store,
    store::conversation::Seen,
};

/// The most messages that one page of history holds.
const MAX_PAGE: i64 = 200;
/// How many messages that were read already stand above the first unread one.
const CONTEXT: i64 = 10;

/// Messages from one number to another, both included.
#[derive(Clone, Copy, PartialEq)]
struct Stretch {
    first: i64,
    last: i64,
}

/// What decides how a stretch reads, beside its conversation's number: the names of authors have the place's.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct PagePart {
    stretch: Stretch,
    place_rev: i64,
}

/// Stretches of history that were read lately.
pub(crate) type Pages = Readings<PagePart, Arc<History>>;

/// None as yet.
pub(crate) fn pages() -> Pages {
    Readings::new(|history| history.messages.iter().map(size).sum())
}

/// About how many bytes of memory it takes.
fn size(message: &Message) -> usize {
    let reactions: usize = message.reactions.iter().map(|reaction| 64 + size_of_val(reaction.users.as_slice())).sum();
    size_of::<Message>() + message.body.len() + reactions + 512 * (message.files.len() + message.records.len())
}

impl Chat {
    /// A stretch of a conversation's history.
    pub async fn history(&self, caller: Caller, id: ConversationId, position: Position) -> Result<History> {
        Ok(parsed(self.history_page(caller, id, position, PAGE_SIZE).await?))
    }

    /// A stretch of a conversation's history, of so many messages; at least 1 and at most 200. For programs, which read
    /// Markdown: the messages have no blocks.
    pub async fn history_page(
        &self,
        caller: Caller,
        id: ConversationId,
        position: Position,
        limit: i64,
    ) -> Result<History> {
        let mut connection = self.0.store.read().await?;
        let seen = require(&mut connection, caller, id, Action::Read).await?;
        let stretch = stretch(&mut connection, &seen, position, limit.clamp(1, MAX_PAGE)).await?;
        let part = PagePart { stretch, place_rev: seen.place_rev };
        let asked = Asked { conversation_id: id, rev: seen.conversation.rev, part };
        let read = async { Ok(Arc::new(read_stretch(&mut connection, &seen, stretch).await?)) };
        Ok(Arc::unwrap_or_clone(self.0.pages.get(asked, read).await?))
    }

    /// How many messages a conversation has, without the deleted ones.
    pub async fn message_count(&self, caller: Caller, id: ConversationId) -> Result<i64> {
        let mut connection = self.0.store.read().await?;
        let seen = require(&mut connection, caller, id, Action::Read).await?;
        let deleted = store::message::count_deleted(&mut connection, id).await?;
        // One that was sent and deleted between the two readings is not among the former.
        Ok((seen.conversation.last_seq - deleted).max(0))
    }
}

/// A stretch of history with the messages' blocks, as a page shows it.
pub(crate) fn parsed(mut history: History) -> History {
    history.messages = history.messages.into_iter().map(markdown::parsed).collect();
    history
}

/// Reads a stretch of history, without blocks.
pub(crate) async fn read(
    connection: &mut AnyConnection,
    seen: &Seen,
    position: Position,
    limit: i64,
) -> Result<History> {
    let stretch = stretch(connection, seen, position, limit).await?;
    read_stretch(connection, seen, stretch).await
}

/// Which messages a position means. Since they are numbered without holes, every one is a range of numbers.
async fn stretch(connection: &mut AnyConnection, seen: &Seen, position: Position, limit: i64) -> Result<Stretch> {
    let (id, newest) = (seen.conversation.id, seen.conversation.last_seq);
    let (unread, context) = (newest - seen.read_seq, CONTEXT.min(limit / 2));
    let (first, last) = match position {
        Position::Latest => (newest - limit + 1, newest),
        Position::Unread if seen.standing.role.is_none() || unread <= limit - context => (newest - limit + 1, newest),
        Position::Unread => (seen.read_seq + 1 - context, seen.read_seq - context + limit),
        // Beyond either end there is nothing: what is meant is the end.
        Position::Before(seq) => {
            let seq = seq.clamp(1, newest + 1);
            (seq - limit, seq - 1)
        }
        Position::After(seq) => {
            let seq = seq.clamp(0, newest);
            (seq + 1, seq + limit)
        }
        Position::Around(message_id) => {
            let found = store::message::find(connection, message_id).await?;
            let found = found.filter(|message| message.conversation_id == id).ok_or_else(unknown)?;
            (found.seq - limit / 2, found.seq - limit / 2 + limit - 1)
        }
    };
    Ok(Stretch { first: first.max(1), last: last.min(newest) })
}

async fn read_stretch(connection: &mut AnyConnection, seen: &Seen, stretch: Stretch) -> Result<History> {
    let (Stretch { first, last }, id) = (stretch, seen.conversation.id);
    let messages = store::message::stretch(connection, id, first, last).await?;
    let users = store::user::authors(connection, id, first, last).await?;
    let at_newest = last >= seen.conversation.last_seq;
    Ok(History { messages, users, at_oldest: first <= 1, at_newest, rev: seen.conversation.rev })
}
