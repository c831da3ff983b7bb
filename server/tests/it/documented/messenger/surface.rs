//! What holds for all of its routes.

use reqwest::{Method, header};
use serde_json::json;

use super::register;
use crate::{
    app::TestApp,
    documented::client::{Api, Told},
};

/// Every documented route that requires a credential.
const CLOSED: [(Method, &str); 17] = [
    (Method::POST, "/api/auth/logout"),
    (Method::GET, "/api/messages"),
    (Method::POST, "/api/messages"),
    (Method::DELETE, "/api/messages/1"),
    (Method::GET, "/api/messages/private/2"),
    (Method::POST, "/api/messages/private/2"),
    (Method::DELETE, "/api/messages/private/2/1"),
    (Method::POST, "/api/files/"),
    (Method::POST, "/api/files"),
    (Method::GET, "/api/files/"),
    (Method::GET, "/api/files/1"),
    (Method::DELETE, "/api/files/1"),
    (Method::GET, "/api/files/public/1"),
    (Method::GET, "/api/files/private/1"),
    (Method::PUT, "/api/users/1"),
    (Method::DELETE, "/api/users/1"),
    (Method::DELETE, "/api/users/1/"),
];

#[tokio::test]
async fn every_route_but_the_open_ones_needs_a_credential() {
    let app = TestApp::start().await;
    register(&app, "ada").await;
    let stranger = Api::stranger(&app);
    for api in [stranger.clone(), stranger.with_token("forged"), stranger.with_token("")] {
        for (method, path) in CLOSED {
            let told = Told::of(api.request(method.clone(), path).json(&json!({"content": "x"}))).await;
            assert_eq!(told.to_string(), r#"401 {"message":"Please sign in."}"#, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn the_cookie_is_a_credential_too_but_not_for_pages_of_other_sites() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    Told::of(ada.by_cookie(Method::GET, "/api/files")).await.is(200);
    let post = |name, value| {
        let request = ada.by_cookie(Method::POST, "/api/messages").json(&json!({"content": "forged"}));
        request.header(name, value).send()
    };
    for (name, value, status) in [
        ("origin", "https://evil.example", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-origin", 201),
    ] {
        assert_eq!(post(name, value).await.expect("an answer").status(), status, "{name}: {value}");
    }
    assert_eq!(ada.get("/api/messages").await.body["messages"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_slash_at_the_end_makes_no_difference() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for path in
        ["/api/messages", "/api/messages/private/77", "/api/files", "/api/files/1", "/api/users", "/api/users/1"]
    {
        let (without, with) = (ada.get(path).await, ada.get(&format!("{path}/")).await);
        assert_eq!((without.status, without.text), (with.status, with.text), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_which_are_right() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for (method, path, allowed) in [
        (Method::GET, "/api/auth/login", "POST"),
        (Method::DELETE, "/api/messages", "GET,HEAD,POST"),
        (Method::GET, "/api/messages/1", "DELETE"),
        (Method::PUT, "/api/messages/private/2", "GET,HEAD,POST"),
        (Method::POST, "/api/files/1", "DELETE,GET,HEAD"),
        (Method::POST, "/api/users/1", "DELETE,GET,HEAD,PUT"),
    ] {
        let told = Told::of(ada.request(method.clone(), path)).await;
        let sentence = r#"405 {"message":"This address doesn’t take that method."}"#;
        assert_eq!(told.to_string(), sentence, "{method} {path}");
        let told: Vec<_> = told.headers[header::ALLOW].to_str().expect("text").split(',').map(str::to_owned).collect();
        let mut sorted = told.clone();
        sorted.sort_unstable();
        assert_eq!(sorted.join(","), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_must_be_json_whole_and_small_enough() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let routes = [
        (Method::POST, "/api/auth/register"),
        (Method::POST, "/api/auth/login"),
        (Method::POST, "/api/messages"),
        (Method::POST, "/api/messages/private/1"),
        (Method::POST, "/api/files"),
        (Method::PUT, "/api/users/1"),
    ];
    for (method, path) in routes {
        let request = || ada.request(method.clone(), path);
        let told = Told::of(request().form(&[("content", "x")])).await;
        assert_eq!(told.to_string(), r#"415 {"message":"The body must be application/json."}"#, "{path}");
        Told::of(request()).await.is(415);
        let typed = || request().header(header::CONTENT_TYPE, "application/json");
        let half = r#"{"username": "\ud800", "content": "\ud800", "filename": "\ud800"}"#;
        for body in ["", "{", "[]", "[\"x\"]", "null", "7", half, "{\"username\": \u{0}}"] {
            let told = Told::of(typed().body(body)).await.is(400);
            assert_eq!(told.body.as_object().map(serde_json::Map::len), Some(1), "{path} {}", told.text);
        }
        let told = Told::of(typed().body(" ".repeat(256 * 1024 + 1))).await;
        assert_eq!(told.to_string(), r#"413 {"message":"That is too large: the limit is 262144 bytes."}"#, "{path}");
    }
}

#[tokio::test]
async fn ids_that_are_no_numbers_lead_nowhere() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for path in ["/api/users/ada", "/api/files/x", "/api/files/public/x", "/api/files/private/99999999999999999999"] {
        ada.get(path).await.is(404);
    }
    ada.delete("/api/messages/1.5").await.is(404);
}
