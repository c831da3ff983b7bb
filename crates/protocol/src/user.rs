//! People, as others see them ([`User`]) and as they see themselves ([`Account`]).

use serde::{Deserialize, Serialize};

use crate::{Timestamp, id::id};

id!(
    /// A person's id.
    UserId
);

/// A person as everyone in the place may see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The person.
    pub id: UserId,
    /// The unique name: what is typed to sign in and after `@`.
    pub username: String,
    /// The name to show; equal to `username` until chosen.
    pub display_name: String,
    /// Where their picture lives, if they gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Whether they administer the place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub admin: bool,
    /// Whether the account is deactivated: their messages stay, they can't come in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deactivated: bool,
    /// When the account was made.
    pub created_at: Timestamp,
    /// The place's number of the last change to these fields.
    pub rev: i64,
}

/// One's own account: what only its owner sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What everyone sees.
    pub user: User,
    /// The address for messages from the place, if given.
    pub email: Option<String>,
    /// Light, dark, or as the device says.
    pub theme: Theme,
}

/// Which colours a person wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The word that stands for it in forms, the database and the page's `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that word; anything unknown is [`Theme::System`].
    pub fn from_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}
