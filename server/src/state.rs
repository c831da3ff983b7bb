//! What every handler can reach.

use std::sync::Arc;

use app::context;
use chat::{Chat, Environment};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Settings, assets, socketio::SocketIo, websocket::Couriers};

/// What every handler can reach; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The application: all rules and all data.
    pub chat: Chat,
    /// What the person who runs the place decided.
    pub settings: Arc<Settings>,
    /// Clock and randomness.
    pub environment: Environment,
    /// Cancelled once the server begins to stop.
    pub stopping: CancellationToken,
    /// The sockets: they outlive their requests, so stopping has to wait for them separately.
    pub sockets: TaskTracker,
    /// Who carries events to the sockets.
    pub couriers: Couriers,
    /// What the Socket.IO clients share.
    pub socketio: SocketIo,
}

impl AppState {
    /// The addresses of the built files.
    pub fn assets(&self) -> context::Assets {
        assets::addresses()
    }
}
