//! Rooms and projects' conversations: one hears what one has joined.

use serde_json::{Value, json};

use super::client::{Client, ids, room};
use crate::app::TestApp;

#[tokio::test]
async fn who_joins_gets_what_was_said_last_and_the_room_hears_of_it() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (bob_id, _) = ids(&bob).await;
    let plans = room(&ada, "plans", true).await;
    ada.post(&format!("/c/{plans}/members"), &[("people", "bob")]).await;
    let (mut owner, mut member) = (Client::enter(&ada).await, Client::enter(&bob).await);
    owner.call("join", json!({"conversation_id": plans})).await;
    assert_eq!(owner.until("recent_messages").await, json!({"conversation_id": plans, "messages": []}));
    assert_eq!(owner.until("status").await["conversation_id"], plans, "the newcomer hears it too");
    let mut ids = Vec::new();
    for n in 0..52 {
        let said = owner.call("send_message", json!({"conversation_id": plans, "message": n.to_string()})).await;
        ids.push(said["id"].clone());
    }
    ada.post(&format!("/c/{plans}/messages/{}/delete", ids[51]), &[]).await;

    member.emit("join", json!({"conversation_id": plans.to_string()})).await;
    let recent = member.until("recent_messages").await;
    let told: Vec<_> =
        recent["messages"].as_array().expect("messages").iter().map(|message| message["id"].clone()).collect();
    assert_eq!(told, ids[2..51], "the last 50 less the deleted one, oldest first");
    assert_eq!(recent["messages"][0]["username"], "ada");
    let status = owner.until("status").await;
    assert_eq!((&status["user_id"], &status["conversation_id"]), (&json!(bob_id), &json!(plans)));
    assert!(status["message"].as_str().is_some_and(|text| text.contains("bob")));
    assert_eq!(member.until("status").await, status);

    let said = owner.call("send_message", json!({"conversation_id": plans, "message": "hi"})).await;
    assert_eq!(member.until("message").await, said);
    assert_eq!(
        (&said["message"], &said["conversation_id"], &said["room_id"]),
        (&json!("hi"), &json!(plans), &json!(plans))
    );
}

#[tokio::test]
async fn from_the_first_join_on_one_hears_only_what_one_joined() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (bob_id, public) = ids(&bob).await;
    let (one, two) = (room(&ada, "one", false).await, room(&ada, "two", false).await);
    let (mut sender, mut listener) = (Client::enter(&ada).await, Client::enter(&bob).await);
    bob.post(&format!("/c/{two}/join"), &[]).await;
    sender.call("send_message", json!({"conversation_id": two, "message": "not joined here"})).await;
    sender.call("message", json!("to everyone")).await;
    assert_eq!(listener.until("message").await["content"], "to everyone");

    listener.call("join", json!({"room_id": one})).await;
    listener.until("status").await;
    sender.call("message", json!("to everyone again")).await;
    sender.call("send_message", json!({"conversation_id": two, "message": "still not joined"})).await;
    sender.call("message", json!({"to": bob_id, "content": "psst"})).await;
    sender.call("message", json!({"room_id": one, "content": "here"})).await;
    assert_eq!(listener.names_until("message").await, ["new_private_message", "bob", "message"]);

    listener.call("join", json!({"conversation_id": public})).await;
    listener.call("leave", json!({"room_id": one})).await;
    sender.call("send_message", json!({"conversation_id": one, "message": "unheard"})).await;
    sender.call("message", json!("heard")).await;
    assert_eq!(listener.until("message").await["content"], "heard");
}

#[tokio::test]
async fn what_one_leaves_before_joining_anything_is_heard_no_more() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (_, public) = ids(&bob).await;
    let (mut sender, mut listener) = (Client::enter(&ada).await, Client::enter(&bob).await);
    listener.call("leave", json!({"conversation_id": public})).await;
    sender.call("message", json!("unheard")).await;
    sender.call("message", json!({"to": "bob", "content": "heard"})).await;
    assert_eq!(listener.until("message").await["content"], "heard");
}

#[tokio::test]
async fn an_open_room_is_entered_by_joining_or_posting() {
    let app = TestApp::start().await;
    let (ada, bob, eve) = (app.user("ada").await, app.user("bob").await, app.user("eve").await);
    let open = room(&ada, "open", false).await;
    let (mut owner, mut bob, mut eve) =
        (Client::enter(&ada).await, Client::enter(&bob).await, Client::enter(&eve).await);
    owner.call("join", json!({"room_id": open})).await;
    bob.refused("join", json!({"conversation_id": open})).await;
    bob.call("join", json!({"room_id": open})).await;
    bob.call("join", json!({"conversation_id": open})).await;
    let said = eve.call("message", json!({"room_id": open, "content": "I just say"})).await;
    assert_eq!(bob.until("message").await, said);
    assert_eq!(owner.until("message").await["room_id"], open);
    assert!(eve.call("join", json!({"conversation_id": open})).await["message"].is_string());
}

#[tokio::test]
async fn joining_again_tells_the_room_nothing_new() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let open = room(&ada, "open", false).await;
    let (mut first, mut second) = (Client::enter(&ada).await, Client::enter(&ada).await);
    first.call("join", json!({"room_id": open})).await;
    first.until("status").await;
    for _ in 0..2 {
        second.call("join", json!({"room_id": open})).await;
        second.until("recent_messages").await;
    }
    second.call("leave", json!({"room_id": open})).await;
    let (joined, left) = (first.until("status").await, first.until("status").await);
    assert!(joined["message"] != left["message"] && left["message"] != Value::Null, "{joined} {left}");
}
