//! `/api/messages/private`: chats of two.

use serde_json::json;

use super::register;
use crate::app::TestApp;

#[tokio::test]
async fn get_private_messages_lists_the_chat_of_two_the_oldest_first() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    assert_eq!(ada.get("/api/messages/private/2").await.to_string(), r#"200 {"messages":[]}"#);
    ada.post("/api/messages/private/2", &json!({"content": "Private message"})).await.is(201);
    lin.post("/api/messages/private/1", &json!({"content": "Private answer"})).await.is(201);
    let rows = concat!(
        r#"200 {"messages":["#,
        r#"{"id":1,"content":"Private message","timestamp":"TIME","sender_id":1,"chat_id":2,"username":"ada","avatar_url":null,"sender":{"id":1,"username":"ada","avatar_url":null}},"#,
        r#"{"id":2,"content":"Private answer","timestamp":"TIME","sender_id":2,"chat_id":2,"username":"lin","avatar_url":null,"sender":{"id":2,"username":"lin","avatar_url":null}}"#,
        r#"]}"#
    );
    assert_eq!(ada.get("/api/messages/private/2").await.to_string(), rows);
    assert_eq!(lin.get("/api/messages/private/1").await.to_string(), rows);
    assert_eq!(ada.get("/api/messages/private/2?limit=1").await.body["messages"][0]["id"], 2);
}

#[tokio::test]
async fn get_private_messages_makes_no_chat_and_knows_who_is_there() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    ada.get("/api/messages/private/2").await.is(200);
    let sidebar = lin.person("lin").listen().await;
    assert_eq!(sidebar.entries.len(), 1, "the public chat alone");
    let told = ada.get("/api/messages/private/77").await;
    assert_eq!(told.to_string(), r#"404 {"message":"User not found"}"#);
    ada.get("/api/messages/private/lin").await.is(404);
    let told = ada.get("/api/messages/private/1").await;
    assert_eq!(told.to_string(), r#"400 {"message":"You can’t start a chat with yourself."}"#);
}

#[tokio::test]
async fn post_private_messages_says_something_to_someone() {
    let app = TestApp::start().await;
    let (ada, _) = (register(&app, "ada").await, register(&app, "lin").await);
    let told = ada.post("/api/messages/private/2", &json!({"content": "Private message"})).await;
    assert_eq!(
        told.to_string(),
        r#"201 {"id":1,"content":"Private message","timestamp":"TIME","sender_id":1,"chat_id":2,"username":"ada","avatar_url":null,"sender":{"id":1,"username":"ada","avatar_url":null}}"#
    );
}

#[tokio::test]
async fn post_private_messages_refuses_oneself_the_unknown_and_what_says_nothing() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let told = ada.post("/api/messages/private/1", &json!({"content": "me"})).await;
    assert_eq!(told.to_string(), r#"400 {"message":"Cannot send message to yourself"}"#);
    for id in [77, 0, -1] {
        let told = ada.post(&format!("/api/messages/private/{id}"), &json!({"content": "you"})).await;
        assert_eq!(told.to_string(), r#"404 {"message":"User not found"}"#, "{id}");
    }
    for body in [json!({}), json!({"content": " "}), json!({"content": 7})] {
        let told = ada.post("/api/messages/private/2", &body).await;
        assert_eq!(told.to_string(), r#"400 {"message":"A message can’t be empty."}"#, "{body}");
    }
    ada.post("/api/messages/private/2", &json!({"content": "x".repeat(16 * 1024 + 1)})).await.is(413);
    assert_eq!(lin.person("lin").listen().await.entries.len(), 1, "what was refused made no chat");
}

#[tokio::test]
async fn delete_private_messages_takes_a_message_back() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    ada.post("/api/messages/private/2", &json!({"content": "oh no"})).await.is(201);
    let told = lin.delete("/api/messages/private/1/1").await;
    assert_eq!(told.to_string(), r#"403 {"message":"Can only delete own messages"}"#);
    let told = ada.delete("/api/messages/private/2/1").await;
    assert_eq!(told.to_string(), r#"200 {"message":"Message deleted"}"#);
    assert_eq!(lin.get("/api/messages/private/1").await.body, json!({"messages": []}));
    let told = ada.delete("/api/messages/private/2/1").await;
    assert_eq!(told.to_string(), r#"404 {"message":"Message not found or invalid chat"}"#);
}

#[tokio::test]
async fn delete_private_messages_knows_only_those_of_that_chat() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "eve").await);
    let secret = ada.post("/api/messages/private/2", &json!({"content": "psst"})).await.is(201).number("id");
    let public = ada.post("/api/messages", &json!({"content": "all"})).await.is(201).number("id");
    eve.post("/api/messages/private/1", &json!({"content": "hi"})).await.is(201);
    for (api, other, id) in [
        (&ada, 3, secret),
        (&ada, 2, public),
        (&ada, 2, 9999),
        (&ada, 1, secret),
        (&ada, 77, secret),
        (&lin, 3, secret),
        (&eve, 1, secret),
        (&eve, 2, secret),
        (&eve, 2, 9999),
    ] {
        let told = api.delete(&format!("/api/messages/private/{other}/{id}")).await;
        assert_eq!(told.to_string(), r#"404 {"message":"Message not found or invalid chat"}"#, "{other}/{id}");
    }
    assert_eq!(lin.get("/api/messages/private/1").await.body["messages"][0]["content"], "psst");
}

#[tokio::test]
async fn a_private_message_reaches_the_pages_of_both_and_of_no_one_else() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "eve").await);
    let (mut lins, mut eves) = (lin.person("lin").listen().await, eve.person("eve").listen().await);
    let sent = ada.post("/api/messages/private/2", &json!({"content": "only you"})).await.is(201);
    assert_eq!(lins.message().await.id.0, sent.number("id"));
    let chat = protocol::ConversationId(sent.number("chat_id"));
    lins.post(chat, "m1", "from my page").await;
    lins.accepted("m1").await;
    assert_eq!(ada.get("/api/messages/private/2").await.body["messages"][1]["content"], "from my page");
    ada.post("/api/messages", &json!({"content": "for everyone"})).await.is(201);
    assert_eq!(eves.message().await.body, "for everyone", "nothing came to her before");
}

#[tokio::test]
async fn a_chat_with_a_deleted_user_stays_readable() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    lin.post("/api/messages/private/1", &json!({"content": "farewell"})).await.is(201);
    lin.delete("/api/users/2").await.is(200);
    let listed = ada.get("/api/messages/private/2").await.is(200);
    let row = &listed.body["messages"][0];
    assert_eq!((&row["content"], &row["username"]), (&json!("farewell"), &json!("deleted-2")));
    lin.get("/api/messages/private/1").await.is(401);
}
