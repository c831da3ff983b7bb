//! Hostile names, and addresses that lead nowhere.

use reqwest::{StatusCode, header};

use super::browser::{Browser, Page};
use crate::app::TestApp;

#[tokio::test]
async fn hostile_names_are_shown_as_text() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let hostile = r#""><img src=x onerror=alert(1)>"#;
    ada.submit("/settings", &[("username", "ada"), ("display_name", hostile)]).await.says("Your changes are saved.");
    let room = ada.room(hostile, false).await;
    let paths =
        ["/rooms", "/people", "/settings", &room, &format!("{room}/details"), "/rooms?search=%22%3E%3Cimg+src%3Dx"];
    for path in paths {
        ada.get(path).await.is(StatusCode::OK).lacks("<img");
    }
    Browser::new(&app).post("/sign-in", &[("login", hostile), ("password", "x")]).await.lacks("<img");
    ada.get("/settings?done=%3Cimg%3E").await.lacks("<img").lacks(r#"role="status""#);
}

#[tokio::test]
async fn what_is_not_there_is_told_on_a_page() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    for path in ["/no-such-page", "/c/999", "/c/999/details", "/c/x", "/c/x/details"] {
        ada.get(path).await.is(StatusCode::NOT_FOUND).says("Nothing here").says("Back to the chat");
    }
    let url = format!("{}/rooms", app.url);
    let malformed = ada
        .client
        .post(url)
        .header(header::CONTENT_TYPE, "application/json")
        .body("{}")
        .send()
        .await
        .expect("an answer");
    Page::of(malformed).await.is(StatusCode::BAD_REQUEST).says("<!DOCTYPE html>");
}
