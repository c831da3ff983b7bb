//! Names and texts that people type, parsed once: a value of one of these types is trimmed, within its
//! limits and fit to be stored. The form, the API and the tests all go through the same `parse`.

use crate::Error;

/// The longest user, room or display name, in Unicode characters.
pub const MAX_NAME_CHARACTERS: usize = 64;
/// The longest topic, in Unicode characters.
pub const MAX_TOPIC_CHARACTERS: usize = 250;
/// The shortest password that sign-up accepts, in Unicode characters.
pub const MIN_PASSWORD_CHARACTERS: usize = 8;
/// The longest password, in bytes: hashing more would be a way to keep the server busy.
const MAX_PASSWORD_BYTES: usize = 1024;
/// The longest e-mail address, in bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
const MAX_EMAIL_BYTES: usize = 254;
/// The longest web address that we store, in bytes.
const MAX_URL_BYTES: usize = 2048;

/// Names that some chat client listens to as an event of its own: a user of that name would receive
/// (or forge) what isn't theirs. Compared without regard to case.
pub const RESERVED_USERNAMES: &[&str] = &[
    "connect",
    "connect_error",
    "connected",
    "disconnect",
    "disconnecting",
    "echo",
    "error",
    "join",
    "join_private",
    "join_public",
    "joined_private",
    "leave",
    "leave_private",
    "leave_public",
    "message",
    "message_deleted",
    "message_updated",
    "new_private_message",
    "new_public_message",
    "newlistener",
    "online_users",
    "get_online_users",
    "recent_messages",
    "removelistener",
    "send_message",
    "send_private_message",
    "send_public_message",
    "status",
    "typing",
    "user_joined",
    "user_left",
    "here",
    "everyone",
    "channel",
    "all",
];

macro_rules! text {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The form that two texts are compared in where case must not matter.
            pub fn key(&self) -> String {
                self.0.to_lowercase()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(
    /// The name that a person signs in with and is mentioned by: 1 to 64 characters, unique regardless of case.
    Username
);
text!(
    /// The name that is shown beside a person's messages: 1 to 64 characters.
    DisplayName
);
text!(
    /// The name of a room or group: 1 to 64 characters on one line.
    RoomName
);
text!(
    /// What a person calls an access token of theirs: 1 to 64 characters on one line.
    TokenName
);
text!(
    /// What a conversation is about: one line of at most 250 characters; may be empty.
    Topic
);
text!(
    /// An e-mail address. Checked for its shape only: whether it receives mail shows when mail is sent.
    Email
);
text!(
    /// An `http` or `https` address.
    Url
);

impl Username {
    /// # Errors
    /// [`Error::Invalid`] for the field `username`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let name = one_line("username", "A user name", text, 1, MAX_NAME_CHARACTERS)?;
        if name.chars().any(|c| c == '@' || c == '/' || c == ',') {
            return Err(Error::invalid("username", "A user name can’t contain “@”, “/” or “,”."));
        }
        let key = name.to_lowercase();
        if RESERVED_USERNAMES.contains(&key.as_str()) || is_of_a_deleted_user(&key) {
            return Err(Error::invalid("username", "That user name is reserved."));
        }
        Ok(Self(name))
    }
}

/// Whether it has the form `deleted-<id>`: what a deleted account is called, so that its own name is free.
fn is_of_a_deleted_user(key: &str) -> bool {
    key.strip_prefix("deleted-").is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
}

impl DisplayName {
    /// # Errors
    /// [`Error::Invalid`] for the field `display_name`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        one_line("display_name", "A display name", text, 1, MAX_NAME_CHARACTERS).map(Self)
    }
}

impl RoomName {
    /// Also drops one leading `#`, which people type out of habit.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `name`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let text = text.strip_prefix('#').unwrap_or(text);
        one_line("name", "A name", text, 1, MAX_NAME_CHARACTERS).map(Self)
    }
}

impl TokenName {
    /// # Errors
    /// [`Error::Invalid`] for the field `name`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        one_line("name", "A name", text, 1, MAX_NAME_CHARACTERS).map(Self)
    }
}

impl Topic {
    /// # Errors
    /// [`Error::Invalid`] for the field `topic`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        one_line("topic", "A topic", text, 0, MAX_TOPIC_CHARACTERS).map(Self)
    }
}

impl Email {
    /// # Errors
    /// [`Error::Invalid`] for the field `email`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let well_formed = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        });
        let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if !well_formed || !plain || text.len() > MAX_EMAIL_BYTES {
            return Err(Error::invalid("email", "That doesn’t look like an e-mail address."));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Url {
    /// Accepts `http` and `https` only: anything else (`javascript:`, `data:`) could run in a reader's page.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field that is named.
    pub fn parse(field: &str, text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let rest = strip_scheme(text);
        let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '"' || c == '<' || c == '>');
        if text.len() > MAX_URL_BYTES || !plain || rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
            return Err(Error::invalid(field, "That doesn’t look like a web address (https://…)."));
        }
        Ok(Self(text.to_owned()))
    }
}

/// What follows `http://` or `https://`, whatever their case.
fn strip_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")).then_some(rest)
}

/// A new password: 8 characters to 1,024 bytes, not trimmed. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// # Errors
    /// [`Error::Invalid`] for the field `password`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.chars().count() < MIN_PASSWORD_CHARACTERS {
            return Err(Error::invalid(
                "password",
                format!("A password needs at least {MIN_PASSWORD_CHARACTERS} characters."),
            ));
        }
        if text.len() > MAX_PASSWORD_BYTES {
            return Err(Error::invalid("password", format!("A password has at most {MAX_PASSWORD_BYTES} bytes.")));
        }
        Ok(Self(text.to_owned()))
    }

    /// The password itself, to be hashed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// An optional field that was left empty counts as not given.
pub fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Trims `text` and holds it to one line within its limits. Characters that would let one name look like
/// another or turn the text around it (controls, bidirectional overrides, zero-width ones) are refused.
fn one_line(field: &str, noun: &str, text: &str, least: usize, most: usize) -> Result<String, Error> {
    let text = text.trim();
    let length = text.chars().count();
    if length < least {
        return Err(Error::invalid(field, format!("{noun} can’t be empty.")));
    }
    if length > most {
        return Err(Error::invalid(field, format!("{noun} has at most {most} characters.")));
    }
    if text.chars().any(is_deceptive) {
        return Err(Error::invalid(field, format!("{noun} can’t contain invisible characters.")));
    }
    Ok(text.to_owned())
}

/// Control characters, and those that are invisible or change the direction of what follows.
/// U+200D (zero-width joiner) stays allowed: emoji and several scripts need it.
pub(crate) fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_name_is_trimmed_and_held_to_64_characters() {
        assert_eq!(Username::parse("  ada ").map(|n| n.to_string()), Ok("ada".to_owned()));
        assert!(Username::parse(&"é".repeat(64)).is_ok());
        assert!(Username::parse(&"é".repeat(65)).is_err());
        assert!(Username::parse(" \t ").is_err());
    }

    #[test]
    fn a_user_name_cannot_be_an_event_or_deceive() {
        for name in ["message", "Message", "ERROR", "Deleted-7", "a@b", "a/b", "ada\u{202E}nimda", "a\u{0}b"] {
            assert!(Username::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn only_web_addresses_are_addresses() {
        assert!(Url::parse("avatar_url", "https://example.org/a.png").is_ok());
        for text in
            ["javascript:alert(1)", "data:text/html,x", "https://", "//example.org", "https:///x", "https://a b"]
        {
            assert!(Url::parse("avatar_url", text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_e_mail_address_has_one_at_sign_and_two_sides() {
        assert!(Email::parse("ada@example.org").is_ok());
        for text in ["ada", "@example.org", "ada@", "a@b@c", "ada@.org", "a da@example.org"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        let password = Password::parse("correct horse").expect("long enough");
        assert!(!format!("{password:?}").contains("horse"));
    }
}
