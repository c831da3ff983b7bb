//! What the person who runs the place decides.

use crate::{AcceptedTypes, Clamd, Uploads};

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
    /// Whether anyone at all may read e-mail addresses and change or delete accounts: for closed test networks.
    pub open_user_api: bool,
    /// Where uploaded files are kept.
    pub uploads: Uploads,
    /// The most bytes that one uploaded file may have.
    pub max_upload: u64,
    /// The most bytes that all files of one person may have.
    pub quota_person: Option<u64>,
    /// The most bytes that all files may have.
    pub quota_place: Option<u64>,
    /// Which types of files are taken.
    pub accepted_types: AcceptedTypes,
    /// The virus scanner that every file must pass, if there is one.
    pub clamd: Option<Clamd>,
}
