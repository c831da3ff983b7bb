//! Coming in: sign-up, sign-in, and what strangers see.

use reqwest::StatusCode;

use super::browser::{Browser, PASSWORD};
use crate::{app::TestApp, person::client};

#[tokio::test]
async fn the_way_in_carries_no_script() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    for path in ["/sign-in", "/sign-up"] {
        let page = browser.get(path).await;
        page.is(StatusCode::OK).says("<form").lacks("<script").lacks("modulepreload").lacks(".wasm").lacks("onclick");
    }
}

#[tokio::test]
async fn a_refused_sign_in_says_so_and_keeps_the_name_but_never_the_password() {
    let app = TestApp::start().await;
    Browser::of(&app, "ada").await;
    let browser = Browser::new(&app);
    let page = browser.post("/sign-in", &[("login", "ada"), ("password", "wrong-one"), ("return", "/c/1")]).await;
    page.is(StatusCode::UNAUTHORIZED)
        .says("don’t match")
        .says(r#"value="ada""#)
        .lacks("wrong-one")
        .says(r#"value="/c/1""#);
    let page = browser.post("/sign-in", &[("login", "ada"), ("password", PASSWORD), ("return", "/rooms")]).await;
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/rooms"));
}

#[tokio::test]
async fn a_refused_sign_up_says_what_is_wrong_beside_the_field() {
    let app = TestApp::start().await;
    Browser::of(&app, "ada").await;
    let browser = Browser::new(&app);
    let page =
        browser.post("/sign-up", &[("username", "ADA"), ("email", "a@example.org"), ("password", PASSWORD)]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="username-problem""#).says(r#"value="a@example.org""#).lacks(PASSWORD);
    let page = browser.post("/sign-up", &[("username", "mira"), ("password", "short")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="password-problem""#).lacks(r#"value="short""#);
    let page = browser.post("/sign-up", &[]).await;
    page.is(StatusCode::BAD_REQUEST).says("A user name can’t be empty.");
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let app = TestApp::start().await;
    Browser::of(&app, "ada").await;
    for elsewhere in ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"] {
        let browser = Browser::new(&app);
        let fields = [("login", "ada"), ("password", PASSWORD), ("return", elsewhere)];
        assert_eq!(browser.post("/sign-in", &fields).await.location, "/", "{elsewhere}");
        let address = format!("/sign-in?return={elsewhere}");
        assert_eq!(browser.get(&address).await.location, "/", "{elsewhere}");
    }
}

#[tokio::test]
async fn strangers_are_sent_to_sign_in_and_back() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let page = Browser::new(&app).get("/c/1?at=2").await;
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/sign-in?return=/c/1%3Fat%3D2"));
    for path in ["/rooms", "/rooms/new", "/people", "/groups/new", "/settings", "/settings/sessions", "/c/1/details"] {
        assert!(Browser::new(&app).get(path).await.location.starts_with("/sign-in"), "{path}");
    }
    let page = ada.get("/sign-in?return=/people").await;
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/people"));
}

#[tokio::test]
async fn the_root_greets_programs_and_leads_people_to_the_public_chat() {
    let app = TestApp::start().await;
    let greeting = client().get(&app.url).send().await.unwrap().json::<serde_json::Value>().await.unwrap();
    assert_eq!(greeting["msg"], "hello");
    assert_eq!(Browser::new(&app).get("/").await.location, "/sign-in");
    assert!(Browser::of(&app, "ada").await.get("/").await.location.starts_with("/c/"));
}

#[tokio::test]
async fn too_many_attempts_are_told_in_place() {
    let app = TestApp::with(&["--rate-limit", "on"]).await;
    let browser = Browser::new(&app);
    let fields = [("login", "ada"), ("password", "wrong-one")];
    for _ in 0..100 {
        let page = browser.post("/sign-in", &fields).await;
        if page.status != StatusCode::UNAUTHORIZED {
            page.is(StatusCode::TOO_MANY_REQUESTS).says("Too many attempts.").says(r#"value="ada""#);
            return;
        }
    }
    panic!("a hundred attempts were let through");
}
