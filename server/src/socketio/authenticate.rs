//! Who a client is. It may say so in five ways; the most deliberate one that it uses counts, and only that one.

use chat::Authenticated;
use protocol::Error;
use serde_json::Value;

use super::introduction::Introduction;
use crate::AppState;

/// Whom the client's token stands for: the one that it connects with, or that of the address it opened the session at,
/// or that of the request's header or cookie.
///
/// # Errors
/// [`Error::SignedOut`] for none and for one that isn't good.
pub async fn authenticate(
    state: &AppState,
    introduction: &Introduction,
    auth: Option<&str>,
) -> Result<Authenticated, Error> {
    let given = auth.and_then(token).or_else(|| introduction.token.clone());
    match given {
        Some(token) => {
            let found = state.chat.authenticate(&token).await;
            found.map_err(|error| match error.report(&introduction.request_id) {
                fault @ Error::Fault { .. } => fault,
                _ => Error::SignedOut,
            })
        }
        None => introduction.found.ok_or(Error::SignedOut),
    }
}

/// The token in what a client connects with: `{"token": "…"}`, or that as text, or the token alone as text.
fn token(auth: &str) -> Option<String> {
    let token = match serde_json::from_str(auth).ok()? {
        Value::String(text) => match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(inner)) => inner.get("token")?.as_str()?.to_owned(),
            _ => text,
        },
        Value::Object(fields) => fields.get("token")?.as_str()?.to_owned(),
        _ => return None,
    };
    let token = token.strip_prefix("Bearer ").unwrap_or(&token).trim();
    (!token.is_empty()).then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_in_an_object_or_as_text() {
        for auth in [r#"{"token":"t"}"#, r#""{\"token\":\"t\"}""#, r#""t""#, r#"{"token":"Bearer t"}"#] {
            assert_eq!(token(auth).as_deref(), Some("t"), "{auth}");
        }
        for auth in ["", "{", "[]", "7", r#"{"token":7}"#, r#"{"token":""}"#, r#"{"other":"t"}"#, r#""{}""#, "\"\""] {
            assert_eq!(token(auth), None, "{auth}");
        }
    }
}
