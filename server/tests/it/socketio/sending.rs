//! Sending, as every document does it; and that what is said anywhere arrives everywhere.

use serde_json::{Value, json};

use super::client::{Client, ids, room};
use crate::app::TestApp;

#[tokio::test]
async fn a_plain_message_goes_to_everyone_and_is_acknowledged_as_it_is_stored() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let ((ada_id, public), (mut sender, mut other)) =
        (ids(&ada).await, (Client::enter(&ada).await, Client::enter(&bob).await));
    let stored = sender.call("message", json!("  Hello, *everyone*  ")).await;
    let heard = other.until("message").await;
    assert_eq!(stored, heard);
    assert_eq!(sender.until("message").await, heard, "the sender hears it too");
    for name in ["message", "content", "text", "body"] {
        assert_eq!(heard[name], "Hello, *everyone*");
    }
    assert_eq!((&heard["conversation_id"], &heard["chat_id"]), (&json!(public), &json!(public)));
    assert_eq!((&heard["user_id"], &heard["sender_id"]), (&json!(ada_id), &json!(ada_id)));
    assert_eq!(
        (&heard["room_id"], &heard["project_id"], &heard["username"]),
        (&Value::Null, &Value::Null, &json!("ada"))
    );
    assert_eq!(heard["user"], json!({"id": ada_id, "username": "ada", "avatar_url": null}));
    assert!(
        heard["created_at"].as_str().is_some_and(|time| time.ends_with('Z'))
            && heard["timestamp"] == heard["created_at"]
    );
}

#[tokio::test]
async fn a_message_is_addressed_by_whichever_name_a_document_has_for_it() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let ((bob_id, public), (mut ada, mut socket)) =
        (ids(&bob).await, (Client::enter(&ada).await, Client::enter(&bob).await));
    for data in [
        json!({"content": "1"}),
        json!({"body": "1", "chat_id": public}),
        json!({"message": "1", "conversation_id": public.to_string()}),
        json!({"text": "1", "to": bob_id}),
        json!({"content": null, "text": "1", "to": "Bob"}),
    ] {
        assert_eq!(ada.call("message", data.clone()).await["content"], "1", "{data}");
        assert_eq!(socket.until("message").await["content"], "1", "{data}");
    }
}

#[tokio::test]
async fn what_is_sent_twice_under_one_name_is_one_message() {
    let app = TestApp::start().await;
    let mut ada = Client::enter(&app.user("ada").await).await;
    let first = ada.call("message", json!({"content": "once", "client_id": "m1"})).await;
    let again = ada.call("send_public_message", json!({"content": "once", "client_id": "m1"})).await;
    assert_eq!(first["id"], again["id"]);
    assert_eq!(ada.call("message", json!("next")).await["content"], "next");
    assert_eq!(ada.until("message").await["content"], "once");
    assert_eq!(ada.until("message").await["content"], "next", "once");
}

#[tokio::test]
async fn what_one_client_sends_stays_in_its_order() {
    let app = TestApp::start().await;
    let mut ada = Client::enter(&app.user("ada").await).await;
    for n in 0..150 {
        ada.emit("message", json!(n.to_string())).await;
    }
    for n in 0..150 {
        assert_eq!(ada.until("message").await["content"], n.to_string());
    }
}

#[tokio::test]
async fn what_can_not_be_sent_is_refused_with_a_sentence() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let ((ada_id, public), secret) = (ids(&ada).await, room(&bob, "secret", true).await);
    let mut socket = Client::enter(&ada).await;
    for (event, data) in [
        ("message", json!("  ")),
        ("message", Value::Null),
        ("message", json!(["a"])),
        ("message", json!({"content": {"deep": 1}})),
        ("message", json!({"content": "x", "to": 999})),
        ("message", json!({"content": "x", "to": "nobody"})),
        ("message", json!({"content": "x", "to": ada_id})),
        ("message", json!({"content": "x", "to": [1]})),
        ("message", json!({"content": "x", "to": "bob", "chat_id": public})),
        ("message", json!({"content": "x", "chat_id": secret})),
        ("message", json!({"content": "x", "chat_id": 999})),
        ("message", json!({"content": "x", "chat_id": -1})),
        ("message", json!({"content": "x", "room_id": public})),
        ("message", json!({"content": "x", "room_id": secret})),
        ("message", json!({"content": "x", "client_id": 7})),
        ("message", json!({"content": "x".repeat(16 * 1024 + 1)})),
        ("send_message", json!("x")),
        ("send_message", json!({"message": "x"})),
        ("send_message", json!({"message": "", "conversation_id": public})),
        ("send_message", json!({"message": "x", "conversation_id": "x"})),
        ("send_public_message", json!({"content": " "})),
        ("send_private_message", json!({"content": "x"})),
        ("send_private_message", json!({"content": "x", "other_user_id": ada_id})),
        ("send_private_message", json!({"other_user_id": 999, "content": "x"})),
        ("join", json!({})),
        ("join", json!({"conversation_id": 999})),
        ("join", json!({"conversation_id": secret})),
        ("join", json!({"room_id": secret})),
        ("join", json!({"room_id": public})),
        ("join_private", json!({"other_user_id": ada_id})),
        ("join_private", json!(7)),
        ("leave", json!({"conversation_id": secret})),
        ("leave_private", json!({"other_user_id": 999})),
        ("fly", json!({})),
    ] {
        assert!(!socket.refused(event, data.clone()).await.is_empty(), "{event} {data}");
    }
    // A stranger can't tell what there is from what there isn't.
    let hidden = socket.refused("join", json!({"room_id": secret})).await;
    assert_eq!(socket.refused("join", json!({"room_id": 999})).await, hidden);
    assert_eq!(socket.call("message", json!("still here")).await["content"], "still here");
    assert_eq!(socket.until("message").await["content"], "still here", "and nothing of it was said");
}

#[tokio::test]
async fn what_is_said_over_forms_and_the_uis_socket_arrives() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut socket = Client::enter(&bob).await;
    socket.emit("join_public", Value::Null).await;
    socket.until("user_joined").await;
    let mut ui = ada.listen().await;
    let public = ui.public();
    ui.post(public, "m1", "over the UI's socket").await;
    let accepted = ui.accepted("m1").await;
    assert_eq!(socket.until("message").await["id"], json!(accepted.id));
    assert_eq!(socket.until("new_public_message").await["content"], "over the UI's socket");
    ada.post(&format!("/c/{public}/messages"), &[("body", "over a form")]).await;
    assert_eq!(socket.until("message").await["content"], "over a form");

    let said = socket.call("message", json!("over Socket.IO")).await;
    let heard = ui.until(|frame| match frame {
        protocol::ServerFrame::Event(event) => {
            crate::wire::message_of(event).filter(|message| message.body == "over Socket.IO")
        }
        _ => None,
    });
    assert_eq!(json!(heard.await.id), said["id"]);
}

#[tokio::test]
async fn a_message_that_changes_is_no_new_message() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut socket = Client::enter(&bob).await;
    socket.emit("join_public", Value::Null).await;
    socket.until("user_joined").await;
    let said = Client::enter(&ada).await.call("message", json!("frist")).await;
    let (id, path) = (said["id"].clone(), format!("/c/{}/messages/{}", said["chat_id"], said["id"]));
    assert_eq!(socket.names_until("new_public_message").await, ["message", "new_public_message"]);
    ada.post(&format!("{path}/edit"), &[("body", "first")]).await;
    let (event, data) = socket.event().await;
    assert_eq!((event.as_str(), &data["id"], &data["content"]), ("message_updated", &id, &json!("first")));
    assert!(data["edited_at"].is_string());
    for on in ["true", "false"] {
        ada.post(&format!("{path}/react"), &[("emoji", "👍"), ("on", on)]).await;
        assert_eq!(socket.event().await.0, "message_updated");
    }
    ada.post(&format!("{path}/delete"), &[]).await;
    let (event, data) = socket.event().await;
    assert_eq!((event.as_str(), &data["id"], data.get("content")), ("message_deleted", &id, None));
}
