//! What people see. Built twice: for the server, which renders pages (`ssr`), and for the browser, which brings the
//! conversation page to life (`hydrate`). Only [`browser`] differs between the two.
// A view is one type, as deep as its elements are nested.
#![recursion_limit = "256"]
#![allow(
    clippy::needless_pass_by_value,
    clippy::large_types_passed_by_value,
    clippy::too_many_lines,
    reason = "components take their props by value, the store is a bundle of handles that every closure copies, and the view macro counts the lines it writes"
)]

pub mod api;
mod browser;
pub mod components;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "hydrate")]
mod hydrate;
mod json;
#[cfg(feature = "hydrate")]
mod library;
#[cfg(feature = "hydrate")]
mod live;
mod navigate;
mod outbox;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "hydrate")]
mod socket;
pub mod state;
#[cfg(feature = "hydrate")]
mod unfinished;
#[cfg(feature = "hydrate")]
mod upload;

#[cfg(feature = "hydrate")]
pub use hydrate::hydrate;
#[cfg(feature = "hydrate")]
pub use library::uploads;
