//! Sign-ins: one per device and surface, each revocable by itself.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, id::id};

id!(
    /// A sign-in's id; the `sid` of its token.
    SessionId
);

/// One sign-in, as its owner sees it in the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The sign-in.
    pub id: SessionId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used; exact to a minute.
    pub last_seen_at: Timestamp,
    /// The browser or program, as it named itself; at most 200 bytes.
    pub user_agent: String,
    /// The network address that it was last seen from.
    pub address: String,
    /// Whether it is the one that asks.
    pub current: bool,
}
