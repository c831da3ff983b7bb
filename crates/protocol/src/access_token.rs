//! Access tokens: what a program that acts for a person shows instead of their password.

use serde::{Deserialize, Serialize};

use crate::{SessionId, Timestamp};

/// The longest lifetime that an access token can be given, in days. One without an end has no such limit.
pub const MAX_TOKEN_DAYS: i64 = 3_650;

/// One access token, as its owner sees it in the settings. The token itself is shown once and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// The token. A sign-in like any other, but for who uses it.
    pub id: SessionId,
    /// What its owner calls it: 1 to 64 characters.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, exact to a minute; none if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    /// When it ends by itself; none if it doesn't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}
