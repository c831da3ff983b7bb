//! Access tokens.

use serde_json::json;

use super::client::Program;
use crate::app::TestApp;

#[tokio::test]
async fn a_token_acts_for_its_owner_until_it_is_revoked() {
    let app = TestApp::start().await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let made = ada.post("/tokens", json!({"name": " backup ", "days": 90})).await.is(201);
    assert_eq!(made["access_token"]["name"], "backup");
    assert!(!made["access_token"]["expires_at"].is_null());
    let script = ada.with_token(&made["token"]);
    assert_eq!(script.get("/account").await.is(200)["username"], "ada");

    let listed = ada.get("/tokens").await.is(200);
    assert_eq!(listed.column("name"), ["backup"]);
    assert!(!listed.text.contains("confab_"), "the token itself is shown once");
    assert_eq!(ada.get("/sessions").await.is(200).column("current"), [true], "it is no sign-in");

    let id = made["access_token"]["id"].as_i64().expect("an id");
    ada.delete(&format!("/tokens/{id}")).await.is(204);
    script.get("/account").await.is(401);
    ada.delete(&format!("/tokens/{id}")).await.is(404);
    assert!(ada.all("/tokens").await.is_empty());
}

#[tokio::test]
async fn a_token_makes_no_tokens_and_can_end_itself() {
    let app = TestApp::start().await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let script = ada.with_token(&ada.post("/tokens", json!({"name": "backup"})).await.is(201)["token"]);
    script.post("/tokens", json!({"name": "another"})).await.is(403);
    script.delete("/sessions/current").await.is(204);
    script.get("/account").await.is(401);
    ada.get("/account").await.is(200);
}

#[tokio::test]
async fn a_token_has_a_name_and_a_life_within_limits() {
    let app = TestApp::start().await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    for (new, field) in [
        (json!({"name": " "}), "name"),
        (json!({"name": "x", "days": 0}), "days"),
        (json!({"name": "x", "days": 3651}), "days"),
    ] {
        assert_eq!(ada.post("/tokens", new).await.is(400)["field"], field);
    }
    for _ in 0..50 {
        ada.post("/tokens", json!({"name": "one of many"})).await.is(201);
    }
    ada.post("/tokens", json!({"name": "one too many"})).await.is(409);
    assert_eq!(ada.all("/tokens?limit=20").await.len(), 50);
}
