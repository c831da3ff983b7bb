//! Fields that need not be given. What is not given stays as it is; `null` is no text, so it is refused, except where
//! there is something to clear or none is a place of its own.

use serde::{Deserialize, Deserializer};

/// A field that can be left out but can't be `null`: `#[serde(default, deserialize_with = "optional::given")]`.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// A text that `null` clears: the same as an empty one.
pub fn clearable<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(value).map(|text: Option<String>| Some(text.unwrap_or_default()))
}

/// A field that can be left out, and in which `null` means something of its own.
#[expect(clippy::option_option, reason = "not given and `null` mean different things, as in RFC 7396")]
pub fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}
