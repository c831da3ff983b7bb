//! How an API tells its errors. Each documented one has a key of its own for the sentence; `message` stands beside it
//! everywhere, and nothing but JSON goes out, whatever the client accepts.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::{Map, Value};

/// The keys under which an API tells what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// `{"error": kind, "message": sentence, …}`: our own.
    Own,
    /// `message` alone.
    Message,
    /// `msg`, as Flask-JWT-Extended tells it.
    Msg,
    /// `error`, with the sentence.
    Error,
    /// All three keys, for routes that several documents share.
    All,
}

impl Voice {
    /// The voice of the API that a path belongs to, whether it leads anywhere or not; none for what is no API's.
    pub fn at(path: &str) -> Option<Self> {
        let mut segments = path.trim_matches('/').split('/');
        let voice = match (segments.next()?, segments.next()) {
            ("api", Some("v1" | "docs" | "openapi.json")) => Self::Own,
            ("login" | "chats", _) => Self::All,
            ("user" | "logout" | "add_message", _) | ("message", Some(_)) => Self::Msg,
            ("auth" | "projects" | "conversations", _) => Self::Error,
            ("api" | "register" | "message", _) => Self::Message,
            _ => return None,
        };
        Some(voice)
    }

    /// The keys that hold the sentence.
    pub const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Own | Self::Message => &["message"],
            Self::Msg => &["msg", "message"],
            Self::Error => &["error", "message"],
            Self::All => &["message", "msg", "error"],
        }
    }

    /// An error as this API tells it, in the document's words where it has some.
    pub fn tell(self, status: StatusCode, error: &protocol::Error, words: Option<&str>) -> Response {
        if self == Self::Own {
            return (status, Json(json(error))).into_response();
        }
        // None of the documents knows 409: what is taken already is a bad request there.
        let status = if status == StatusCode::CONFLICT { StatusCode::BAD_REQUEST } else { status };
        let sentence = words.map_or_else(|| error.to_string(), ToOwned::to_owned);
        let body: Map<_, _> =
            self.keys().iter().map(|key| ((*key).to_owned(), Value::from(sentence.clone()))).collect();
        (status, Json(body)).into_response()
    }
}

/// `{"error": kind, "message": sentence, …}`, whatever the kind.
pub fn json(error: &protocol::Error) -> Value {
    let mut value = serde_json::to_value(error).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.entry("message").or_insert_with(|| error.to_string().into());
    }
    value
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn every_error_of_ours_has_a_kind_and_a_sentence() {
        let told = super::json(&protocol::Error::not_found("the room"));
        let expected = json!({"error": "not_found", "message": "We couldn’t find the room.", "what": "the room"});
        assert_eq!(told, expected);
        assert_eq!(super::json(&protocol::Error::invalid("name", "No."))["message"], "No.");
    }
}
