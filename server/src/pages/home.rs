//! `/` in a browser: the way in. Programs that ask for it are greeted by 2-direct.

use app::context::Visitor;
use axum::response::Response;

use super::reader::see;
use crate::AppState;

/// Leads people to the public chat or to the sign-in.
pub fn lead(state: &AppState, visitor: &Visitor) -> Response {
    if visitor.caller.is_some() { see(&format!("/c/{}", state.chat.public_id())) } else { see("/sign-in") }
}
