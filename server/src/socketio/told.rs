//! What is told of a message. One payload serves every document: each finds its own names in it.

use std::sync::OnceLock;

use chat::{Nature, Published};
use protocol::{ConversationChange, ConversationId, Event, Kind, Message, Reaction, User, UserId};
use serde::Serialize;
use serde_json::value::RawValue;

use super::packet;
use crate::{AppState, attached::Attached, engineio::Frame, error::Result};

/// A person beside what they said or did.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    pub id: i64,
    pub username: String,
    pub avatar_url: Option<String>,
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        Self { id: user.id.0, username: user.username.clone(), avatar_url: user.avatar_url.clone() }
    }
}

/// A message with the names of all documents.
#[derive(Serialize)]
pub struct Told<'a> {
    id: i64,
    conversation_id: i64,
    chat_id: i64,
    room_id: Option<i64>,
    project_id: Option<i64>,
    message: &'a str,
    content: &'a str,
    text: &'a str,
    body: &'a str,
    user_id: i64,
    sender_id: i64,
    username: &'a str,
    avatar_url: Option<&'a str>,
    user: &'a Person,
    sender: &'a Person,
    created_at: String,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reactions: &'a [Reaction],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<Attached>,
}

impl<'a> Told<'a> {
    /// A message as its author, in its conversation, said it; `text` is what [`Message::words`] makes of it.
    pub fn new(message: &'a Message, text: &'a str, author: &'a Person, nature: &Nature) -> Self {
        let (place, said) = (message.conversation_id.0, message.created_at.to_rfc3339());
        Self {
            id: message.id.0,
            conversation_id: place,
            chat_id: place,
            room_id: (nature.kind == Kind::Room).then_some(place),
            project_id: nature.project_id.map(|id| id.0),
            message: text,
            content: text,
            text,
            body: text,
            user_id: author.id,
            sender_id: author.id,
            username: &author.username,
            avatar_url: author.avatar_url.as_deref(),
            user: author,
            sender: author,
            created_at: said.clone(),
            timestamp: said,
            client_id: message.client_id.as_deref(),
            edited_at: message.edited_at.map(protocol::Timestamp::to_rfc3339),
            reactions: &message.reactions,
            files: Attached::to(message),
        }
    }
}

/// A direct message as the second document tells it.
#[derive(Serialize)]
struct Row<'a> {
    id: i64,
    to: i64,
    from: i64,
    date_created: String,
    body: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<Attached>,
}

/// A direct message for the one that it is sent to.
pub struct Direct {
    pub to: UserId,
    row: Box<RawValue>,
    named: OnceLock<Frame>,
}

impl Direct {
    /// The event that is called after its recipient.
    pub fn event(&self, username: &str) -> Frame {
        self.named.get_or_init(|| packet::event(username, &self.row)).clone()
    }
}

/// What an event about a message becomes: made once for all sockets, each of which picks what is for it.
pub struct Translation {
    pub conversation_id: ConversationId,
    pub kind: Kind,
    /// For those who listen to the conversation.
    pub message: Frame,
    /// For those in the public chat.
    pub public: Option<Frame>,
    /// For both people of a direct chat.
    pub private: Option<Frame>,
    pub direct: Option<Direct>,
}

#[derive(Serialize)]
struct Deleted {
    id: i64,
    conversation_id: i64,
}

/// What becomes of an event; nothing of those that aren't about a message.
pub async fn translate(state: &AppState, published: &Published) -> Result<Option<Translation>> {
    let Event::Conversation { change: ConversationChange::Message { message }, users, .. } = published.event() else {
        return Ok(None);
    };
    let conversation_id = message.conversation_id;
    let nature = state.chat.nature(conversation_id).await?;
    let plain = |message| {
        Some(Translation { conversation_id, kind: nature.kind, message, public: None, private: None, direct: None })
    };
    if message.deleted_at.is_some() {
        let deleted = Deleted { id: message.id.0, conversation_id: conversation_id.0 };
        return Ok(plain(packet::event("message_deleted", &deleted)));
    }
    let unknown = || Person { id: message.author_id.0, username: String::new(), avatar_url: None };
    let author = users.iter().find(|user| user.id == message.author_id).map_or_else(unknown, Person::from);
    let words = message.words();
    let told = Told::new(message, &words, &author, &nature);
    if !published.is_posted() {
        return Ok(plain(packet::event("message_updated", &told)));
    }
    Ok(Some(Translation {
        conversation_id,
        kind: nature.kind,
        message: packet::event("message", &told),
        public: (nature.kind == Kind::Public).then(|| packet::event("new_public_message", &told)),
        private: (nature.kind == Kind::Direct).then(|| packet::event("new_private_message", &told)),
        direct: nature.people.and_then(|people| direct(message, people)),
    }))
}

fn direct(message: &Message, (low, high): (UserId, UserId)) -> Option<Direct> {
    let to = if message.author_id == low { high } else { low };
    let words = message.words();
    let row = Row {
        id: message.id.0,
        to: to.0,
        from: message.author_id.0,
        date_created: message.created_at.to_rfc3339(),
        body: &words,
        files: Attached::to(message),
    };
    Some(Direct { to, row: serde_json::value::to_raw_value(&row).ok()?, named: OnceLock::new() })
}
