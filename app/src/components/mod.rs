//! The pieces that pages are made of, one per file.

mod actions;
pub mod attachments;
pub mod avatar;
pub mod banner;
mod code_block;
pub mod composer;
pub mod confirm_delete;
pub(crate) mod dynamic;
mod edit_box;
#[cfg(feature = "ssr")]
pub mod form;
pub mod frame;
pub mod head;
pub mod icon;
mod icon_button;
pub mod mark;
pub mod message;
pub mod notice;
mod reactions;
mod rich_text;
pub mod sidebar;
pub mod switcher;
mod time;
pub mod timeline;
pub mod tray;
mod typing;
mod unsent;
