//! One's own account, by forms.

use reqwest::{StatusCode, header};

use super::browser::{Browser, PASSWORD, Page};
use crate::{app::TestApp, wire::Socket};

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

/// The token that the page shows.
fn shown(page: &Page) -> String {
    let rest = page.body.split_once("value=\"confab_").unwrap_or_else(|| panic!("no token in {}", page.body)).1;
    format!("confab_{}", rest.split('"').next().expect("has an end"))
}

#[tokio::test]
async fn an_access_token_is_shown_once_and_lets_a_program_in_until_it_is_revoked() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    ada.get("/settings").await.says(r#"href="/settings/tokens""#).says("Access tokens");
    let form = [("name", "Backup <script>"), ("days", "30")];
    let response = ada.client.post(format!("{}/settings/tokens", app.url)).form(&form).send().await.expect("an answer");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let page = Page::of(response).await;
    page.is(StatusCode::OK).says("Copy it now").says("Backup &lt;script&gt;").says("Never used").says("readonly");
    assert_eq!(page.location, "", "no address carries it");
    let token = shown(&page);

    let program = Browser::new(&app);
    let start = || program.client.get(format!("{}/settings", app.url)).bearer_auth(&token).send();
    assert_eq!(start().await.expect("an answer").status(), StatusCode::OK);
    let page = ada.get("/settings/tokens").await;
    page.lacks("confab_").says("Last used").says("Ends ");
    let revoke = format!("/settings/tokens/{}/revoke", Browser::first(&page, "/settings/tokens/"));
    Browser::of(&app, "mira").await.post(&revoke, &[]).await.is(StatusCode::NOT_FOUND);
    ada.submit(&revoke, &[]).await.says("That token is revoked.").lacks("Backup");
    assert_eq!(start().await.expect("an answer").status(), StatusCode::SEE_OTHER, "it is sent to sign in");
}

#[tokio::test]
async fn a_program_listens_until_its_token_is_revoked() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let page = ada.post("/settings/tokens", &[("name", "Bot"), ("days", "")]).await;
    let bearer = format!("Bearer {}", shown(&page));
    let mut socket = Socket::open(&app.url, &[("authorization", &bearer)]).await.expect("a socket");
    socket.resume(Some(0), None, &[]).await;
    ada.post(&format!("/settings/tokens/{}/revoke", Browser::first(&page, "/settings/tokens/")), &[]).await;
    assert_eq!(socket.closed().await, Some(4001));
}

#[tokio::test]
async fn an_access_token_that_cannot_be_made_is_refused_in_place() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let page = ada.post("/settings/tokens", &[("name", " "), ("days", "365")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="name-problem""#).says(r#"<option value="365" selected"#);
    for days in ["0", "soon", "99999"] {
        let page = ada.post("/settings/tokens", &[("name", "Backup"), ("days", days)]).await;
        page.is(StatusCode::BAD_REQUEST).says(r#"id="days-problem""#).says(r#"value="Backup""#).lacks("confab_");
    }
    ada.get("/settings/tokens").await.lacks("Revoke");
    ada.post("/settings/tokens", &[("name", "Backup"), ("days", "")]).await.says("Good until revoked");
}
