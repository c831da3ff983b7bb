//! `/api/messages`: the public chat.

use serde_json::json;

use super::register;
use crate::{app::TestApp, documented::client::Api};

#[tokio::test]
async fn get_messages_lists_the_public_chat_the_oldest_first() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    assert_eq!(ada.get("/api/messages").await.to_string(), r#"200 {"messages":[]}"#);
    ada.put("/api/users/1", &json!({"avatar_url": "http://example.com/ada.jpg"})).await.is(200);
    ada.post("/api/messages", &json!({"content": "Hello everyone!"})).await.is(201);
    lin.post("/api/messages", &json!({"content": "Hello “Ada”\nand all"})).await.is(201);
    assert_eq!(
        lin.get("/api/messages").await.to_string(),
        concat!(
            r#"200 {"messages":["#,
            r#"{"id":1,"content":"Hello everyone!","timestamp":"TIME","user_id":1,"username":"ada","avatar_url":"http://example.com/ada.jpg","user":{"id":1,"username":"ada","avatar_url":"http://example.com/ada.jpg"}},"#,
            r#"{"id":2,"content":"Hello “Ada”\nand all","timestamp":"TIME","user_id":2,"username":"lin","avatar_url":null,"user":{"id":2,"username":"lin","avatar_url":null}}"#,
            r#"]}"#
        )
    );
}

#[tokio::test]
async fn get_messages_lists_all_of_them_and_a_part_where_asked() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let sends = (0..205).map(|n| {
        let ada = ada.clone();
        async move { ada.post("/api/messages", &json!({"content": format!("m{n}")})).await.is(201).number("id") }
    });
    let mut ids = futures::future::join_all(sends).await;
    ids.sort_unstable();
    let listed = |told: crate::documented::client::Told| -> Vec<i64> {
        let rows = told.body["messages"].as_array().expect("an array").iter();
        rows.map(|row| row["id"].as_i64().expect("an id")).collect()
    };
    assert_eq!(listed(ada.get("/api/messages").await.is(200)), ids);
    assert_eq!(listed(ada.get("/api/messages?limit=3").await.is(200)), ids[202..]);
    assert_eq!(listed(ada.get(&format!("/api/messages?limit=2&before={}", ids[3])).await.is(200)), ids[1..3]);
    for query in ["limit=0", "limit=201", "limit=x", "limit=1&before=100000", "before=x"] {
        ada.get(&format!("/api/messages?{query}")).await.is(400);
    }
}

#[tokio::test]
async fn post_messages_says_something_in_the_public_chat() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let told = ada.post("/api/messages", &json!({"content": "  Hello everyone!\n"})).await;
    assert_eq!(
        told.to_string(),
        r#"201 {"id":1,"content":"Hello everyone!","timestamp":"TIME","user_id":1,"username":"ada","avatar_url":null,"user":{"id":1,"username":"ada","avatar_url":null}}"#
    );
}

#[tokio::test]
async fn post_messages_takes_the_other_documents_names_for_the_text() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for key in ["content", "body", "message", "text"] {
        assert_eq!(ada.post("/api/messages", &json!({key: "hello"})).await.is(201).body["content"], "hello", "{key}");
    }
}

#[tokio::test]
async fn post_messages_refuses_what_says_nothing_or_too_much() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for body in [
        json!({}),
        json!({"content": ""}),
        json!({"content": " \n\t"}),
        json!({"content": null}),
        json!({"content": 5}),
    ] {
        let told = ada.post("/api/messages", &body).await;
        assert_eq!(told.to_string(), r#"400 {"message":"A message can’t be empty."}"#, "{body}");
    }
    ada.post("/api/messages", &json!({"content": "x".repeat(16 * 1024)})).await.is(201);
    let told = ada.post("/api/messages", &json!({"content": "x".repeat(16 * 1024 + 1)})).await;
    assert_eq!(told.to_string(), r#"413 {"message":"That is too large: the limit is 16384 bytes."}"#);
}

#[tokio::test]
async fn a_message_that_is_sent_twice_under_one_name_is_one_message() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let body = json!({"content": "once", "client_id": "c1"});
    let first = ada.post("/api/messages", &body).await.is(201);
    assert_eq!(ada.post("/api/messages", &body).await.is(201).text, first.text);
}

#[tokio::test]
async fn delete_messages_takes_a_message_back() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    lin.post("/api/messages", &json!({"content": "oh no"})).await.is(201);
    // Not even she who administers the place may, by this document.
    let told = ada.delete("/api/messages/1").await;
    assert_eq!(told.to_string(), r#"403 {"message":"Can only delete own messages"}"#);
    let told = lin.delete("/api/messages/1").await;
    assert_eq!(told.to_string(), r#"200 {"message":"Message deleted"}"#);
    assert_eq!(ada.get("/api/messages").await.body, json!({"messages": []}));
    for (api, why) in [(&lin, "it is deleted already"), (&ada, "and so for everyone")] {
        let told = api.delete("/api/messages/1").await;
        assert_eq!(told.to_string(), r#"404 {"message":"Message not found"}"#, "{why}");
    }
}

#[tokio::test]
async fn delete_messages_knows_only_those_of_the_public_chat() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "eve").await);
    let private = ada.post("/api/messages/private/2", &json!({"content": "psst"})).await.is(201).number("id");
    for api in [&ada, &lin, &eve] {
        for id in [private, private + 1000, 0, -1] {
            let told = api.delete(&format!("/api/messages/{id}")).await;
            assert_eq!(told.to_string(), r#"404 {"message":"Message not found"}"#, "{id}");
        }
    }
    assert_eq!(ada.get("/api/messages/private/2").await.body["messages"][0]["content"], "psst");
}

#[tokio::test]
async fn a_message_reaches_the_pages_sockets_at_once_and_theirs_come_here() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let mut socket = app.user("lin").await.listen().await;
    let sent = ada.post("/api/messages", &json!({"content": "hello"})).await.is(201);
    let heard = socket.message().await;
    assert_eq!((heard.id.0, heard.body.as_str()), (sent.number("id"), "hello"));
    let public = socket.public();
    socket.post(public, "m1", "from my page").await;
    socket.accepted("m1").await;
    assert_eq!(ada.get("/api/messages").await.body["messages"][1]["content"], "from my page");
    ada.delete("/api/messages/1").await.is(200);
    let gone = socket.until(|frame| match frame {
        protocol::ServerFrame::Event(event) => crate::wire::message_of(event).filter(|message| message.id.0 == 1),
        _ => None,
    });
    assert!(gone.await.deleted_at.is_some());
}

#[tokio::test]
async fn what_a_deleted_user_said_stays() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    lin.post("/api/messages", &json!({"content": "I was here"})).await.is(201);
    lin.delete("/api/users/2").await.is(200);
    let listed = ada.get("/api/messages").await;
    assert_eq!(
        listed.to_string(),
        r#"200 {"messages":[{"id":1,"content":"I was here","timestamp":"TIME","user_id":2,"username":"deleted-2","avatar_url":null,"user":{"id":2,"username":"deleted-2","avatar_url":null}}]}"#
    );
    let told = Api::stranger(&app).get("/api/messages").await;
    assert_eq!(told.to_string(), r#"401 {"message":"Please sign in."}"#);
}
