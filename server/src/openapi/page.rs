//! `/api/docs`: the page to read and try the API. Swagger UI with its files inside the binary; nothing comes from elsewhere,
//! and nothing goes there: its badge, which sends the description's address to a validator, is off.

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    extract::Path,
    http::header,
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use protocol::Error;
use utoipa_swagger_ui::Config;

use crate::{AppState, error};

/// Swagger UI's own page has no language and another name; nobody comes back from signing in elsewhere.
const PAGE: &str = include_str!("page.html");

/// How long a browser may keep the files, in seconds: they change with a new version only, and are large.
const KEPT: &str = "public, max-age=3600";

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from("/api/openapi.json")
        .validator_url("none")
        // Without its top bar, which loads whatever address is typed into it, and whose logo brings a style of its own that
        // our Content-Security-Policy rightly refuses.
        .use_base_layout()
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .doc_expansion("none")
        .default_models_expand_depth(0)
        .filter(true);
    Arc::new(config)
});

/// The page and its files.
pub fn router() -> Router<AppState> {
    Router::new().route("/api/docs", get(|| async { Html(PAGE) })).route("/api/docs/{file}", get(file))
}

async fn file(Path(name): Path<String>) -> error::Result<Response> {
    let served = utoipa_swagger_ui::serve(&name, CONFIG.clone()).ok().flatten();
    let file = served
        .filter(|_| name != "index.html" && name != "oauth2-redirect.html")
        .ok_or_else(|| Error::not_found("this page"))?;
    let headers = [(header::CONTENT_TYPE, file.content_type), (header::CACHE_CONTROL, KEPT.to_owned())];
    Ok((headers, file.bytes).into_response())
}
