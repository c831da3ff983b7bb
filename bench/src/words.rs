//! What is said: the texts of messages, and how each kind of server is told of one so that everyone gets it. Peers send on
//! what they get, so it is given to them as Confab would deliver it: each delivery has the same bytes, whoever makes it.

use anyhow::Result;
use protocol::{
    ClientFrame, ConversationChange, ConversationId, Event, Message, MessageId, ServerFrame, Timestamp, User, UserId,
};
use serde_json::json;

/// Some moment, as long as every other.
const NOW: i64 = 1_764_000_000_000;

/// A message of 200 bytes: its number, and words.
pub fn body(number: i64) -> String {
    let mut body = format!("#{number:010} ");
    while body.len() < 200 {
        body.push_str("the quick brown fox jumps over the lazy dog and ");
    }
    body.truncate(200);
    // A space at the end would be trimmed.
    body.replace_range(199.., "x");
    body
}

/// The number of a message, where it is one of ours.
pub fn number(text: &str) -> Option<i64> {
    let at = text.find('#')? + 1;
    text.get(at..at + 10)?.parse().ok()
}

/// The numbers of all messages in a text.
pub fn numbers(text: &str) -> Vec<i64> {
    text.match_indices('#').filter_map(|(at, _)| number(&text[at..])).collect()
}

/// A message for Confab's socket.
pub fn to_confab(room: i64, number: i64) -> Result<String> {
    let frame = ClientFrame::Send {
        client_id: client_id(number),
        conversation_id: ConversationId(room),
        body: body(number),
        files: Vec::new(),
    };
    Ok(serde_json::to_string(&frame)?)
}

/// That someone is typing, for Confab's socket.
pub fn typing_to_confab(room: i64) -> Result<String> {
    Ok(serde_json::to_string(&ClientFrame::Typing { conversation_id: ConversationId(room) })?)
}

/// A message for Confab over Socket.IO, with the wish for an acknowledgement.
pub fn to_confab_over_socket_io(room: i64, number: i64) -> String {
    let message = json!({"conversation_id": room, "body": body(number), "client_id": client_id(number)});
    format!("42{number}{}", json!(["message", message]))
}

/// A message for a peer that sends on texts: the very frame that Confab would deliver.
pub fn to_relay(number: i64) -> Result<String> {
    let message = Message {
        id: MessageId(number),
        conversation_id: ConversationId(2),
        seq: number,
        rev: number + 1,
        author_id: UserId(1),
        client_id: Some(client_id(number)),
        body: body(number),
        blocks: Vec::new(),
        created_at: Timestamp(NOW),
        edited_at: None,
        deleted_at: None,
        reactions: Vec::new(),
        files: Vec::new(),
        records: Vec::new(),
    };
    let author = User {
        id: UserId(1),
        username: "person0".to_owned(),
        display_name: "person0".to_owned(),
        avatar_url: None,
        admin: true,
        deactivated: false,
        created_at: Timestamp(NOW),
        rev: 1,
    };
    let event = Event::Conversation {
        conversation_id: ConversationId(2),
        rev: number + 1,
        change: ConversationChange::Message { message: Box::new(message) },
        users: vec![author],
    };
    Ok(serde_json::to_string(&ServerFrame::Event(event))?)
}

/// A message for a peer that speaks Socket.IO: the very event that Confab would deliver.
pub fn to_socket_io_relay(number: i64) -> String {
    let (body, at) = (body(number), "2025-11-24T16:00:00.000Z");
    let person = json!({"id": 1, "username": "person0", "avatar_url": null});
    let message = json!({
        "id": number, "conversation_id": 1, "chat_id": 1, "room_id": null, "project_id": null,
        "message": body, "content": body, "text": body, "body": body,
        "user_id": 1, "sender_id": 1, "username": "person0", "avatar_url": null, "user": person, "sender": person,
        "created_at": at, "timestamp": at, "client_id": client_id(number),
    });
    format!("42{}", json!(["message", message]))
}

/// The name that a sender gives a message.
pub fn client_id(number: i64) -> String {
    format!("bench-{number}")
}
