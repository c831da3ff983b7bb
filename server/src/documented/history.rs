//! What was said in a conversation, as pages for [`super::stream`]. Deleted messages are left out, as if they had never
//! been.

use std::{collections::HashMap, ops::Range};

use chat::{Caller, Chat, Result};
use futures::{StreamExt as _, TryFutureExt as _, TryStreamExt as _, stream, stream::BoxStream};
use protocol::{ConversationId, Error, History, Message, MessageId, Position, User, UserId};
use serde::{Deserialize, Deserializer, de::Error as _};
use utoipa::IntoParams;

/// The most messages that are read at once, and that `?limit=` may ask for.
const PAGE: i64 = 200;

/// Which part of a history is wanted; all of it where nothing is given.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Window {
    /// At most so many, the latest ones: 1 to 200.
    #[serde(default, deserialize_with = "limit")]
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Only those before the message of this id.
    #[param(minimum = 1)]
    before: Option<i64>,
}

fn limit<'de, D: Deserializer<'de>>(value: D) -> std::result::Result<Option<i64>, D::Error> {
    let limit = Option::<i64>::deserialize(value)?;
    let fits = limit.is_none_or(|limit| (1..=PAGE).contains(&limit));
    fits.then_some(limit).ok_or_else(|| D::Error::custom(format_args!("limit is a number from 1 to {PAGE}")))
}

/// How a list is ordered. A limited one has the latest messages either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    NewestFirst,
    OldestFirst,
}

/// Reads a conversation's messages, and makes a row of each with its author.
pub fn history<T: Send + 'static>(
    chat: &Chat,
    caller: Caller,
    id: ConversationId,
    window: Window,
    order: Order,
    row: impl Fn(&Message, &User) -> T + Send + 'static,
) -> BoxStream<'static, Result<Vec<T>>> {
    // The latest ones can only be found from the end, so a limited list is turned round when it is complete.
    let turned = order == Order::OldestFirst && window.limit.is_some();
    let order = if turned { Order::NewestFirst } else { order };
    let walk = Walk::begin(chat.clone(), caller, id, window, order);
    let pages = walk.map_ok(|walk| stream::try_unfold(walk, Walk::step)).try_flatten_stream();
    let rows = pages.map_ok(move |page| rows(&page, &row));
    if turned { turn(rows.boxed()) } else { rows.boxed() }
}

fn rows<T>(page: &History, row: impl Fn(&Message, &User) -> T) -> Vec<T> {
    let authors: HashMap<UserId, &User> = page.users.iter().map(|user| (user.id, user)).collect();
    // Every author is among them.
    page.messages.iter().filter_map(|message| Some(row(message, authors.get(&message.author_id)?))).collect()
}

fn turn<T: Send + 'static>(pages: BoxStream<'static, Result<Vec<T>>>) -> BoxStream<'static, Result<Vec<T>>> {
    let all = pages.try_concat().map_ok(|mut rows| {
        rows.reverse();
        rows
    });
    stream::once(all).boxed()
}

/// On the way through a conversation.
struct Walk {
    chat: Chat,
    caller: Caller,
    id: ConversationId,
    order: Order,
    /// The numbers of the messages that are still to be read. What is posted meanwhile is left for the next time, so
    /// that the list has an end even where people talk faster than it is taken.
    range: Range<i64>,
    left: Option<i64>,
}

impl Walk {
    async fn begin(chat: Chat, caller: Caller, id: ConversationId, window: Window, order: Order) -> Result<Self> {
        let end = chat.standing(caller, id).await?.0.last_seq + 1;
        let end = match window.before {
            Some(before) => place(&chat, caller, id, MessageId(before)).await?.min(end),
            None => end,
        };
        Ok(Self { chat, caller, id, order, range: 1..end, left: window.limit })
    }

    /// The next messages in order, and the way on.
    async fn step(mut self) -> Result<Option<(History, Self)>> {
        if self.range.is_empty() || self.left == Some(0) {
            return Ok(None);
        }
        let position = match self.order {
            Order::NewestFirst => Position::Before(self.range.end),
            Order::OldestFirst => Position::After(self.range.start - 1),
        };
        let size = self.left.unwrap_or(PAGE);
        let mut page = self.chat.history_page(self.caller, self.id, position, size).await?;
        let (Some(first), Some(last)) = (page.messages.first(), page.messages.last()) else { return Ok(None) };
        match self.order {
            Order::NewestFirst => {
                self.range.end = first.seq;
                page.messages.reverse();
            }
            Order::OldestFirst => self.range.start = last.seq + 1,
        }
        let end = self.range.end;
        let in_range = |message: &Message| self.order == Order::NewestFirst || message.seq < end;
        page.messages.retain(|message| message.deleted_at.is_none() && in_range(message));
        // Where some were deleted, fewer come than were asked for: the next page makes up for them.
        let found = i64::try_from(page.messages.len()).unwrap_or(PAGE);
        self.left = self.left.map(|left| left - found);
        Ok(Some((page, self)))
    }
}

/// The number of a message in this conversation.
async fn place(chat: &Chat, caller: Caller, id: ConversationId, before: MessageId) -> Result<i64> {
    let unknown = || Error::invalid("before", "There is no message of that id here.").into();
    match chat.message(caller, before).await {
        Ok(message) if message.conversation_id == id => Ok(message.seq),
        Ok(_) | Err(chat::Error::Refusal(Error::NotFound { .. })) => Err(unknown()),
        Err(error) => Err(error),
    }
}
