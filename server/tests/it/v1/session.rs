//! Sign-ins.

use reqwest::header;
use serde_json::json;

use super::client::Program;
use crate::{app::TestApp, person::PASSWORD};

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_it() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let ada = stranger.sign_up("ada").await;
    let sign_in = async |agent: &str| {
        let request = stranger.request(reqwest::Method::POST, "/sessions").header(header::USER_AGENT, agent);
        let told = stranger.send("/sessions", request.json(&json!({"login": "ADA", "password": PASSWORD}))).await;
        assert!(!told.headers.contains_key("set-cookie"));
        ada.with_token(&told.is(201)["token"])
    };
    let (phone, laptop) = (sign_in("phone").await, sign_in("laptop").await);
    let sessions = ada.get("/sessions").await.is(200);
    assert_eq!(sessions.column("current"), [false, false, true]);
    assert_eq!(sessions.column("user_agent")[..2], ["laptop", "phone"]);

    let id = sessions["items"][1]["id"].as_i64().expect("an id");
    ada.delete(&format!("/sessions/{id}")).await.is(204);
    phone.get("/account").await.is(401);
    ada.delete(&format!("/sessions/{id}")).await.is(404);
    laptop.delete("/sessions/current").await.is(204);
    laptop.get("/account").await.is(401);
    let (one, other) = (sign_in("one").await, sign_in("other").await);
    one.delete("/sessions").await.is(204);
    one.get("/account").await.is(200);
    for gone in [&ada, &other] {
        gone.get("/account").await.is(401);
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_told_alike() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    stranger.sign_up("ada").await;
    let wrong = stranger.post("/sessions", json!({"login": "ada", "password": "not it at all"})).await.is(401);
    let unknown = stranger.post("/sessions", json!({"login": "eve", "password": "not it at all"})).await.is(401);
    assert_eq!((&wrong.body, &wrong["error"]), (&unknown.body, &"wrong_password".into()));
}

#[tokio::test]
async fn nobody_ends_the_sign_in_of_another() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, eve) = (stranger.sign_up("ada").await, stranger.sign_up("eve").await);
    let id = ada.get("/sessions").await.is(200)["items"][0]["id"].as_i64().expect("an id");
    eve.delete(&format!("/sessions/{id}")).await.is(404);
    ada.get("/account").await.is(200);
}
