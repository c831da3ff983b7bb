//! A real server over TCP on a fresh database, asked as browsers and programs ask it. One binary, so that it links once.

mod accounts;
mod app;
mod assets;
mod delivery;
mod errors;
mod health;
mod kill;
mod limits;
mod membership;
mod pages;
mod person;
mod program;
mod security;
mod socket;
mod stop;
mod wire;
