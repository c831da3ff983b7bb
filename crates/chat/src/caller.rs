//! Who asks, and from where.

use protocol::{SessionId, UserId};

/// A signed-in person, as established by [`crate::Chat::authenticate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub user_id: UserId,
    /// The sign-in that they use.
    pub session_id: SessionId,
}

/// The device that someone signs in from.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// The browser or program, as it names itself; cut to 200 bytes when stored.
    pub user_agent: String,
    /// Its network address; attempts are counted by it.
    pub address: String,
}
