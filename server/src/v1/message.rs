//! Messages: reading back, sending, changing, deleting.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use chat::Draft;
use protocol::{ConversationId, Error, FileId, History, MessageId, Position};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    attachment::Attachment,
    list,
    model::{Time, User},
    optional, text,
};
use crate::{
    AppState,
    error::Result,
    json::{Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

/// Another place for the `client_id`, which some HTTP clients fill by themselves when they repeat a request
/// (draft-ietf-httpapi-idempotency-key-header).
const IDEMPOTENCY_KEY: &str = "idempotency-key";

pub fn router() -> Routes {
    routes!(history, send, show, edit, delete)
}

/// A message. One that was deleted stays as a tombstone, without text, reactions and files.
#[derive(Serialize, ToSchema)]
pub struct Message {
    #[schema(example = 512)]
    id: i64,
    #[schema(example = 3)]
    conversation_id: i64,
    /// Its place among the conversation’s messages: 1, 2, 3 … without holes.
    #[schema(example = 42)]
    seq: i64,
    #[schema(example = 7)]
    author_id: i64,
    /// The name that its sender’s client gave it.
    #[schema(required = true)]
    client_id: Option<String>,
    /// The text, in Markdown, as typed; may be empty where there are files.
    #[schema(example = "The bridge *holds*.")]
    body: String,
    created_at: Time,
    /// When its text last changed.
    #[schema(required = true)]
    edited_at: Option<Time>,
    #[schema(required = true)]
    deleted_at: Option<Time>,
    /// In the order in which each emoji first came.
    reactions: Vec<Reaction>,
    /// What hangs on it, in its sender’s order.
    files: Vec<Attachment>,
    /// Files that are kept elsewhere and were recorded for it, the oldest first: only in the public chat.
    records: Vec<Record>,
}

/// A file that is kept elsewhere.
#[derive(Serialize, ToSchema)]
struct Record {
    #[schema(example = 5)]
    id: i64,
    #[schema(example = "plan.pdf")]
    name: String,
    /// In bytes, as who recorded it says.
    #[schema(example = 48213)]
    size: i64,
    #[schema(example = "https://example.org/plan.pdf")]
    url: String,
}

impl From<protocol::FileRecord> for Record {
    fn from(record: protocol::FileRecord) -> Self {
        Self { id: record.id.0, name: record.filename, size: record.file_size, url: record.file_url }
    }
}

/// One emoji under a message and who gave it.
#[derive(Serialize, ToSchema)]
struct Reaction {
    #[schema(example = "👍")]
    emoji: String,
    /// In the order in which they did.
    #[schema(example = json!([8, 9]))]
    user_ids: Vec<i64>,
}

impl From<protocol::Message> for Message {
    fn from(message: protocol::Message) -> Self {
        let reaction = |reaction: protocol::Reaction| Reaction {
            emoji: reaction.emoji,
            user_ids: reaction.users.into_iter().map(|id| id.0).collect(),
        };
        Self {
            id: message.id.0,
            conversation_id: message.conversation_id.0,
            seq: message.seq,
            author_id: message.author_id.0,
            client_id: message.client_id,
            body: message.body,
            created_at: message.created_at.into(),
            edited_at: message.edited_at.map(Time::from),
            deleted_at: message.deleted_at.map(Time::from),
            reactions: message.reactions.into_iter().map(reaction).collect(),
            files: message.files.into_iter().map(Attachment::from).collect(),
            records: message.records.into_iter().map(Record::from).collect(),
        }
    }
}

/// Which messages. Without any of them, the newest; at most one of `before`, `after` and `around`.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Stretch {
    /// How many messages at most; 50 where nothing is said.
    #[param(minimum = 1, maximum = 100, example = 50)]
    limit: Option<i64>,
    /// Those before the message of this number (its `seq`).
    #[param(minimum = 0)]
    before: Option<i64>,
    /// Those after the message of this number.
    #[param(minimum = 0)]
    after: Option<i64>,
    /// The message of this number with those around it.
    #[param(minimum = 0)]
    around: Option<i64>,
    /// The `next_cursor` of the page before; wins over the three above.
    #[param(max_length = 2000, pattern = "^([0-9a-f]{2})+$")]
    cursor: Option<String>,
}

/// A way through a conversation's history.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Way {
    Older,
    Newer,
}

impl Stretch {
    /// Where to read, and in which direction the cursor leads on.
    fn position(&self, limit: i64) -> std::result::Result<(Position, Way), Error> {
        if [self.before, self.after, self.around].iter().flatten().any(|seq| *seq < 0) {
            return Err(Error::invalid("query", "Messages are numbered from 1."));
        }
        match list::key("messages", self.cursor.as_deref())? {
            Some((Way::Older, seq)) => return Ok((Position::Before(seq), Way::Older)),
            Some((Way::Newer, seq)) => return Ok((Position::After(seq), Way::Newer)),
            None => {}
        }
        match (self.before, self.after, self.around) {
            (None, None, None) => Ok((Position::Latest, Way::Older)),
            (Some(seq), None, None) => Ok((Position::Before(seq), Way::Older)),
            (None, Some(seq), None) => Ok((Position::After(seq), Way::Newer)),
            // Numbers have no holes, so what is around one is a range like any other.
            (None, None, Some(seq)) => Ok((Position::After((seq - 1 - limit / 2).max(0)), Way::Older)),
            _ => Err(Error::invalid("query", "Give one of before, after and around.")),
        }
    }
}

/// A stretch of a conversation’s history without holes, oldest first.
#[derive(Serialize, ToSchema)]
struct MessageList {
    items: Vec<Message>,
    /// What to ask for as `cursor` to go on: to older messages, and after `after` to newer ones; `null` at the end.
    #[schema(required = true)]
    next_cursor: Option<String>,
    /// The authors of these messages.
    users: Vec<User>,
    /// Whether nothing comes before them.
    at_oldest: bool,
    /// Whether nothing comes after them, as yet.
    at_newest: bool,
}

impl MessageList {
    fn of(history: History, way: Way) -> Self {
        let seq = |message: Option<&protocol::Message>| message.map(|message| message.seq);
        let next_cursor = match way {
            Way::Older if !history.at_oldest => seq(history.messages.first()),
            Way::Newer if !history.at_newest => seq(history.messages.last()),
            _ => None,
        };
        Self {
            items: history.messages.into_iter().map(Message::from).collect(),
            next_cursor: next_cursor.map(|seq| list::cursor("messages", (way, seq))),
            users: history.users.into_iter().map(User::from).collect(),
            at_oldest: history.at_oldest,
            at_newest: history.at_newest,
        }
    }
}

/// A conversation’s messages; the newest where nothing is said. Deleted ones are there as tombstones.
#[utoipa::path(
    get, path = "/conversations/{id}/messages", operation_id = "v1_list_messages", tag = "v1 message",
    params(("id" = i64, Path, minimum = 1, example = 3), Stretch),
    responses((status = 200, description = "The messages.", body = MessageList))
)]
async fn history(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(stretch): Query<Stretch>,
) -> Result<Json<MessageList>> {
    let limit = list::rows(stretch.limit)?;
    let (position, way) = stretch.position(limit)?;
    let history = state.chat.history_page(caller, ConversationId(id), position, limit).await?;
    Ok(Json(MessageList::of(history, way)))
}

/// A message to be sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    /// The text. Where there are files it may be empty, or left out.
    #[serde(default)]
    #[schema(value_type = text::BodyBesideFiles)]
    body: String,
    /// The ids of the files that hang on it, at most 20: brought to this conversation by the sender, and not sent yet.
    #[serde(default)]
    #[schema(max_items = 20, example = json!([]))]
    files: Vec<i64>,
    /// The sender’s own name for it: sent again under the same one, it is the same message.
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = text::ClientId)]
    client_id: Option<String>,
}

/// Posts a message.
///
/// Whoever isn’t sure that it arrived sends it again with the same `client_id`, or the same `Idempotency-Key`, and gets
/// the first one back.
#[utoipa::path(
    post, path = "/conversations/{id}/messages", operation_id = "v1_create_message", tag = "v1 message",
    params(
        ("id" = i64, Path, minimum = 1, example = 3),
        ("Idempotency-Key" = Option<text::ClientId>, Header, description = "The `client_id`, for who can’t put it into the body.")
    ),
    request_body = NewMessage,
    responses(
        (status = 201, description = "The message, on disk.", body = Message),
        (status = 200, description = "The message that was sent before under this `client_id`.", body = Message),
        (status = 409, description = "That `client_id` was used in another conversation.")
    )
)]
async fn send(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Json(new): Json<NewMessage>,
) -> Result<(StatusCode, Json<Message>)> {
    let client_id = match new.client_id {
        Some(client_id) => Some(client_id),
        None => idempotency_key(&headers)?,
    };
    let files = new.files.into_iter().map(FileId).collect();
    let draft = Draft { client_id, files, ..Draft::of(ConversationId(id), new.body) };
    let sent = state.chat.send_once(caller, draft).await?;
    let status = if sent.again { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(sent.message.into())))
}

/// The key that a header brings, with or without the quotation marks that its draft asks for.
fn idempotency_key(headers: &HeaderMap) -> std::result::Result<Option<String>, Error> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let value =
        value.to_str().map_err(|_| Error::invalid("Idempotency-Key", "That key has characters beyond ASCII."))?;
    let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    Ok(Some(bare.to_owned()))
}

/// A message.
#[utoipa::path(
    get, path = "/messages/{id}", operation_id = "v1_get_message", tag = "v1 message",
    params(("id" = i64, Path, minimum = 1, example = 512)),
    responses((status = 200, description = "The message.", body = Message))
)]
async fn show(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<Json<Message>> {
    Ok(Json(state.chat.message(caller, MessageId(id)).await?.into()))
}

/// Another text.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MessageChange {
    /// May be empty where there are files.
    #[schema(value_type = text::BodyBesideFiles)]
    body: String,
}

/// Gives one’s own message another text.
#[utoipa::path(
    patch, path = "/messages/{id}", operation_id = "v1_update_message", tag = "v1 message",
    params(("id" = i64, Path, minimum = 1, example = 512)), request_body = MessageChange,
    responses(
        (status = 200, description = "The message as it is now.", body = Message),
        (status = 409, description = "It was deleted.")
    )
)]
async fn edit(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Json(change): Json<MessageChange>,
) -> Result<Json<Message>> {
    Ok(Json(state.chat.edit(caller, MessageId(id), &change.body).await?.into()))
}

/// Deletes one’s own message, or as a moderator somebody else’s. A tombstone stays.
#[utoipa::path(
    delete, path = "/messages/{id}", operation_id = "v1_delete_message", tag = "v1 message",
    params(("id" = i64, Path, minimum = 1, example = 512)),
    responses((status = 204, description = "It is deleted."))
)]
async fn delete(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<StatusCode> {
    state.chat.delete(caller, MessageId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
