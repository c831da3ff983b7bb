//! Smaller pictures of files.

use axum::{extract::State, response::Response};
use protocol::{FileId, PreviewSize};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    AppState,
    download::Download,
    error::Result,
    json::{Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(show)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The longer side has at most 320, 800 or 1600 pixels, and no more than the picture itself.
    #[param(inline)]
    size: Size,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Size {
    Small,
    Medium,
    Large,
}

impl From<Size> for PreviewSize {
    fn from(size: Size) -> Self {
        match size {
            Size::Small => Self::Small,
            Size::Medium => Self::Medium,
            Size::Large => Self::Large,
        }
    }
}

/// A smaller picture of a file, turned as it is to be seen, without anything else that its file told. Unknown for what is no
/// picture, or can’t be read.
#[utoipa::path(
    get, path = "/files/{id}/preview", operation_id = "v1_get_file_preview", tag = "v1 file",
    params(
        ("id" = i64, Path, minimum = 1, example = 23), Wanted,
        ("If-None-Match" = Option<String>, Header, description = "Nothing comes if the picture still has one of these tags.")
    ),
    responses(
        (
            status = 200, description = "The picture: JPEG, PNG where it is clear in places, GIF where it moves.",
            content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/gif")),
            headers(("ETag", description = "The picture’s tag."))
        ),
        (status = 304, description = "The picture is still the same.", headers(("ETag", description = "The picture’s tag.")))
    )
)]
async fn show(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
    download: Download,
) -> Result<Response> {
    let opened = state.chat.open_preview(caller, FileId(id), wanted.size.into()).await?;
    download.show(&opened).await
}
