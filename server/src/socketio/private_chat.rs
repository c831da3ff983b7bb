//! The chats of two people. Their messages reach both wherever they are; coming in tells which chat it is.

use serde_json::{Value, json};

use super::{
    answer::{Answer, answer, done},
    fields,
    line::Line,
    message,
    told::Person,
};

/// Tells which chat the one with another person is; makes it where there is none yet.
pub async fn join(line: &Line, data: &Value) -> Answer {
    let other = fields::other_user(data)?;
    let id = message::direct(line, other).await?;
    let person = Person::from(&line.state.chat.profile(Some(line.caller()), other).await?.user);
    let joined = json!({
        "chat_id": id.0,
        "conversation_id": id.0,
        "room": format!("private_chat_{id}"),
        "other_user_id": person.id,
        "other_user": person,
        "message": format!("Joined the private chat with {}.", person.username),
    });
    line.emit("joined_private", &joined);
    answer(&joined)
}

/// Says goodbye to a chat. Nothing follows from it: a private message always reaches its two people.
pub async fn leave(line: &Line, data: &Value) -> Answer {
    let other = fields::other_user(data)?;
    line.state.chat.find_direct(line.caller(), other).await?;
    done("Left the private chat")
}
