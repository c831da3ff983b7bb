//! The site's files. What is in `target/site` depends on what was built, so the tests bring a file of their own.

use std::{fs, path::PathBuf};

use reqwest::{Response, header};

use crate::{app::TestApp, person::client};

/// A file of the site while a test runs. A debug build reads the site from disk.
struct SiteFile(Vec<PathBuf>);

impl SiteFile {
    fn with(name: &str, copies: &[(&str, &str)]) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/site/pkg");
        fs::create_dir_all(&folder).expect("a folder");
        let write = |(ending, content): &(&str, &str)| {
            let path = folder.join(format!("{name}{ending}"));
            fs::write(&path, content).expect("written");
            path
        };
        Self(copies.iter().map(write).collect())
    }
}

impl Drop for SiteFile {
    fn drop(&mut self) {
        self.0.iter().for_each(|path| drop(fs::remove_file(path)));
    }
}

async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = client().get(format!("{}{path}", app.url));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer")
}

fn text<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn a_file_is_kept_for_good_only_under_the_name_of_its_content() {
    let _file = SiteFile::with("test-kept.js", &[("", "let kept = 1;")]);
    let app = TestApp::start().await;
    let response = get(&app, "/pkg/test-kept.js", &[]).await;
    assert_eq!(text(&response, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(text(&response, "cache-control"), "no-cache");
    let tag = text(&response, "etag").to_owned();
    assert_eq!(response.text().await.expect("a body"), "let kept = 1;");

    let hash = tag.trim_start_matches("W/").trim_matches('"');
    let current = get(&app, &format!("/pkg/test-kept.js?v={hash}"), &[]).await;
    assert_eq!(text(&current, "cache-control"), "public, max-age=31536000, immutable");
    let old = get(&app, "/pkg/test-kept.js?v=0123456789", &[]).await;
    assert_eq!(text(&old, "cache-control"), "no-cache");

    let unchanged = get(&app, "/pkg/test-kept.js", &[("if-none-match", &tag)]).await;
    assert_eq!(unchanged.status(), 304);
    assert!(unchanged.text().await.expect("no body").is_empty());
}

#[tokio::test]
async fn the_smallest_copy_that_a_browser_reads_is_sent() {
    let copies = [("", "plain".repeat(20)), (".br", "brotli".to_owned()), (".gz", "gzipped".to_owned())];
    let copies = copies.each_ref().map(|(ending, content)| (*ending, content.as_str()));
    let _file = SiteFile::with("test-copies.wasm", &copies);
    let app = TestApp::start().await;
    for (accepted, encoding, body) in [("gzip, deflate, br", "br", "brotli"), ("gzip", "gzip", "gzipped")] {
        let response = get(&app, "/pkg/test-copies.wasm", &[("accept-encoding", accepted)]).await;
        assert_eq!((text(&response, "content-encoding"), text(&response, "vary")), (encoding, "accept-encoding"));
        assert_eq!(text(&response, "content-type"), "application/wasm");
        assert_eq!(response.text().await.expect("a body"), body);
    }
    let plain = get(&app, "/pkg/test-copies.wasm", &[]).await;
    assert_eq!(text(&plain, "content-encoding"), "");
    assert_eq!(get(&app, "/pkg/test-copies.wasm.br", &[]).await.status(), 404);
}

#[tokio::test]
async fn nothing_outside_the_site_is_served() {
    let app = TestApp::start().await;
    for path in ["/pkg/../../Cargo.toml", "/pkg/%2e%2e/%2e%2e/Cargo.toml", "/..%2f..%2fCargo.toml", "/pkg/"] {
        let response = get(&app, path, &[]).await;
        assert_eq!(response.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn answers_are_compressed_on_the_way() {
    let app = TestApp::start().await;
    let page = get(&app, "/sign-in", &[(header::ACCEPT_ENCODING.as_str(), "br")]).await;
    assert_eq!(text(&page, "content-encoding"), "br");
}
