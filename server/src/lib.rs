//! Transport: HTTP, sockets, pages. It translates between the wire and [`chat`], and decides nothing.
//!
//! [`serve`] runs a whole server on a listener, so that the tests drive exactly what the binary runs.

mod accept;
mod address;
mod assets;
mod attached;
mod backup;
mod body;
mod bucket;
mod connections;
mod cors;
mod data_folder;
mod documented;
mod download;
mod dress;
mod engineio;
mod error;
mod health;
mod impatient;
mod json;
pub mod log;
mod metrics;
mod observe;
mod openapi;
mod pages;
mod queue;
mod range;
mod rate_limit;
mod resolve;
mod router;
mod routes;
mod same_origin;
mod secret;
mod security_headers;
mod seed;
mod serve;
mod server_functions;
mod session;
pub mod settings;
mod socketio;
mod state;
mod tus;
mod unread;
mod upload;
mod v1;
mod voice;
mod websocket;
mod ws;
mod zip;

pub use backup::{back_up, restore};
pub use seed::seed;
pub use serve::{StartError, serve};
pub use settings::Settings;
pub use state::AppState;
