//! The way in: what a client says is carried out, one event after the other, no faster than anyone may speak and not
//! while the client leaves unread what it was answered before.

use std::sync::Arc;

use protocol::Error;
use serde_json::{Value, json};

use super::{answer::Answer, line::Line, message, packet, packet::Packet, private_chat, public_chat, room};
use crate::{
    engineio::{Session, Word},
    metrics,
    websocket::{Close, Pace},
};

/// How often a client may send what can't be understood.
const NONSENSE_LIMIT: u32 = 10;
/// How much of an unknown event's name is repeated, in characters.
const NAME_LIMIT: usize = 64;

/// What was said over a session, packet by packet.
pub struct Listener {
    session: Arc<Session>,
    pace: Pace,
    nonsense: u32,
    /// How many pieces of binary data were announced and are still to come.
    attachments: u32,
}

impl Listener {
    pub fn new(session: Arc<Session>, paced: bool) -> Self {
        Self { session, pace: Pace::new(paced), nonsense: 0, attachments: 0 }
    }

    /// The next packet's text.
    ///
    /// # Errors
    /// Why the client is let go: it is gone, or has sent too much that is no packet.
    pub async fn next(&mut self) -> std::result::Result<Box<str>, Close> {
        loop {
            self.pace.keep().await;
            match self.session.next().await {
                Word::Text(text) => return Ok(text),
                Word::Binary if self.attachments > 0 => self.attachments -= 1,
                Word::Binary => self.count_nonsense()?,
                Word::Goodbye => return Err(Close::Gone),
            }
        }
    }

    /// Counts what can't be understood.
    pub fn count_nonsense(&mut self) -> std::result::Result<(), Close> {
        self.nonsense += 1;
        if self.nonsense > NONSENSE_LIMIT { Err(Close::Nonsense) } else { Ok(()) }
    }

    /// Carries out what a client says that is in. Ends without a reason where the client leaves but stays connected.
    pub async fn run(&mut self, line: &Line) -> Option<Close> {
        loop {
            let text = match self.next().await {
                Ok(text) => text,
                Err(close) => return Some(close),
            };
            line.session.answered().await;
            match Packet::parse(&text) {
                Some(Packet::Disconnect { namespace: "/" }) => return None,
                Some(Packet::Event { namespace: "/", ack, event, data, attachments }) => {
                    metrics::count_frame();
                    self.attachments = attachments;
                    let outcome = if attachments > 0 {
                        Err(Error::invalid("data", "Binary data isn’t taken here.").into())
                    } else {
                        // Boxed, so that the many that say nothing don't keep room for it.
                        Box::pin(carry_out(line, &event, &data)).await
                    };
                    report(line, ack, outcome);
                }
                Some(Packet::Ack { attachments }) => self.attachments = attachments,
                other => {
                    if let Some(Packet::Connect { namespace, .. }) = other
                        && namespace != "/"
                    {
                        line.session.answer(packet::refused(namespace, "Invalid namespace"));
                    } else {
                        line.emit("error", &json!({"message": "That can’t be understood."}));
                    }
                    if let Err(close) = self.count_nonsense() {
                        return Some(close);
                    }
                }
            }
        }
    }
}

async fn carry_out(line: &Line, event: &str, data: &Value) -> Answer {
    match event {
        "message" => message::say(line, data).await,
        "send_message" => message::send(line, data).await,
        "join" => room::join(line, data).await,
        "leave" => room::leave(line, data),
        "join_public" => public_chat::join(line),
        "leave_public" => public_chat::leave(line),
        "send_public_message" => message::send_publicly(line, data).await,
        "get_online_users" => public_chat::who(line),
        "join_private" => private_chat::join(line, data).await,
        "leave_private" => private_chat::leave(line, data).await,
        "send_private_message" => message::send_privately(line, data).await,
        unknown => {
            let name: String = unknown.chars().take(NAME_LIMIT).collect();
            Err(Error::invalid("event", format!("There is no event called “{name}”.")).into())
        }
    }
}

/// Tells the client how it went: a refusal in any case, anything else if it asked.
fn report(line: &Line, ack: Option<u64>, outcome: Answer) {
    match outcome {
        Ok(answer) => {
            if let Some(number) = ack {
                line.session.answer(packet::ack(number, &answer));
            }
        }
        Err(error) => {
            let sentence = error.report(&line.request_id).to_string();
            line.emit("error", &json!({"message": sentence}));
            if let Some(number) = ack {
                line.session.answer(packet::ack(number, &json!({"error": sentence, "message": sentence})));
            }
        }
    }
}
