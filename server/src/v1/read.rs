//! How far one has read.

use axum::{extract::State, http::StatusCode};
use protocol::{ConversationId, Error};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    AppState,
    error::Result,
    json::{Json, Path},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(mark)
}

/// Up to where one has read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReadUpTo {
    /// The number of the last message read; beyond the last one, that one is meant.
    #[schema(minimum = 0, example = 42)]
    seq: i64,
}

/// Notes how far one has read, on all one’s devices. Going back has no effect.
#[utoipa::path(
    put, path = "/conversations/{id}/read", operation_id = "v1_mark_read", tag = "v1 conversation",
    params(("id" = i64, Path, minimum = 1, example = 3)), request_body = ReadUpTo,
    responses((status = 204, description = "It is noted."))
)]
async fn mark(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Json(ReadUpTo { seq }): Json<ReadUpTo>,
) -> Result<StatusCode> {
    if seq < 0 {
        return Err(Error::invalid("seq", "Messages are numbered from 1.").into());
    }
    state.chat.mark_read(caller, ConversationId(id), seq).await?;
    Ok(StatusCode::NO_CONTENT)
}
