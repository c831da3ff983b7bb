//! The five documented APIs, asked as their documents say.

mod basic;
pub mod client;
mod direct;
mod everywhere;
mod listed;
mod messenger;
mod projects;
mod rooms;
