//! `/auth`: accounts and the session cookie.

use reqwest::Method;
use serde_json::json;

use super::{cookie_token, refusal, register};
use crate::{
    app::TestApp,
    documented::client::{Api, Told},
    person::{PASSWORD, Person},
};

#[tokio::test]
async fn post_auth_register_makes_an_account_and_signs_it_in() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    let told = stranger.post("/auth/register", &json!({"username": "ada", "password": PASSWORD})).await;
    assert_eq!(told.to_string(), r#"201 {"message":"User registered successfully","user_id":1,"username":"ada"}"#);
    let cookie = told.headers["set-cookie"].to_str().expect("text");
    for part in ["confab_session=", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "a browser would refuse it over plain HTTP: {cookie}");
    let ada = stranger.with_token(&cookie_token(&told));
    Told::of(ada.by_cookie(Method::GET, "/projects")).await.is(200);
}

#[tokio::test]
async fn the_cookie_is_secure_where_people_come_by_https() {
    let app = TestApp::with(&["--public-url", "https://chat.example.org"]).await;
    let body = json!({"username": "ada", "password": PASSWORD});
    for (path, status) in [("/auth/register", 201), ("/auth/login", 200)] {
        let told = Api::stranger(&app).post(path, &body).await.is(status);
        assert!(told.headers["set-cookie"].to_str().expect("text").contains("; Secure"), "{path}");
    }
}

#[tokio::test]
async fn post_auth_register_refuses_what_is_missing_or_taken() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    let ada = json!({"username": "ada", "password": PASSWORD, "email": "ada@example.org"});
    stranger.post("/auth/register", &ada).await.is(201);
    for (body, sentence) in [
        (json!({"username": " ", "password": PASSWORD}), "A user name can’t be empty."),
        (json!({"username": "x".repeat(65), "password": PASSWORD}), "A user name has at most 64 characters."),
        (json!({"username": "ADA", "password": PASSWORD}), "That user name is taken."),
        (json!({"username": "status", "password": PASSWORD}), "That user name is reserved."),
        (json!({"username": "lin", "password": "short"}), "A password needs at least 8 characters."),
        (
            json!({"username": "lin", "password": PASSWORD, "email": "ADA@example.org"}),
            "That e-mail address is in use.",
        ),
    ] {
        let told = stranger.post("/auth/register", &body).await.is(400);
        assert_eq!(told.body, refusal(sentence), "{body}");
        assert!(!told.headers.contains_key("set-cookie"));
    }
    for body in
        [json!({}), json!({"username": "lin"}), json!({"password": PASSWORD}), json!({"username": 1, "password": 2})]
    {
        let told = stranger.post("/auth/register", &body).await.is(400);
        assert_eq!(told.body["error"], told.body["message"]);
    }
}

#[tokio::test]
async fn post_auth_login_sets_the_cookie() {
    let app = TestApp::start().await;
    register(&app, "ada").await;
    let stranger = Api::stranger(&app);
    let told = stranger.post("/auth/login", &json!({"username": "ada", "password": PASSWORD})).await;
    assert_eq!(told.to_string(), r#"200 {"message":"Login successful","user_id":1,"username":"ada"}"#);
    let ada = stranger.with_token(&cookie_token(&told));
    Told::of(ada.by_cookie(Method::GET, "/auth/check")).await.is(200);
    assert!(Person::sign_in(&app.url, "ada").await.is_signed_in().await, "and the account is good for the pages");
}

#[tokio::test]
async fn post_auth_login_says_the_same_of_an_unknown_user_and_of_a_wrong_password() {
    let app = TestApp::start().await;
    register(&app, "ada").await;
    for name in ["ada", "nobody"] {
        let body = json!({"username": name, "password": "a guess of mine"});
        let told = Api::stranger(&app).post("/auth/login", &body).await;
        assert_eq!(told.to_string(), r#"401 {"error":"Invalid credentials","message":"Invalid credentials"}"#);
        assert!(!told.headers.contains_key("set-cookie"));
    }
    for body in [json!({}), json!({"username": "ada"}), json!({"password": PASSWORD})] {
        Api::stranger(&app).post("/auth/login", &body).await.is(400);
    }
}

#[tokio::test]
async fn post_auth_logout_revokes_the_session_and_clears_the_cookie() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let mut socket = ada.person("ada").listen().await;
    let told = Told::of(ada.by_cookie(Method::POST, "/auth/logout")).await;
    assert_eq!(told.to_string(), r#"200 {"message":"Logged out successfully"}"#);
    assert!(told.headers["set-cookie"].to_str().expect("text").starts_with("confab_session=; "));
    assert_eq!(socket.closed().await, Some(4001));
    Told::of(ada.by_cookie(Method::GET, "/projects")).await.is(401);
    ada.get("/projects").await.is(401);
    assert_eq!(ada.post("/auth/logout", &json!({})).await.is(401).body, refusal("Please sign in."));
}

#[tokio::test]
async fn get_auth_check_says_who_is_signed_in() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for request in [ada.by_cookie(Method::GET, "/auth/check"), ada.request(Method::GET, "/auth/check")] {
        assert_eq!(Told::of(request).await.to_string(), r#"200 {"authenticated":true,"user_id":1,"username":"ada"}"#);
    }
    let stranger = Api::stranger(&app);
    for api in [&stranger, &stranger.with_token("forged")] {
        let told = api.get("/auth/check").await;
        assert_eq!(
            told.to_string(),
            r#"401 {"authenticated":false,"error":"Please sign in.","message":"Please sign in."}"#
        );
    }
}
