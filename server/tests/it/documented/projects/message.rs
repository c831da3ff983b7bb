//! `/conversations/<id>/messages`.

use protocol::ConversationId;
use serde_json::json;

use super::{STRANGER_TO_CONVERSATION, found, refusal, register};
use crate::{app::TestApp, documented::client::Api};

const MESSAGES: &str = "/conversations/2/messages";

/// Two people in the conversation 2, and one who isn't.
async fn people(app: &TestApp) -> (Api, Api, Api) {
    let (ada, lin, eve) = (register(app, "ada").await, register(app, "lin").await, register(app, "eve").await);
    ada.post("/conversations", &json!({"name": "Lunch", "participant_ids": [lin.id]})).await.is(201);
    (ada, lin, eve)
}

async fn say(api: &Api, text: &str) -> i64 {
    api.post(MESSAGES, &json!({"content": text})).await.is(201).number("message_id")
}

#[tokio::test]
async fn post_messages_sends_a_message() {
    let app = TestApp::start().await;
    let (ada, _, _) = people(&app).await;
    let told = ada.post(MESSAGES, &json!({"content": " When? \n"})).await;
    assert_eq!(
        told.to_string(),
        r#"201 {"message":"Message sent successfully","message_id":1,"content":"When?","user_id":1,"username":"ada","created_at":"TIME"}"#
    );
    for key in ["content", "body", "message", "text"] {
        assert_eq!(ada.post(MESSAGES, &json!({key: "hello"})).await.is(201).body["content"], "hello", "{key}");
    }
}

#[tokio::test]
async fn post_messages_refuses_what_says_nothing_or_too_much() {
    let app = TestApp::start().await;
    let (ada, _, _) = people(&app).await;
    for body in [json!({}), json!({"content": " \t\n"}), json!({"content": null}), json!({"content": 7})] {
        assert_eq!(ada.post(MESSAGES, &body).await.is(400).body, refusal("A message can’t be empty."), "{body}");
    }
    ada.post(MESSAGES, &json!({"content": "x".repeat(16 * 1024)})).await.is(201);
    let told = ada.post(MESSAGES, &json!({"content": "x".repeat(16 * 1024 + 1)})).await.is(413);
    assert_eq!(told.body, refusal("That is too large: the limit is 16384 bytes."));
}

#[tokio::test]
async fn get_messages_brings_pages_the_newest_first() {
    let app = TestApp::start().await;
    let (ada, lin, _) = people(&app).await;
    assert_eq!(ada.get(MESSAGES).await.to_string(), r#"200 {"messages":[],"total":0,"pages":0,"current_page":1}"#);
    say(&ada, "When?").await;
    say(&lin, "Now!").await;
    say(&ada, "Where?").await;
    let [when, now, whence] =
        [(1, "When?", 1, "ada"), (2, "Now!", 2, "lin"), (3, "Where?", 1, "ada")].map(|(id, content, user_id, name)| {
            format!(
                r#"{{"id":{id},"content":"{content}","user_id":{user_id},"username":"{name}","created_at":"TIME"}}"#
            )
        });
    for (query, messages, pages, page) in [
        ("", format!("{whence},{now},{when}"), 1, 1),
        ("?page=1&per_page=2", format!("{whence},{now}"), 2, 1),
        ("?page=2&per_page=2", when, 2, 2),
        ("?per_page=2&page=3", String::new(), 2, 3),
        ("?page=9223372036854775807&per_page=200", String::new(), 1, i64::MAX),
    ] {
        assert_eq!(
            lin.get(&format!("{MESSAGES}{query}")).await.to_string(),
            format!(r#"200 {{"messages":[{messages}],"total":3,"pages":{pages},"current_page":{page}}}"#),
            "{query}"
        );
    }
}

#[tokio::test]
async fn get_messages_leaves_deleted_ones_out_and_no_other() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let (private, mut ids) = (format!("/api/messages/private/{}", lin.id), Vec::new());
    for n in 0..7 {
        ids.push(ada.post(&private, &json!({"content": format!("m{n}")})).await.is(201).number("id"));
    }
    ada.delete(&format!("{private}/{}", ids.remove(3))).await.is(200);
    let mut found = Vec::new();
    for page in 1..=3 {
        let told = lin.get(&format!("{MESSAGES}?page={page}&per_page=3")).await.is(200);
        assert_eq!((told.number("total"), told.number("pages")), (6, 3));
        found.extend(told.body["messages"].as_array().expect("rows").iter().map(|row| row["id"].as_i64().expect("id")));
    }
    ids.reverse();
    assert_eq!(found, ids);
}

#[tokio::test]
async fn get_messages_refuses_pages_that_cannot_be() {
    let app = TestApp::start().await;
    let (ada, _, _) = people(&app).await;
    for query in ["page=0", "page=-1", "page=x", "page=", "per_page=0", "per_page=201", "per_page=1.5", "per_page=-5"] {
        let told = ada.get(&format!("{MESSAGES}?{query}")).await.is(400);
        assert_eq!(told.body["error"], told.body["message"], "{query}");
    }
    ada.get(&format!("{MESSAGES}?per_page=200&other=1")).await.is(200);
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_conversation_of_others_from_none() {
    let app = TestApp::start().await;
    let (ada, _, eve) = people(&app).await;
    found(&ada, &[]).await;
    ada.post("/message", &json!({"content": "psst", "to": "lin"})).await.is(201);
    for id in [2, 3, 4, 77, 0, -1] {
        let path = format!("/conversations/{id}/messages");
        assert_eq!(eve.get(&path).await.to_string(), STRANGER_TO_CONVERSATION, "{id}");
        let told = eve.post(&path, &json!({"content": "let me in"})).await;
        assert_eq!(told.to_string(), STRANGER_TO_CONVERSATION, "{id}");
    }
}

#[tokio::test]
async fn an_open_room_is_a_conversation_for_its_members_only() {
    let app = TestApp::start().await;
    let (ada, _, eve) = people(&app).await;
    let room = ada.post("/api/chat/rooms", &json!({"name": "kitchen"})).await.is(201).number("id");
    let path = format!("/conversations/{room}/messages");
    ada.post(&path, &json!({"content": "tea?"})).await.is(201);
    assert_eq!(eve.get(&path).await.to_string(), STRANGER_TO_CONVERSATION);
    eve.post(&path, &json!({"content": "me too"})).await.is(403);
    eve.post(&format!("/api/chat/rooms/{room}/join"), &json!({})).await.is(200);
    eve.post(&path, &json!({"content": "me too"})).await.is(201);
    assert_eq!(eve.get(&path).await.number("total"), 2);
}

#[tokio::test]
async fn a_message_reaches_the_members_pages_at_once_and_theirs_come_here() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = people(&app).await;
    let (mut lins, mut eves) = (lin.person("lin").listen().await, eve.person("eve").listen().await);
    let id = say(&ada, "When?").await;
    assert_eq!(lins.message().await.id.0, id);
    lins.post(ConversationId(2), "m1", "from my page").await;
    lins.accepted("m1").await;
    let told = ada.get(MESSAGES).await;
    assert_eq!(told.body["messages"][0]["content"], "from my page");
    ada.post("/api/messages", &json!({"content": "for everyone"})).await.is(201);
    assert_eq!(eves.message().await.body, "for everyone", "nothing came to her before");
}

#[tokio::test]
async fn a_message_that_is_sent_twice_under_one_name_is_one_message() {
    let app = TestApp::start().await;
    let (ada, _, _) = people(&app).await;
    let body = json!({"content": "once", "client_id": "c1"});
    let first = ada.post(MESSAGES, &body).await.is(201);
    assert_eq!(ada.post(MESSAGES, &body).await.is(201).text, first.text);
    assert_eq!(ada.get(MESSAGES).await.number("total"), 1);
}
