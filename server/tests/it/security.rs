//! What other sites, scripts and frames can't do.

use reqwest::{RequestBuilder, header};

use crate::{
    app::TestApp,
    person::{PAGE, PASSWORD, client},
};

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn other_sites_can_change_nothing_with_the_cookie() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let sign_out =
        || client().post(format!("{}/sign-out", app.url)).header("cookie", format!("confab_session={}", ada.token));
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
    ] {
        assert_eq!(status(sign_out().header(name, value)).await, 403, "{name}: {value}");
    }
    assert!(ada.is_signed_in().await, "nothing was changed");
    // What names neither header is no browser.
    assert_eq!(status(sign_out()).await, 303);
}

#[tokio::test]
async fn other_sites_can_sign_no_one_in() {
    let app = TestApp::start().await;
    app.user("eve").await;
    for (path, field) in [("/sign-in", "login"), ("/sign-up", "username")] {
        let form = client().post(format!("{}{path}", app.url)).form(&[(field, "eve"), ("password", PASSWORD)]);
        assert_eq!(status(form.header("origin", "https://evil.example")).await, 403, "{path}");
    }
}

#[tokio::test]
async fn the_public_address_counts_as_the_places_own() {
    let app = TestApp::with(&["--public-url", "https://chat.example.org"]).await;
    let ada = app.user("ada").await;
    let sign_out =
        client().post(format!("{}/sign-out", app.url)).header("cookie", format!("confab_session={}", ada.token));
    assert_eq!(status(sign_out.header("origin", "https://chat.example.org")).await, 303);
}

#[tokio::test]
async fn only_scripts_of_this_very_page_run() {
    let app = TestApp::start().await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let response = client().get(format!("{}/sign-in", app.url)).header(header::ACCEPT, PAGE).send().await;
        let response = response.expect("a page");
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
        let directive = |name: &str| {
            let found = policy.split("; ").find(|directive| directive.starts_with(name));
            found.unwrap_or_else(|| panic!("{name} in {policy}")).to_owned()
        };
        let scripts = directive("script-src ");
        assert!(!scripts.contains("unsafe-inline") && !scripts.contains("'unsafe-eval'"), "{scripts}");
        for fixed in ["frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "form-action 'self'"] {
            directive(fixed);
        }
        let nonce = scripts.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\'')).expect("a nonce").0;
        assert_eq!(nonce.len(), 32);
        nonces.push(nonce.to_owned());
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn every_answer_says_how_it_may_be_used() {
    let app = TestApp::start().await;
    for path in ["/sign-in", "/healthz", "/nowhere"] {
        let response = client().get(format!("{}{path}", app.url)).send().await.expect("an answer");
        let headers = response.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "same-origin");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert!(headers.contains_key("permissions-policy") && headers.contains_key("content-security-policy"));
        assert_eq!(headers["x-request-id"].len(), 16);
    }
}
