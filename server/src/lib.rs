//! Transport: HTTP, sockets, pages. It translates between the wire and [`chat`], and decides nothing.
//!
//! [`serve`] runs a whole server on a listener, so that the tests drive exactly what the binary runs.

mod address;
mod assets;
mod body;
mod connections;
mod data_folder;
mod error;
mod health;
pub mod log;
mod metrics;
mod observe;
mod pages;
mod router;
mod same_origin;
mod secret;
mod security_headers;
mod serve;
mod server_functions;
mod session;
pub mod settings;
mod state;
mod ws;

pub use serve::{StartError, serve};
pub use settings::Settings;
pub use state::AppState;
