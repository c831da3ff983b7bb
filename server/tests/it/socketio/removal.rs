//! Who no longer belongs to a room hears nothing more of it.

use serde_json::json;

use super::client::{Client, ids, room};
use crate::app::TestApp;

#[tokio::test]
async fn who_is_removed_hears_nothing_more_until_they_are_back_and_join_again() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (bob_id, _) = ids(&bob).await;
    let plans = room(&ada, "plans", true).await;
    let invite = async || ada.post(&format!("/c/{plans}/members"), &[("people", "bob")]).await;
    invite().await;
    let (mut owner, mut member, mut second) =
        (Client::enter(&ada).await, Client::enter(&bob).await, Client::enter(&ada).await);
    owner.call("join", json!({"conversation_id": plans})).await;
    member.call("join", json!({"conversation_id": plans})).await;
    member.until("status").await;

    ada.post(&format!("/c/{plans}/members/{bob_id}/remove"), &[]).await;
    owner.call("send_message", json!({"conversation_id": plans, "message": "among ourselves"})).await;
    second.call("join", json!({"conversation_id": plans})).await;
    for (event, data) in [
        ("send_message", json!({"conversation_id": plans, "message": "let me in"})),
        ("join", json!({"conversation_id": plans})),
        ("leave", json!({"conversation_id": plans})),
    ] {
        member.refused(event, data).await;
    }

    invite().await;
    owner.call("send_message", json!({"conversation_id": plans, "message": "he has yet to join"})).await;
    second.call("leave", json!({"conversation_id": plans})).await;
    owner.call("message", json!({"to": bob_id, "content": "come in"})).await;
    assert_eq!(member.names_until("bob").await, ["new_private_message", "bob"], "nothing of the room in between");

    member.call("join", json!({"conversation_id": plans})).await;
    owner.call("send_message", json!({"conversation_id": plans, "message": "welcome back"})).await;
    assert_eq!(member.until("message").await["content"], "welcome back");
}

#[tokio::test]
async fn who_leaves_over_a_form_hears_nothing_more_either() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let open = room(&ada, "open", false).await;
    let (mut owner, mut member) = (Client::enter(&ada).await, Client::enter(&bob).await);
    member.call("join", json!({"room_id": open})).await;
    member.until("status").await;
    bob.post(&format!("/c/{open}/leave"), &[]).await;
    owner.call("join", json!({"room_id": open})).await;
    owner.call("message", json!({"room_id": open, "content": "unheard"})).await;
    owner.call("message", json!({"to": "bob", "content": "heard"})).await;
    assert_eq!(member.event().await.0, "new_private_message");
}
