//! Socket.IO over real connections: every event of every document, and what clients may not do.

mod carriers;
pub mod client;
mod conversations;
mod direct;
mod endings;
mod entrance;
mod limits;
mod nonsense;
mod public_chat;
mod removal;
mod sending;
