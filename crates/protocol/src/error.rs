//! What a person is told when something can't be done: a dozen meanings, each with its HTTP status.
//! Faults of ours never travel in here; they are logged at the edge, and only [`Error::Fault`] with the
//! request's id goes out.

use serde::{Deserialize, Serialize};

/// A refusal, in the words of the person who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "error", rename_all = "snake_case", from = "Told")]
pub enum Error {
    /// A field is missing or unacceptable. 400.
    Invalid {
        /// The field's name as the caller wrote it.
        field: String,
        /// A sentence that says what is expected.
        message: String,
    },
    /// No credential, or one that is expired, revoked or forged. 401.
    SignedOut,
    /// User name and password don't match; one text for an unknown user and a wrong password. 401.
    WrongPassword,
    /// The caller may not do this. 403.
    Forbidden {
        /// A sentence that says what is not allowed.
        message: String,
    },
    /// There is no such thing, or none that the caller may know of. 404.
    NotFound {
        /// What was looked for, as a noun with its article: "the room".
        what: String,
    },
    /// The thing has changed or exists already. 409.
    Conflict {
        /// A sentence that says what stands in the way.
        message: String,
    },
    /// More bytes than allowed. 413.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// A body of a type that isn't taken here. 415.
    UnsupportedMedia {
        /// The type that is.
        expected: String,
    },
    /// A file of a type that this place doesn't take. 415.
    RefusedMedia {
        /// A sentence that names the type.
        message: String,
    },
    /// Too many attempts. 429 with `Retry-After`.
    TooMany {
        /// When to try again, in seconds.
        retry_after: u64,
    },
    /// The server is stopping, overloaded or lacks what it needs, and asks to come back. 503 with `Retry-After`.
    Unavailable,
    /// A file that would go beyond a limit on files altogether. 507.
    NoRoom {
        /// A sentence that says whose limit it is, and how much of it is used.
        message: String,
    },
    /// A fault of ours. 500.
    Fault {
        /// The id under which the server logged what happened; empty where none is known.
        request_id: String,
    },
}

/// An [`Error`] as it is read: all fields beside its word. A reader of variants that are told apart by an inner tag would
/// first copy whatever it reads into a tree, with code that the browser has no other use for.
#[derive(Deserialize)]
struct Told {
    error: Word,
    #[serde(default)]
    field: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    what: String,
    #[serde(default)]
    limit: u64,
    #[serde(default)]
    expected: String,
    #[serde(default)]
    retry_after: u64,
    #[serde(default)]
    request_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Invalid,
    SignedOut,
    WrongPassword,
    Forbidden,
    NotFound,
    Conflict,
    TooLarge,
    UnsupportedMedia,
    RefusedMedia,
    TooMany,
    Unavailable,
    NoRoom,
    Fault,
}

impl From<Told> for Error {
    fn from(told: Told) -> Self {
        let Told { error, field, message, what, limit, expected, retry_after, request_id } = told;
        match error {
            Word::Invalid => Self::Invalid { field, message },
            Word::SignedOut => Self::SignedOut,
            Word::WrongPassword => Self::WrongPassword,
            Word::Forbidden => Self::Forbidden { message },
            Word::NotFound => Self::NotFound { what },
            Word::Conflict => Self::Conflict { message },
            Word::TooLarge => Self::TooLarge { limit },
            Word::UnsupportedMedia => Self::UnsupportedMedia { expected },
            Word::RefusedMedia => Self::RefusedMedia { message },
            Word::TooMany => Self::TooMany { retry_after },
            Word::Unavailable => Self::Unavailable,
            Word::NoRoom => Self::NoRoom { message },
            Word::Fault => Self::Fault { request_id },
        }
    }
}

/// A result whose error can be shown to a person.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A field that can't be accepted, with a sentence that says what is expected.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }

    /// Something the caller may not do.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::Forbidden { message: message.into() }
    }

    /// Something that isn't there, named with its article: `Error::not_found("the room")`.
    pub fn not_found(what: &str) -> Self {
        Self::NotFound { what: what.into() }
    }

    /// Something that stands in the way.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into() }
    }

    /// The HTTP status that this refusal goes out with.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. } => 400,
            Self::SignedOut | Self::WrongPassword => 401,
            Self::Forbidden { .. } => 403,
            Self::NotFound { .. } => 404,
            Self::Conflict { .. } => 409,
            Self::TooLarge { .. } => 413,
            Self::UnsupportedMedia { .. } | Self::RefusedMedia { .. } => 415,
            Self::TooMany { .. } => 429,
            Self::Fault { .. } => 500,
            Self::Unavailable => 503,
            Self::NoRoom { .. } => 507,
        }
    }

    /// Whether the same request may succeed later without a change to it.
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::TooMany { .. } | Self::Unavailable | Self::Fault { .. })
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Invalid { message, .. }
            | Self::Forbidden { message }
            | Self::Conflict { message }
            | Self::RefusedMedia { message }
            | Self::NoRoom { message } => f.write_str(message),
            Self::SignedOut => f.write_str("Please sign in."),
            Self::WrongPassword => f.write_str("That name and password don’t match."),
            Self::NotFound { what } => write!(f, "We couldn’t find {what}."),
            Self::TooLarge { limit } => write!(f, "That is too large: the limit is {limit} bytes."),
            Self::UnsupportedMedia { expected } => write!(f, "The body must be {expected}."),
            Self::TooMany { retry_after } => {
                write!(f, "Too many attempts. Try again in {retry_after} seconds.")
            }
            Self::Unavailable => f.write_str("The server can’t do that right now. Try again in a moment."),
            Self::Fault { request_id } if request_id.is_empty() => f.write_str("Something went wrong on our side."),
            Self::Fault { request_id } => write!(f, "Something went wrong on our side ({request_id})."),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_as_it_was_told_by_the_browser_too() {
        let (message, request_id) = (String::from("Say “why”: \"so\".\n"), String::from("7f"));
        for error in [
            Error::invalid("body", &message),
            Error::SignedOut,
            Error::WrongPassword,
            Error::forbidden(&message),
            Error::not_found("the room"),
            Error::conflict(&message),
            Error::TooLarge { limit: u64::MAX },
            Error::UnsupportedMedia { expected: "application/json".into() },
            Error::RefusedMedia { message: message.clone() },
            Error::TooMany { retry_after: 3 },
            Error::Unavailable,
            Error::NoRoom { message: message.clone() },
            Error::Fault { request_id: request_id.clone() },
        ] {
            let json = serde_json::to_string(&error).expect("has a JSON form");
            assert_eq!(serde_json::from_str::<Error>(&json).expect("can be read"), error, "{json}");
            let (read, _) = serde_json_core::from_str_escaped(&json, &mut [0; 256]).expect("can be read");
            assert_eq!(error, read, "{json}");
        }
    }

    #[test]
    fn an_unknown_kind_of_refusal_is_not_read_as_another() {
        assert!(serde_json::from_str::<Error>(r#"{"error":"teapot","message":"short and stout"}"#).is_err());
    }
}
