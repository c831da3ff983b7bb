//! What a client sends with an event, read field by field: it may come from any of the documents, so names have
//! aliases and numbers may be written as text.

use protocol::{ConversationId, Error, UserId};
use serde_json::Value;

/// The number under `name`, whether written as a number or as text; none where it is missing or null.
///
/// # Errors
/// [`Error::Invalid`] for anything else.
pub fn number(data: &Value, name: &str) -> Result<Option<i64>, Error> {
    let number = match data.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    number.map(Some).ok_or_else(|| Error::invalid(name, format!("“{name}” is a whole number.")))
}

/// The conversation or room that an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Any that the caller is a member of.
    Conversation(ConversationId),
    /// A room, which one may come into.
    Room(ConversationId),
}

/// The one place that is named, if any.
///
/// # Errors
/// [`Error::Invalid`] where it isn't a number, or where several are named.
pub fn place(data: &Value) -> Result<Option<Place>, Error> {
    let conversation = number(data, "conversation_id")?;
    let chat = number(data, "chat_id")?;
    let room = number(data, "room_id")?;
    match (conversation, chat, room) {
        (None, None, None) => Ok(None),
        (Some(id), None, None) | (None, Some(id), None) => Ok(Some(Place::Conversation(ConversationId(id)))),
        (None, None, Some(id)) => Ok(Some(Place::Room(ConversationId(id)))),
        _ => Err(Error::invalid("conversation_id", "Name one conversation or room, not several.")),
    }
}

/// As [`place`], where one must be named.
pub fn required_place(data: &Value) -> Result<Place, Error> {
    place(data)?.ok_or_else(|| Error::invalid("conversation_id", "“conversation_id” or “room_id” is required."))
}

/// The person on the other side of a private chat.
pub fn other_user(data: &Value) -> Result<UserId, Error> {
    let id = number(data, "other_user_id")?;
    id.map(UserId).ok_or_else(|| Error::invalid("other_user_id", "“other_user_id” is required."))
}

/// The text of a message: the event's data itself, or the first field of it that holds text.
pub fn text(data: &Value) -> Result<String, Error> {
    let named = || ["content", "body", "message", "text"].iter().find_map(|name| data.get(name)?.as_str());
    let text = data.as_str().or_else(named).unwrap_or_default().trim();
    if text.is_empty() {
        return Err(Error::invalid("content", "A message can’t be empty."));
    }
    Ok(text.to_owned())
}

/// The sender's own name for a message, so that one that is sent twice is kept once.
pub fn client_id(data: &Value) -> Result<Option<String>, Error> {
    match data.get("client_id") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok(Some(id.clone())),
        Some(_) => Err(Error::invalid("client_id", "“client_id” is text.")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_may_be_text() {
        assert_eq!(number(&json!({"a": 7}), "a"), Ok(Some(7)));
        assert_eq!(number(&json!({"a": " 7 "}), "a"), Ok(Some(7)));
        for nothing in [json!({}), json!({"a": null}), json!("text"), json!(7), json!([7]), Value::Null] {
            assert_eq!(number(&nothing, "a"), Ok(None), "{nothing}");
        }
        for wrong in [json!("x"), json!(1.5), json!(true), json!([1]), json!({}), json!(1e30), json!("")] {
            assert!(number(&json!({"a": wrong}), "a").is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_place_is_named_or_none() {
        assert_eq!(place(&json!({"chat_id": 3})), Ok(Some(Place::Conversation(ConversationId(3)))));
        assert_eq!(place(&json!({"room_id": "3"})), Ok(Some(Place::Room(ConversationId(3)))));
        assert_eq!(place(&json!({"content": "x"})), Ok(None));
        assert!(place(&json!({"chat_id": 3, "room_id": 3})).is_err());
    }

    #[test]
    fn text_has_four_names_or_none() {
        for data in [json!("a"), json!({"text": " a "}), json!({"content": 1, "message": "a"}), json!({"body": "a"})] {
            assert_eq!(text(&data), Ok("a".to_owned()), "{data}");
        }
        for data in [json!(" "), json!({}), json!(null), json!(1), json!(["a"]), json!({"content": {"text": "a"}})] {
            assert!(text(&data).is_err(), "{data}");
        }
    }
}
