//! The place itself: what a program needs to know before it signs in.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    json::Json,
    routes::{Routes, routes},
};

pub fn router() -> Routes {
    routes!(show)
}

/// The place.
#[derive(Serialize, ToSchema)]
struct Place {
    #[schema(example = "Confab")]
    name: String,
    /// The version of the program that serves it.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// The one chat that everyone is in.
    #[schema(example = 1)]
    public_conversation_id: i64,
    /// The longest message, in bytes of UTF-8.
    #[schema(example = 16384)]
    max_message_bytes: usize,
    /// The largest file that can be uploaded, in bytes.
    #[schema(example = 100_000_000)]
    max_upload_bytes: u64,
}

/// What the place is called, and its limits.
#[utoipa::path(
    get, path = "/place", operation_id = "v1_get_place", tag = "v1 place", security(()),
    responses((status = 200, description = "The place.", body = Place))
)]
async fn show(State(state): State<AppState>) -> Json<Place> {
    Json(Place {
        name: state.chat.place_name().to_owned(),
        version: env!("CARGO_PKG_VERSION"),
        public_conversation_id: state.chat.public_id().0,
        max_message_bytes: protocol::MAX_BODY_BYTES,
        max_upload_bytes: state.settings.max_upload,
    })
}
