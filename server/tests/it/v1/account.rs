//! Accounts: made, looked at, changed, closed.

use serde_json::{Value, json};

use super::client::{Program, column};
use crate::{app::TestApp, person::PASSWORD};

#[tokio::test]
async fn a_new_account_is_signed_in_and_gets_no_cookie() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let new = json!({"username": "ada", "password": PASSWORD, "display_name": "Ada", "email": "ada@example.org"});
    let told = stranger.post("/accounts", new).await.is(201);
    assert!(!told.headers.contains_key("set-cookie"), "tokens are for programs");
    assert_eq!((&told["user"]["display_name"], &told["user"]["admin"]), (&"Ada".into(), &true.into()));
    let ada = stranger.with_token(&told["token"]);
    let account = ada.get("/account").await.is(200);
    assert_eq!((&account["email"], &account["theme"]), (&"ada@example.org".into(), &"system".into()));
    assert!(account["avatar_url"].is_null());
}

#[tokio::test]
async fn what_a_field_can_not_be_is_said_with_its_name() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    stranger.sign_up("ada").await;
    for (field, value) in [
        ("username", "ADA"),
        ("username", "message"),
        ("username", "a@b"),
        ("password", "short"),
        ("email", "nowhere"),
        ("avatar_url", "javascript:alert(1)"),
    ] {
        let mut new = json!({"username": "grace", "password": PASSWORD});
        new[field] = value.into();
        let told = stranger.post("/accounts", new).await.is(400);
        assert_eq!((&told["error"], &told["field"]), (&"invalid".into(), &field.into()), "{value}");
    }
    for body in [json!({}), json!([]), json!({"username": "grace"}), json!({"username": 7, "password": PASSWORD})] {
        stranger.post("/accounts", body).await.is(400);
    }
}

#[tokio::test]
async fn a_misspelt_field_is_refused_rather_than_passed_over() {
    let app = TestApp::start().await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let told = ada.patch("/account", json!({"displayname": "Ada"})).await.is(400);
    assert!(told.text.contains("displayname"), "{}", told.text);
}

#[tokio::test]
async fn a_change_leaves_the_rest_and_null_clears() {
    let app = TestApp::start().await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let change = json!({"email": "ada@example.org", "avatar_url": "https://example.org/a.png", "theme": "dark"});
    ada.patch("/account", change).await.is(200);
    let told = ada.patch("/account", json!({"email": null, "display_name": "Countess"})).await.is(200);
    let expected = (&Value::Null, &"https://example.org/a.png".into(), &"Countess".into(), &"dark".into());
    assert_eq!((&told["email"], &told["avatar_url"], &told["display_name"], &told["theme"]), expected);
    ada.patch("/account", json!({"username": null})).await.is(400);
    assert_eq!(ada.get("/account").await.is(200)["username"], "ada");
}

#[tokio::test]
async fn a_new_password_ends_the_other_sign_ins_and_no_access_token() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let ada = stranger.sign_up("ada").await;
    let sign_in = |password: &'static str| stranger.post("/sessions", json!({"login": "ada", "password": password}));
    let other = ada.with_token(&sign_in(PASSWORD).await.is(201)["token"]);
    let token = ada.with_token(&ada.post("/tokens", json!({"name": "backup"})).await.is(201)["token"]);

    let wrong = ada.put("/account/password", json!({"current": "no", "password": "staple after staple"})).await.is(400);
    assert_eq!(wrong["field"], "current");
    ada.put("/account/password", json!({"current": PASSWORD, "password": "staple after staple"})).await.is(204);
    ada.get("/account").await.is(200);
    other.get("/account").await.is(401);
    token.get("/account").await.is(200);
    sign_in(PASSWORD).await.is(401);
    sign_in("staple after staple").await.is(201);
}

#[tokio::test]
async fn a_closed_account_lets_nobody_in_and_is_still_known() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, grace) = (stranger.sign_up("ada").await, stranger.sign_up("grace").await);
    let token = grace.with_token(&grace.post("/tokens", json!({"name": "backup"})).await.is(201)["token"]);
    let conflict = ada.post("/account/deactivate", json!({"password": PASSWORD})).await.is(409);
    assert_eq!(conflict["error"], "conflict");
    grace.post("/account/deactivate", json!({"password": "not it"})).await.is(400);
    grace.post("/account/deactivate", json!({"password": PASSWORD})).await.is(204);
    for gone in [&grace, &token] {
        gone.get("/account").await.is(401);
    }
    stranger.post("/sessions", json!({"login": "grace", "password": PASSWORD})).await.is(401);
    let told = ada.get(&format!("/users/{}", grace.id)).await.is(200);
    assert_eq!((&told["user"]["deactivated"], &told["online"]), (&true.into(), &false.into()));
    let users = column(&ada.all("/users").await, "user");
    assert_eq!(column(&users, "username"), ["ada"]);
}

#[tokio::test]
async fn the_place_tells_its_limits_to_everyone() {
    let app = TestApp::start().await;
    let place = Program::stranger(&app).await.get("/place").await.is(200);
    assert_eq!((place.number("max_message_bytes"), place["name"].as_str()), (16 * 1024, Some("Confab")));
}
