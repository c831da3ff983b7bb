//! What every handler can reach.

use std::{ops::Deref, sync::Arc};

use app::context;
use chat::{Chat, Environment};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{Settings, assets, socketio::SocketIo, websocket::Couriers, ws};

/// What every handler can reach. Clones, of which each layer makes one for each request, are the same.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// What it consists of.
pub struct Parts {
    /// The application: all rules and all data.
    pub chat: Chat,
    /// What the person who runs the place decided.
    pub settings: Settings,
    /// Clock and randomness.
    pub environment: Environment,
    /// Cancelled once the server begins to stop.
    pub stopping: CancellationToken,
    /// The sockets: they outlive their requests, so stopping has to wait for them separately.
    pub sockets: TaskTracker,
    /// Who carries events to the sockets of `/ws`.
    pub couriers: Couriers<ws::Writer, ws::WriterMemory>,
    /// What the Socket.IO clients share.
    pub socketio: SocketIo,
}

impl AppState {
    /// Of these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The addresses of the built files.
    pub fn assets(&self) -> context::Assets {
        assets::addresses()
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
