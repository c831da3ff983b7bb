//! Private messages: for two people, on all their clients, and for nobody else.

use serde_json::{Value, json};

use super::client::{Client, ids};
use crate::{app::TestApp, person::client};

#[tokio::test]
async fn a_private_message_reaches_both_on_all_their_clients_under_every_name() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("Bob").await);
    let ((ada_id, _), (bob_id, _)) = (ids(&ada).await, ids(&bob).await);
    let (mut desk, mut phone) = (Client::enter(&ada).await, Client::enter_polling(&ada).await);
    let (mut his, mut other) = (Client::enter(&bob).await, Client::enter_polling(&bob).await);
    let stored = desk.call("send_private_message", json!({"other_user_id": bob_id, "content": "psst"})).await;
    let row = json!({
        "id": stored["id"], "to": bob_id, "from": ada_id, "date_created": stored["created_at"], "body": "psst"
    });
    for client in [&mut his, &mut other] {
        assert_eq!(client.until("message").await, stored);
        assert_eq!(client.until("new_private_message").await, stored);
        assert_eq!(client.until("Bob").await, row, "to the recipient under his own name");
    }
    for client in [&mut desk, &mut phone] {
        let heard = client.until("new_private_message").await;
        assert_eq!(
            (&heard["chat_id"], &heard["sender"]["id"], &heard["username"]),
            (&stored["chat_id"], &json!(ada_id), &json!("ada"))
        );
        client.emit("message", json!("fence")).await;
        assert_eq!(client.event().await.0, "message", "and not to the sender");
    }
}

#[tokio::test]
async fn nobody_else_hears_of_it() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (bob_id, _) = ids(&bob).await;
    let (mut sender, mut eve) = (Client::enter(&ada).await, Client::enter(&app.user("eve").await).await);
    eve.refused("join", json!({"conversation_id": 2})).await;
    for event in ["message", "send_private_message"] {
        sender.call(event, json!({"to": "bob", "other_user_id": bob_id, "content": "psst"})).await;
    }
    eve.refused("join", json!({"conversation_id": 2})).await;
    let mut bob = Client::enter(&bob).await;
    bob.call("message", json!("for everyone")).await;
    eve.emit("join_public", Value::Null).await;
    let (event, data) = eve.event().await;
    assert_eq!((event.as_str(), &data["content"]), ("message", &json!("for everyone")), "nothing before it");
}

#[tokio::test]
async fn a_direct_message_from_a_form_comes_under_ones_name() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (bob_id, _) = ids(&bob).await;
    let mut socket = Client::enter(&bob).await;
    let chat = ada.post(&format!("/direct/{bob_id}"), &[]).await;
    ada.post(&format!("{chat}/messages"), &[("body", "over a form")]).await;
    assert_eq!(socket.until("bob").await["body"], "over a form");
}

#[tokio::test]
async fn a_private_chat_is_made_when_it_is_joined_and_is_the_same_for_both() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let ((ada_id, _), (bob_id, _)) = (ids(&ada).await, ids(&bob).await);
    let (mut first, mut second) = (Client::enter(&ada).await, Client::enter(&bob).await);
    let answer = first.call("join_private", json!({"other_user_id": bob_id})).await;
    let joined = first.until("joined_private").await;
    assert_eq!(answer, joined);
    assert_eq!(joined["other_user"], json!({"id": bob_id, "username": "bob", "avatar_url": null}));
    assert_eq!(joined["room"], format!("private_chat_{}", joined["chat_id"]));
    let theirs = second.call("join_private", json!({"other_user_id": ada_id.to_string()})).await;
    assert_eq!(theirs["chat_id"], joined["chat_id"]);
    assert!(first.call("leave_private", json!({"other_user_id": bob_id})).await["message"].is_string());
    let sent = second.call("send_private_message", json!({"other_user_id": ada_id, "content": "hi"})).await;
    assert_eq!(sent["chat_id"], joined["chat_id"]);
    assert_eq!(first.until("new_private_message").await["content"], "hi", "also to who has left it");
}

#[tokio::test]
async fn a_new_name_is_where_messages_come_from_then_on() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let ((bob_id, _), mut socket) = (ids(&bob).await, Client::enter(&bob).await);
    let url = format!("{}/api/users/{bob_id}", app.url);
    let renamed = client().put(url).bearer_auth(&bob.token).json(&json!({"username": "robert"}));
    assert_eq!(renamed.send().await.expect("an answer").status(), 200);
    Client::enter(&ada).await.call("message", json!({"to": "robert", "content": "hi"})).await;
    assert_eq!(socket.until("robert").await["body"], "hi");
}
