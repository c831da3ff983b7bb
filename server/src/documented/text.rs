//! The text of a message in what a client sends: `#[serde(flatten)] text: Text` in a body. Each document names the field
//! differently, and takes the names of the others as well.

use protocol::{Body, Error};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The text of a message, under one of these names.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[schema(as = SharedText)]
#[expect(clippy::struct_field_names, reason = "the documents chose them")]
pub struct Text {
    #[schema(value_type = Option<String>)]
    content: Option<Value>,
    #[schema(value_type = Option<String>)]
    body: Option<Value>,
    #[schema(value_type = Option<String>)]
    message: Option<Value>,
    #[schema(value_type = Option<String>)]
    text: Option<Value>,
}

impl Text {
    /// The first of the names under which there is text, without the space around it.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is none, or only space; [`Error::TooLarge`].
    pub fn given(&self) -> Result<String, Error> {
        let names = [&self.content, &self.body, &self.message, &self.text];
        let text = names.into_iter().flatten().find_map(Value::as_str).unwrap_or_default();
        // Checked before anything is made for it, such as a direct chat that would then stay empty.
        Ok(Body::parse(text.trim())?.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(body: &str) -> Result<String, Error> {
        serde_json::from_str::<Text>(body).expect("an object").given()
    }

    #[test]
    fn the_first_name_with_text_counts() {
        assert_eq!(given(r#"{"text": "d", "message": "c", "body": "b", "content": " a\n"}"#), Ok("a".into()));
        assert_eq!(given(r#"{"content": null, "message": "c", "other": 1}"#), Ok("c".into()));
        assert_eq!(given(r#"{"content": 7, "text": "d"}"#), Ok("d".into()));
    }

    #[test]
    fn no_text_is_refused() {
        for body in ["{}", r#"{"content": ""}"#, r#"{"body": " \n\t"}"#, r#"{"message": 5}"#, r#"{"text": ["x"]}"#] {
            assert!(given(body).is_err(), "{body}");
        }
    }
}
