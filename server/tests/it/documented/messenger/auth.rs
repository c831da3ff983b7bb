//! `/api/auth`.

use serde_json::json;

use super::register;
use crate::{
    app::TestApp,
    documented::client::Api,
    person::{PASSWORD, Person},
};

#[tokio::test]
async fn post_auth_register_makes_an_account() {
    let app = TestApp::start().await;
    let body = json!({
        "username": "johndoe", "email": "john@example.com", "password": PASSWORD,
        "avatar_url": "http://example.com/avatar.jpg",
    });
    let told = Api::stranger(&app).post("/api/auth/register", &body).await;
    assert_eq!(
        told.to_string(),
        r#"201 {"message":"User registered successfully","user":{"id":1,"username":"johndoe","email":"john@example.com","avatar_url":"http://example.com/avatar.jpg"}}"#
    );
    assert!(!told.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn post_auth_register_leaves_no_sign_in_behind() {
    let app = TestApp::start().await;
    let body = json!({"username": "ada", "email": "ada@example.com", "password": PASSWORD});
    Api::stranger(&app).post("/api/auth/register", &body).await.is(201);
    let ada = Person::sign_in(&app.url, "ada").await;
    let sessions = ada.get("/settings/sessions").await.text().await.expect("a page");
    assert_eq!(sessions.matches("/settings/sessions/").count(), 0, "the one that asks is the only one: {sessions}");
}

#[tokio::test]
async fn post_auth_register_refuses_what_is_missing_or_taken() {
    let app = TestApp::start().await;
    register(&app, "ada").await;
    let stranger = Api::stranger(&app);
    let whole = json!({"username": "lin", "email": "lin@example.com", "password": PASSWORD});
    for field in ["username", "email", "password"] {
        let mut body = whole.clone();
        body.as_object_mut().expect("an object").remove(field);
        let told = stranger.post("/api/auth/register", &body).await.is(400);
        assert!(told.body["message"].as_str().expect("a sentence").contains(field), "{}", told.text);
        for wrong in [json!(null), json!(7), json!(" ")] {
            body[field] = wrong;
            stranger.post("/api/auth/register", &body).await.is(400);
        }
    }
    for (field, value, sentence) in [
        ("username", "ADA", "That user name is taken."),
        ("username", "new_public_message", "That user name is reserved."),
        ("email", "Ada@example.com", "That e-mail address is in use."),
        ("email", "lin", "That doesn’t look like an e-mail address."),
        ("password", "short", "A password needs at least 8 characters."),
        ("avatar_url", "javascript:alert(1)", "That doesn’t look like a web address (https://…)."),
    ] {
        let mut body = whole.clone();
        body[field] = value.into();
        let told = stranger.post("/api/auth/register", &body).await.is(400);
        assert_eq!(told.body, json!({"message": sentence}));
    }
    stranger.post("/api/auth/register", &whole).await.is(201);
}

#[tokio::test]
async fn post_auth_login_gives_a_token() {
    let app = TestApp::start().await;
    register(&app, "ada").await;
    let body = json!({"username": "ada", "password": PASSWORD});
    let told = Api::stranger(&app).post("/api/auth/login", &body).await;
    assert_eq!(
        told.to_string(),
        r#"200 {"message":"Login successful","access_token":"TOKEN","user":{"id":1,"username":"ada","email":"ada@example.com","avatar_url":null}}"#
    );
    assert!(!told.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn post_auth_login_says_the_same_of_an_unknown_user_and_of_a_wrong_password() {
    let app = TestApp::start().await;
    register(&app, "ada").await;
    let stranger = Api::stranger(&app);
    for name in ["ada", "nobody"] {
        let told = stranger.post("/api/auth/login", &json!({"username": name, "password": "a guess of mine"})).await;
        assert_eq!(told.to_string(), r#"401 {"message":"Invalid credentials"}"#);
    }
    for body in
        [json!({}), json!({"username": "ada"}), json!({"password": PASSWORD}), json!({"username": 1, "password": 2})]
    {
        stranger.post("/api/auth/login", &body).await.is(400);
    }
}

#[tokio::test]
async fn post_auth_logout_revokes_the_token_at_once_and_closes_its_sockets() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let mut socket = ada.person("ada").listen().await;
    let told = ada.post("/api/auth/logout", &json!({})).await;
    assert_eq!(told.to_string(), r#"200 {"message":"Logout successful"}"#);
    assert_eq!(socket.closed().await, Some(4001));
    let told = ada.get("/api/messages").await;
    assert_eq!(told.to_string(), r#"401 {"message":"Please sign in."}"#);
    ada.post("/api/auth/logout", &json!({})).await.is(401);
}

#[tokio::test]
async fn post_auth_logout_needs_no_body() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let told = crate::documented::client::Told::of(ada.request(reqwest::Method::POST, "/api/auth/logout")).await;
    told.is(200);
}

#[tokio::test]
async fn an_account_of_this_document_signs_in_everywhere_and_the_other_way_round() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    assert!(ada.person("ada").is_signed_in().await, "the token is good for pages");
    assert!(Person::sign_in(&app.url, "ada").await.is_signed_in().await);
    app.user("lin").await;
    let body = json!({"username": "lin", "password": PASSWORD});
    Api::stranger(&app).post("/api/auth/login", &body).await.is(200);
    let body = json!({"username": "ada@example.com", "password": PASSWORD});
    Api::stranger(&app).post("/api/auth/login", &body).await.is(200);
}
