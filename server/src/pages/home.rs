//! `/`: a page for people, a greeting for programs.

use app::context::Visitor;
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use super::reader::see;
use crate::{AppState, error::prefers_html};

/// Leads people to the public chat or to the sign-in, and greets programs.
pub async fn show(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Response {
    let response = if !prefers_html(&headers) {
        Json(json!({
            "msg": "hello",
            "name": state.chat.place_name(),
            "product": "Confab",
            "version": env!("CARGO_PKG_VERSION"),
        }))
        .into_response()
    } else if visitor.caller.is_some() {
        see(&format!("/c/{}", state.chat.public_id()))
    } else {
        see("/sign-in")
    };
    ([(header::VARY, "Accept")], response).into_response()
}
