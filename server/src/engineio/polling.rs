//! A session that is carried by requests: one waits for what the client is told, others bring what it says.

use axum::{
    body::{Body, to_bytes},
    http::header,
    response::{IntoResponse as _, Response},
};

use super::{
    packet::{Frame, Packet},
    request::Refusal,
    session::{Session, Word},
    way::SEPARATOR,
};
use crate::websocket::{Close, FRAME_LIMIT};

/// Waits for something to tell. Only one request may: of two, nobody could say which comes first.
pub async fn poll(session: &Session) -> Result<Response, Refusal> {
    if let Some(payload) = session.poll().await {
        return Ok(text(payload));
    }
    session.pass_on([Frame::close()]);
    session.end(Close::Gone);
    Err(Refusal::Nonsense)
}

/// Hears what the client says: packets, each but the last with a separator behind it.
pub async fn hear(session: &Session, body: Body) -> Result<Response, Refusal> {
    let Ok(body) = to_bytes(body, FRAME_LIMIT).await else {
        session.end(Close::Gone);
        return Err(Refusal::TooLarge);
    };
    let body = body.strip_suffix(&[SEPARATOR]).unwrap_or(&body);
    for packet in body.split(|byte| *byte == SEPARATOR).filter(|_| !body.is_empty()) {
        match std::str::from_utf8(packet).ok().and_then(Packet::parse) {
            Some(Packet::Message(text)) => session.hear(Word::Text(text.into())),
            Some(Packet::Binary) => session.hear(Word::Binary),
            Some(Packet::Pong) => session.note_pong(),
            Some(Packet::Close) => {
                session.hear(Word::Goodbye);
                break;
            }
            Some(Packet::Probe | Packet::Upgrade | Packet::Noop) => return Err(Refusal::Nonsense),
            None => {
                session.end(Close::Gone);
                return Err(Refusal::Nonsense);
            }
        }
    }
    Ok(text("ok"))
}

/// An answer with packets in it.
pub fn text(packets: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=UTF-8")], packets.into()).into_response()
}
