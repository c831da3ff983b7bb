//! Sending: to everyone, to a conversation, to a person. Every document names it differently.

use chat::Draft;
use protocol::{ConversationId, Error, Kind, UserId};
use serde_json::Value;

use super::{
    answer::{Answer, answer},
    fields::{self, Place},
    line::Line,
    told::Told,
};
use crate::error::Result;

/// Says something: text alone goes to the public chat; an object says where to.
pub async fn say(line: &Line, data: &Value) -> Answer {
    let text = fields::text(data)?;
    let place = match (fields::place(data)?, data.get("to").filter(|to| !to.is_null())) {
        (Some(_), Some(_)) => {
            return Err(Error::invalid("to", "Name a person or a conversation, not both.").into());
        }
        (Some(place), None) => place,
        (None, Some(to)) => Place::Conversation(chat_with(line, to).await?),
        (None, None) => Place::Conversation(line.state.chat.public_id()),
    };
    post(line, place, text, data).await
}

/// Sends to the conversation that is named.
pub async fn send(line: &Line, data: &Value) -> Answer {
    let place = fields::required_place(data)?;
    post(line, place, fields::text(data)?, data).await
}

/// Sends to the public chat.
pub async fn send_publicly(line: &Line, data: &Value) -> Answer {
    post(line, Place::Conversation(line.state.chat.public_id()), fields::text(data)?, data).await
}

/// Sends to one person.
pub async fn send_privately(line: &Line, data: &Value) -> Answer {
    let (other, text) = (fields::other_user(data)?, fields::text(data)?);
    let chat = direct(line, other).await?;
    post(line, Place::Conversation(chat), text, data).await
}

/// The chat with a person who is named by id or by name.
async fn chat_with(line: &Line, to: &Value) -> Result<ConversationId> {
    let other = match to {
        Value::String(name) => {
            let found = line.state.chat.user_ids(std::slice::from_ref(name)).await?;
            found.first().copied().ok_or_else(|| Error::not_found("that person"))?
        }
        Value::Number(id) => UserId(id.as_i64().ok_or_else(|| Error::not_found("that person"))?),
        _ => return Err(Error::invalid("to", "“to” is a person’s id or user name.").into()),
    };
    direct(line, other).await
}

/// The chat with a person, made where there is none yet.
pub async fn direct(line: &Line, other: UserId) -> Result<ConversationId> {
    if other == line.caller().user_id {
        return Err(Error::invalid("to", "Cannot send message to yourself").into());
    }
    Ok(line.state.chat.open_direct(line.caller(), other).await?.conversation.id)
}

async fn post(line: &Line, place: Place, body: String, data: &Value) -> Answer {
    let (chat, caller) = (&line.state.chat, line.caller());
    let (conversation_id, join) = match place {
        Place::Conversation(id) => (id, false),
        Place::Room(id) => {
            let (room, _) = chat.standing(caller, id).await?;
            if room.kind != Kind::Room {
                return Err(Error::not_found("that room").into());
            }
            (id, true)
        }
    };
    let draft = Draft { client_id: fields::client_id(data)?, join, ..Draft::of(conversation_id, body) };
    let message = chat.send(caller, draft).await?;
    let nature = chat.nature(message.conversation_id).await?;
    answer(&Told::new(&message, &message.words(), &line.person(), &nature))
}
