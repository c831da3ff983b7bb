//! `/api/docs`: the page to read and try the API. Swagger UI with its files inside the binary; nothing comes from elsewhere,
//! and nothing goes there.

use std::io::{Cursor, Read as _};

use axum::{
    Router,
    extract::Path,
    http::header,
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use protocol::Error;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

use crate::{AppState, error};

/// Swagger UI's own page has no language and another name.
const PAGE: &str = include_str!("page.html");

/// How Swagger UI is set up. Without its top bar, which loads whatever address is typed into it, and whose logo brings a style
/// of its own that our Content-Security-Policy rightly refuses; and without its badge, which sends the description's address to
/// a validator.
const SETUP: &str = include_str!("page.js");

/// How long a browser may keep the files, in seconds: they change with a new version only, and are large.
const KEPT: &str = "public, max-age=3600";

/// Files of Swagger UI that the page needs. They stay packed until someone asks: unpacked, they would be a tenth of the binary.
const FILES: [&str; 3] = ["swagger-ui.css", "index.css", "swagger-ui-bundle.js"];

/// The page and its files.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/docs", get(|| async { Html(PAGE) }))
        .route("/api/docs/setup.js", get(|| async { served("setup.js", SETUP.into()) }))
        .route("/api/docs/{file}", get(file))
}

async fn file(Path(name): Path<String>) -> error::Result<Response> {
    let found = FILES.contains(&name.as_str()).then(|| unpacked(&name)).flatten();
    Ok(served(&name, found.ok_or_else(|| Error::not_found("this page"))?))
}

fn served(name: &str, bytes: Vec<u8>) -> Response {
    let content_type = mime_guess::from_path(name).first_or_octet_stream().to_string();
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, KEPT.to_owned())], bytes).into_response()
}

/// A file of Swagger UI; its folder is named after its version.
fn unpacked(name: &str) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED)).ok()?;
    let end = format!("/dist/{name}");
    let path = archive.file_names().flatten().find(|path| path.ends_with(&end))?.into_owned();
    let mut bytes = Vec::new();
    archive.by_name(&path).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_of_the_page_is_there() {
        for name in FILES {
            assert!(unpacked(name).is_some_and(|bytes| !bytes.is_empty()) && PAGE.contains(name), "{name}");
        }
    }
}
