//! `/api/v1`, asked by programs. Every answer is held against what the served description says of it.

mod access_token;
mod account;
mod attachment;
pub mod client;
mod conversation;
mod download;
mod hostile;
mod library;
mod list;
mod member;
mod message;
mod preview;
mod project;
mod rate_limit;
mod session;
mod storage;
pub mod upload;
mod zip;
