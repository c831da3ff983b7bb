//! A real server over TCP on a fresh database, asked as browsers and programs ask it. One binary, so that it links once.

mod accounts;
mod app;
mod assets;
mod authorization;
mod backup;
mod cors;
mod delivery;
mod documented;
mod errors;
#[cfg(target_os = "linux")]
mod full_disk;
mod health;
mod interrupted;
mod kill;
mod limits;
mod membership;
mod openapi;
mod pages;
mod person;
mod program;
mod schema;
mod security;
mod socket;
mod socketio;
mod stop;
#[path = "../../../crates/chat/tests/it/uploads/mod.rs"]
mod uploads;
mod v1;
mod wire;
