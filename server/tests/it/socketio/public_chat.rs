//! The public chat of the fifth document: who is there, who comes and goes.

use serde_json::{Value, json};

use super::client::{Client, ids};
use crate::app::TestApp;

async fn come(client: &mut Client) -> Value {
    client.emit("join_public", Value::Null).await;
    client.until("user_joined").await
}

#[tokio::test]
async fn everyone_there_hears_who_comes_and_who_goes() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (bob_id, _) = ids(&bob).await;
    let (mut first, mut second) = (Client::enter(&ada).await, Client::enter(&bob).await);
    assert_eq!(come(&mut first).await["username"], "ada");
    let joined = come(&mut second).await;
    assert_eq!((&joined["user_id"], &joined["username"]), (&json!(bob_id), &json!("bob")));
    assert!(joined["message"].as_str().is_some_and(|text| text.contains("bob")));
    assert_eq!(first.until("user_joined").await, joined);

    second.call("leave_public", Value::Null).await;
    let left = first.until("user_left").await;
    assert_eq!((&left["user_id"], &left["username"]), (&json!(bob_id), &json!("bob")));
    come(&mut second).await;
    assert_eq!(first.until("user_joined").await["user_id"], json!(bob_id));
    drop(second);
    assert_eq!(first.until("user_left").await, left, "a client that is gone has left");
}

#[tokio::test]
async fn a_person_with_several_clients_comes_and_goes_once() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (bob_id, _) = ids(&bob).await;
    let mut witness = Client::enter(&ada).await;
    come(&mut witness).await;
    let (mut desk, mut phone) = (Client::enter(&bob).await, Client::enter_polling(&bob).await);
    come(&mut desk).await;
    assert_eq!(come(&mut phone).await["user_id"], json!(bob_id), "each is answered");
    come(&mut phone).await;
    assert_eq!(phone.call("get_online_users", Value::Null).await["users"].as_array().map(Vec::len), Some(2));
    desk.call("leave_public", Value::Null).await;
    desk.call("leave_public", Value::Null).await;
    phone.emit("leave_public", Value::Null).await;
    assert_eq!(witness.names_until("user_left").await, ["user_joined", "user_left"]);
    come(&mut desk).await;
    assert_eq!(witness.names_until("user_joined").await, ["user_joined"], "and nothing else in between");
}

#[tokio::test]
async fn who_is_there_is_told_once_each() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let ((ada_id, _), (bob_id, _)) = (ids(&ada).await, ids(&bob).await);
    let mut outside = Client::enter(&app.user("eve").await).await;
    let (mut one, mut two, mut other) =
        (Client::enter(&ada).await, Client::enter(&ada).await, Client::enter(&bob).await);
    for client in [&mut one, &mut two, &mut other] {
        come(client).await;
    }
    let expected = json!({"users": [
        {"id": ada_id, "username": "ada", "avatar_url": null},
        {"id": bob_id, "username": "bob", "avatar_url": null},
    ]});
    assert_eq!(outside.call("get_online_users", Value::Null).await, expected);
    assert_eq!(outside.until("online_users").await, expected);
}

#[tokio::test]
async fn its_messages_are_for_those_who_came_the_sender_included() {
    let app = TestApp::start().await;
    let (mut ada, mut bob, mut eve) = (
        Client::enter(&app.user("ada").await).await,
        Client::enter(&app.user("bob").await).await,
        Client::enter(&app.user("eve").await).await,
    );
    come(&mut ada).await;
    come(&mut bob).await;
    let stored = ada.call("send_public_message", json!({"content": "hi"})).await;
    for client in [&mut ada, &mut bob] {
        let heard = client.until("new_public_message").await;
        assert_eq!(heard, stored);
        assert_eq!(
            (&heard["content"], &heard["username"], &heard["user"]["username"]),
            (&json!("hi"), &json!("ada"), &json!("ada"))
        );
        assert!(heard["timestamp"].is_string() && heard["id"].is_i64());
    }
    bob.call("leave_public", Value::Null).await;
    ada.call("send_public_message", json!({"content": "again"})).await;
    for client in [&mut bob, &mut eve] {
        // A later message to each of them shows that nothing else came before.
        let to = if client.call("get_online_users", Value::Null).await.is_object() { "fence" } else { "" };
        client.call("message", json!(to)).await;
        let mut names = Vec::new();
        loop {
            let (event, data) = client.event().await;
            if event == "message" && data["content"] == "fence" {
                break;
            }
            names.push(event);
        }
        assert!(!names.iter().any(|name| name == "new_public_message"), "{names:?}");
    }
}
