//! What is known of a socket while it lasts.

use std::sync::{Arc, atomic::AtomicBool};

use chat::{Chat, Subscription};

use crate::websocket::Outlet;

/// What the two directions of a socket share.
pub struct Line {
    /// Carries out what the client says.
    pub chat: Chat,
    /// Where answers and events queue.
    pub subscription: Subscription,
    /// Where they leave.
    pub outlet: Arc<Outlet>,
    /// The id of the request that opened the socket; faults are logged under it.
    pub request_id: String,
    /// Whether anything came since the last ping.
    pub heard: AtomicBool,
}
