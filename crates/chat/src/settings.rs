//! What the person who runs the place decides.

/// How a [`crate::Chat`] is opened.
#[derive(Clone)]
pub struct Settings {
    /// `sqlite:///path/to/file` (made if missing) or `postgres://…`.
    pub database_url: String,
    /// What tokens are signed with; 32 bytes or more.
    pub secret: Vec<u8>,
    /// How long a sign-in lasts unused, in seconds.
    pub token_ttl_seconds: i64,
    /// What the place is called.
    pub place_name: String,
    /// How many connections read at once.
    pub readers: u32,
    /// Whether sign-in attempts are limited.
    pub rate_limit: bool,
}
