//! What holds for all of its routes.

use reqwest::{Method, header};
use serde_json::{Value, json};

use super::{refusal, register, upload};
use crate::{
    app::TestApp,
    documented::client::{Api, Told},
};

#[tokio::test]
async fn every_route_but_the_open_ones_needs_a_credential() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    for (method, path) in [
        (Method::POST, "/auth/logout"),
        (Method::GET, "/projects"),
        (Method::POST, "/projects"),
        (Method::GET, "/projects/1/files"),
        (Method::POST, "/projects/1/files"),
        (Method::GET, "/projects/1/files/1"),
        (Method::DELETE, "/projects/1/files/1"),
        (Method::GET, "/conversations"),
        (Method::POST, "/conversations"),
        (Method::GET, "/conversations/1/messages"),
        (Method::POST, "/conversations/1/messages"),
        (Method::GET, "/conversations/users"),
    ] {
        for api in [&stranger, &stranger.with_token("forged")] {
            let told = Told::of(api.request(method.clone(), path).json(&json!({"name": "x"}))).await;
            assert_eq!((told.status, told.body), (401, refusal("Please sign in.")), "{method} {path}");
        }
    }
    assert_eq!(upload(&stranger, 1, "a.txt", "a").await.is(401).body, refusal("Please sign in."));
}

#[tokio::test]
async fn a_slash_at_the_end_makes_no_difference() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for path in ["/auth/check", "/projects", "/projects/1/files", "/conversations", "/conversations/users"] {
        let (without, with) = (ada.get(path).await, ada.get(&format!("{path}/")).await);
        assert_eq!((without.status, without.text), (with.status, with.text), "{path}");
    }
}

#[tokio::test]
async fn the_cookie_changes_nothing_for_pages_of_other_sites() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let post = |name, value| {
        let request = ada.by_cookie(Method::POST, "/projects").json(&json!({"name": "Forged"}));
        request.header(name, value).send()
    };
    for (name, value, status) in [
        ("origin", "https://evil.example", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-origin", 201),
    ] {
        let answer = post(name, value).await.expect("an answer");
        assert_eq!(answer.status(), status, "{name}: {value}");
        if status == 403 {
            let body: Value = answer.json().await.expect("JSON");
            assert!(body["error"].as_str().is_some_and(|sentence| sentence.starts_with("This came from another site")));
        }
    }
    assert_eq!(ada.get("/projects").await.column("id").len(), 1);
}

#[tokio::test]
async fn a_wrong_method_is_told_which_are_right() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for (method, path, allowed) in [
        (Method::GET, "/auth/login", "POST"),
        (Method::POST, "/auth/check", "GET,HEAD"),
        (Method::DELETE, "/projects", "GET,HEAD,POST"),
        (Method::PUT, "/projects/1/files", "GET,HEAD,POST"),
        (Method::POST, "/projects/1/files/1", "DELETE,GET,HEAD"),
        (Method::PATCH, "/conversations", "GET,HEAD,POST"),
        (Method::DELETE, "/conversations/1/messages", "GET,HEAD,POST"),
    ] {
        let told = Told::of(ada.request(method.clone(), path)).await.is(405);
        assert_eq!(told.body, refusal("This address doesn’t take that method."), "{method} {path}");
        let mut methods: Vec<_> = told.headers[header::ALLOW].to_str().expect("text").split(',').collect();
        methods.sort_unstable();
        assert_eq!(methods.join(","), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_must_be_json_whole_and_small_enough() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for path in ["/auth/register", "/auth/login", "/projects", "/conversations", "/conversations/1/messages"] {
        let request = || ada.request(Method::POST, path);
        let told = Told::of(request().form(&[("name", "x")])).await.is(415);
        assert_eq!(told.body, refusal("The body must be application/json."), "{path}");
        let typed = || request().header(header::CONTENT_TYPE, "application/json");
        for body in ["", "{", "[1]", "null", "7"] {
            let told = Told::of(typed().body(body)).await.is(400);
            assert_eq!(told.body["error"], told.body["message"], "{path} {body}");
        }
        let told = Told::of(typed().body(" ".repeat(256 * 1024 + 1))).await.is(413);
        assert_eq!(told.body, refusal("That is too large: the limit is 262144 bytes."), "{path}");
    }
}
