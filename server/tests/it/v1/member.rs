//! Who is in a conversation.

use serde_json::{Value, json};

use super::client::{Program, column};
use crate::app::TestApp;

#[tokio::test]
async fn members_are_added_appointed_and_removed() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob, eve) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await, stranger.sign_up("eve").await);
    let members = format!("/conversations/{}/members", ada.room("plans", true).await);
    ada.post(&members, json!({"people": [bob.id, eve.id, bob.id]})).await.is(204);
    let listed = bob.get(&members).await.is(200);
    assert_eq!(listed.column("role"), ["owner", "member", "member"]);
    assert_eq!(bob.get(&format!("{members}?search=EV")).await.is(200)["items"][0]["user"]["username"], "eve");

    let (of_bob, of_ada) = (format!("{members}/{}", bob.id), format!("{members}/{}", ada.id));
    eve.delete(&of_bob).await.is(403);
    ada.patch(&of_bob, json!({"role": "admin"})).await.is(204);
    bob.delete(&format!("{members}/{}", eve.id)).await.is(204);
    eve.get(&members).await.is(404);
    bob.delete(&of_ada).await.is(403);
    ada.patch(&of_ada, json!({"role": "member"})).await.is(409);
    ada.patch(&of_bob, json!({"role": "chief"})).await.is(400);
    ada.patch(&format!("{members}/{}", eve.id), json!({"role": "admin"})).await.is(404);
}

#[tokio::test]
async fn nobody_is_added_who_is_not_there() {
    let app = TestApp::start().await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let members = format!("/conversations/{}/members", ada.room("plans", true).await);
    assert_eq!(ada.post(&members, json!({"people": [1000]})).await.is(400)["field"], "people");
    ada.post(&members, json!({"people": []})).await.is(400);
    assert_eq!(ada.all(&members).await.len(), 1);
}

#[tokio::test]
async fn every_member_is_listed_once_while_others_come() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let ada = stranger.sign_up("ada").await;
    let room = ada.room("bridges", false).await;
    for name in ["bob", "eve"] {
        let person = stranger.sign_up(name).await;
        person.put(&format!("/conversations/{room}/membership"), Value::Null).await.is(200);
    }
    let path = format!("/conversations/{room}/members?limit=2");
    let first = ada.get(&path).await.is(200);
    let late = stranger.sign_up("aaron").await;
    late.put(&format!("/conversations/{room}/membership"), Value::Null).await.is(200);
    let users = column(&ada.rest(&path, first).await, "user");
    assert_eq!(column(&users, "username"), ["ada", "bob", "eve", "aaron"]);
}
