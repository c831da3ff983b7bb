//! What a request asks for, read from its address, and how one is refused that asks for nothing we have.

use axum::{
    http::{Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

/// What may carry a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Polling,
    WebSocket,
}

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    pub transport: Transport,
    /// The session that it is for; none where a new one is to begin.
    pub session: Option<u128>,
}

impl Asked {
    /// Reads the query.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(method: &Method, uri: &Uri) -> Result<Self, Refusal> {
        let query = uri.query().ok_or(Refusal::UnknownTransport)?;
        let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        if value("EIO") != Some("4") {
            return Err(Refusal::UnknownRevision);
        }
        let session = value("sid").map(|id| parse_id(id).ok_or(Refusal::UnknownSession)).transpose()?;
        let transport = match value("transport") {
            Some("polling") => Transport::Polling,
            Some("websocket") => Transport::WebSocket,
            _ => return Err(Refusal::UnknownTransport),
        };
        if session.is_none() && method != Method::GET {
            return Err(Refusal::BadMethod);
        }
        Ok(Self { transport, session })
    }
}

/// A session's id as its client is told it.
pub fn write_id(id: u128) -> String {
    format!("{id:032x}")
}

fn parse_id(text: &str) -> Option<u128> {
    let id = u128::from_str_radix(text, 16).ok()?;
    (write_id(id) == text).then_some(id)
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    UnknownTransport,
    UnknownSession,
    BadMethod,
    WrongTransport,
    UnknownRevision,
    /// No packets, or none that belong here.
    Nonsense,
    TooLarge,
}

impl Refusal {
    /// The number and the sentence that clients know from Engine.IO's own server.
    const fn words(self) -> Option<(u8, &'static str)> {
        match self {
            Self::UnknownTransport => Some((0, "Transport unknown")),
            Self::UnknownSession => Some((1, "Session ID unknown")),
            Self::BadMethod => Some((2, "Bad handshake method")),
            Self::WrongTransport => Some((3, "Bad request")),
            Self::UnknownRevision => Some((5, "Unsupported protocol version")),
            Self::Nonsense | Self::TooLarge => None,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Some((code, message)) = self.words() else {
            let too_large = self == Self::TooLarge;
            return if too_large { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST }.into_response();
        };
        let body = format!(r#"{{"code":"{code}","message":"{message}"}}"#);
        (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(query: &str) -> Result<Asked, Refusal> {
        Asked::parse(&Method::GET, &format!("/socket.io/?{query}").parse().expect("an address"))
    }

    #[test]
    fn an_id_is_read_only_as_it_was_written() {
        let id = write_id(0xabc);
        assert_eq!(ask(&format!("EIO=4&transport=polling&sid={id}")).map(|asked| asked.session), Ok(Some(0xabc)));
        for forged in ["", "abc", "+0000000000000000000000000000abc", &id.to_uppercase(), "é"] {
            let refusal = ask(&format!("EIO=4&transport=polling&sid={forged}"));
            assert_eq!(refusal, Err(Refusal::UnknownSession), "{forged}");
        }
    }

    #[test]
    fn names_in_the_query_are_whole_names() {
        assert_eq!(ask("xEIO=4&transport=polling"), Err(Refusal::UnknownRevision));
        assert_eq!(ask("EIO=4&transports=polling"), Err(Refusal::UnknownTransport));
        let asked = Asked { transport: Transport::WebSocket, session: None };
        assert_eq!(ask("token=a&transport=websocket&t=x&EIO=4"), Ok(asked));
    }
}
