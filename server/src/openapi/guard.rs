//! What all routes of an API go through.

use axum::middleware::from_fn;
use utoipa_axum::router::OpenApiRouter;

use super::refusals;
use crate::{AppState, rate_limit, voice::Voice};

/// Routes of an API that tells its errors in `voice`: described with what they may refuse, and limited in how often they
/// are asked.
pub fn guarded(mut routes: OpenApiRouter<AppState>, voice: Voice) -> OpenApiRouter<AppState> {
    refusals::describe(routes.get_openapi_mut(), voice);
    routes.layer(from_fn(rate_limit::keep))
}
