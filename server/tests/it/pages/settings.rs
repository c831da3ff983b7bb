//! One's own account, by forms.

use reqwest::StatusCode;

use super::browser::{Browser, PASSWORD};
use crate::app::TestApp;

#[tokio::test]
async fn a_profile_is_changed_and_a_bad_one_refused_in_place() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let fields = [("username", "ada"), ("display_name", "Ada Vance"), ("email", "ada@example.org"), ("avatar_url", "")];
    ada.submit("/settings", &fields).await.says("Your changes are saved.").says("Ada Vance").says("ada@example.org");
    let page = ada.post("/settings", &[("username", "ada"), ("avatar_url", "javascript:alert(1)")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="avatar_url-problem""#);
    ada.get("/settings").await.lacks("javascript:");
    ada.submit("/settings/appearance", &[("theme", "dark")]).await.says(r#"data-theme="dark""#);
}

#[tokio::test]
async fn devices_are_listed_and_signed_out() {
    let app = TestApp::start().await;
    let (here, there) = (Browser::of(&app, "ada").await, Browser::new(&app));
    there.post("/sign-in", &[("login", "ada"), ("password", PASSWORD)]).await;
    let page = here.get("/settings/sessions").await;
    page.says("Firefox on Linux").says("This device").says("Sign out all others");
    let other = format!("/settings/sessions/{}/end", Browser::first(&page, "/settings/sessions/"));
    here.submit(&other, &[]).await.says("That device is signed out.").lacks("Sign out all others");
    assert!(there.get("/settings").await.location.starts_with("/sign-in"));

    there.post("/sign-in", &[("login", "ada"), ("password", PASSWORD)]).await;
    here.submit("/settings/sessions/end-others", &[]).await.says("All your other devices are signed out.");
    assert!(there.get("/settings").await.location.starts_with("/sign-in"));
    here.submit("/sign-out", &[]).await.says("You’re signed out.");
    assert!(here.get("/settings").await.location.starts_with("/sign-in"));
}

#[tokio::test]
async fn a_new_password_needs_the_old_one() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let page = ada.post("/settings/password", &[("current", "not it at all"), ("password", "another password")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="current-problem""#).lacks("another password");
    ada.submit("/settings/password", &[("current", PASSWORD), ("password", "another password")])
        .await
        .says("Your password is changed.");
    let fields = [("login", "ada"), ("password", PASSWORD)];
    Browser::new(&app).post("/sign-in", &fields).await.is(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_account_is_deactivated_with_its_password() {
    let app = TestApp::start().await;
    let (_admin, mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let page = mira.post("/settings/account", &[("password", "not mine")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="password-problem""#).says("<details open");
    mira.submit("/settings/account", &[("password", PASSWORD)]).await.says("Your account is deactivated.");
    let fields = [("login", "mira"), ("password", PASSWORD)];
    mira.post("/sign-in", &fields).await.is(StatusCode::UNAUTHORIZED);
}
