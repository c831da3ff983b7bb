//! The site's files, carried inside the binary: style sheet, script, wasm, icons. Their addresses carry a hash of their
//! content, so a browser may keep them for good and still gets the new ones after an update.

use std::{
    fs,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use app::context;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

/// What `cargo leptos build` made. A debug build reads it from disk each time.
#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

/// The compressed copies that lie beside a file, best first.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The addresses that pages name their files by.
pub fn addresses() -> context::Assets {
    static LAST: Mutex<Option<(Stamps, context::Assets)>> = Mutex::new(None);
    let stamps = FILES.map(stamp);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    match &*last {
        Some((known, addresses)) if *known == stamps => addresses.clone(),
        _ => {
            let [css, js, wasm] = FILES.map(address);
            let addresses = context::Assets { css, js, wasm };
            *last = Some((stamps, addresses.clone()));
            addresses
        }
    }
}

/// What every page needs: style sheet, script, wasm.
const FILES: [&str; 3] = ["pkg/confab.css", "pkg/confab.js", "pkg/confab.wasm"];

type Stamps = [Option<SystemTime>; 3];

/// When a file last changed. What is carried inside the binary never does; a debug build's files change under the
/// running server, and hashing them for each page would take it a second.
fn stamp(path: &str) -> Option<SystemTime> {
    let site = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/site");
    if cfg!(debug_assertions) { fs::metadata(format!("{site}/{path}")).ok()?.modified().ok() } else { None }
}

fn address(path: &str) -> String {
    let version = Site::get(path).map(|file| format!("?v={}", hash(&file)));
    format!("/{path}{}", version.unwrap_or_default())
}

/// Ten digits of the content's SHA-256: enough to tell versions of one file apart.
fn hash(file: &EmbeddedFile) -> String {
    let [first, second, third, fourth, fifth, ..] = file.metadata.sha256_hash();
    format!("{first:02x}{second:02x}{third:02x}{fourth:02x}{fifth:02x}")
}

/// Files under `/pkg`.
pub async fn built(request: Request) -> Response {
    file(&request)
}

/// Files at the root, such as `/favicon.svg`; whatever nothing else answers comes here.
pub async fn public(request: Request) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => file(&request),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn file(request: &Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    // The compressed copies are no files of their own.
    let found = if ENCODINGS.iter().any(|(_, ending)| path.ends_with(ending)) { None } else { Site::get(path) };
    let Some(found) = found else { return StatusCode::NOT_FOUND.into_response() };

    let hash = hash(&found);
    let current = request.uri().query().and_then(|query| query.strip_prefix("v=")) == Some(hash.as_str());
    let keep = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!("W/\"{hash}\"");
    let unchanged = request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| lists(known, &tag));

    let mut response =
        if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { content(path, found, request.headers()) };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.extend(HeaderValue::try_from(tag).map(|tag| (header::ETAG, tag)));
    response
}

/// The file's bytes, in the best encoding that the browser reads.
fn content(path: &str, plain: EmbeddedFile, headers: &HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let compressed = ENCODINGS
        .iter()
        .filter(|(name, _)| accepts(accepted, name))
        .find_map(|(name, ending)| Some((*name, Site::get(&format!("{path}{ending}"))?)));
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let charset = if kind.type_() == "text" || kind.subtype() == "javascript" { "; charset=utf-8" } else { "" };
    let kind = [(header::CONTENT_TYPE, format!("{kind}{charset}"))];
    match compressed {
        Some((name, file)) => (kind, [(header::CONTENT_ENCODING, name)], Body::from(file.data)).into_response(),
        None => (kind, Body::from(plain.data)).into_response(),
    }
}

fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let refused = |part: &str| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        parts.next() == Some(encoding) && !parts.any(refused)
    })
}

fn lists(known: &HeaderValue, tag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.to_str().is_ok_and(|known| known.split(',').any(|item| strong(item) == strong(tag) || item.trim() == "*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_used_only_where_it_is_welcome() {
        assert!(accepts("gzip, deflate, br", "br") && accepts("br;q=0.5", "br"));
        assert!(!accepts("gzip", "br") && !accepts("br;q=0", "br") && !accepts("", "br"));
    }

    #[test]
    fn a_tag_is_found_among_those_that_a_browser_knows() {
        let known = HeaderValue::from_static(r#"W/"aa", "bb""#);
        assert!(lists(&known, r#"W/"bb""#) && lists(&known, r#"W/"aa""#) && !lists(&known, r#"W/"cc""#));
    }
}
