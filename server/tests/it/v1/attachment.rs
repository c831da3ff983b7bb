//! Files on messages: brought, sent and read back over every door.

use protocol::{ClientFrame, ConversationId, FileId};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use super::client::{Answer, Program};
use crate::{app::TestApp, person::Person, socketio::client::Client};

/// A PNG of one pixel.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\
    \x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

async fn try_bring(who: &Program, conversation: i64, name: &str, bytes: &[u8]) -> Answer {
    let path = format!("/conversations/{conversation}/files");
    let form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
    who.send(&path, who.request(Method::POST, &path).multipart(form)).await
}

/// Brings a file to a conversation; its id.
async fn bring(who: &Program, conversation: i64, name: &str, bytes: &[u8]) -> i64 {
    let brought = try_bring(who, conversation, name, bytes).await.is(201);
    brought["items"][0]["file"]["id"].as_i64().expect("an id")
}

fn person(who: &Program, name: &str) -> Person {
    Person { url: who.url.clone(), name: name.to_owned(), token: who.token.clone().expect("a token") }
}

#[tokio::test]
async fn files_are_brought_sent_listed_and_gone_with_their_message() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob, eve) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await, stranger.sign_up("eve").await);
    let room = ada.post("/groups", json!({"people": [bob.id]})).await.is(201).number("id");
    let brought = try_bring(&ada, room, "plan.txt", b"steel").await.is(201);
    let row = &brought["items"][0];
    assert_eq!((&row["conversation_id"], &row["message_id"]), (&json!(room), &Value::Null));
    let file = row["file"]["id"].as_i64().expect("an id");
    bob.get(&format!("/files/{file}")).await.is(404);
    assert_eq!(try_bring(&eve, room, "plan.txt", b"steel").await.status, 404);

    let messages = format!("/conversations/{room}/messages");
    let sent = ada.post(&messages, json!({"files": [file]})).await.is(201);
    let url = format!("/api/v1/files/{file}/content");
    let attached = json!([{"id": file, "name": "plan.txt", "size": 5, "content_type": "text/plain", "width": null,
        "height": null, "url": url, "preview_url": null}]);
    assert_eq!((&sent["body"], &sent["files"]), (&json!(""), &attached));
    assert_eq!(bob.get(&messages).await.is(200)["items"][0]["files"], attached);
    assert_eq!(bob.get(&format!("/files/{file}/content")).await.is(200).text, "steel");
    for (query, framed) in [("?inline=1", true), ("", false)] {
        let content = bob.get(&format!("/files/{file}/content{query}")).await.is(200);
        let policy = content.headers["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("sandbox;"), "nothing in it runs: {policy}");
        assert_eq!(
            policy.contains("frame-ancestors 'self'"),
            framed,
            "only what is shown stands in our pages: {policy}"
        );
    }
    assert_eq!(ada.post(&messages, json!({"files": [file]})).await.is(400)["field"], "files");
    ada.post(&messages, json!({})).await.is(400);

    let listed = bob.get(&format!("/conversations/{room}/files")).await.is(200);
    assert_eq!(listed.column("message_id"), [sent["id"].clone()]);
    eve.get(&format!("/conversations/{room}/files")).await.is(404);
    ada.delete(&format!("/messages/{}", sent["id"])).await.is(204);
    bob.get(&format!("/files/{file}")).await.is(404);
}

#[tokio::test]
async fn a_conversations_files_come_in_pages_newest_first() {
    let app = TestApp::start().await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let room = ada.room("lab", true).await;
    for name in ["1", "2", "3", "4", "5"] {
        let file = bring(&ada, room, name, name.as_bytes()).await;
        ada.post(&format!("/conversations/{room}/messages"), json!({"files": [file]})).await.is(201);
    }
    let rows = ada.all(&format!("/conversations/{room}/files?limit=2")).await;
    let names: Vec<_> = rows.iter().map(|row| row["file"]["name"].as_str().expect("text")).collect();
    assert_eq!(names, ["5", "4", "3", "2", "1"]);
}

#[tokio::test]
async fn a_picture_tells_how_large_it_is_shown() {
    let app = TestApp::start().await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let room = ada.room("lab", true).await;
    let file = bring(&ada, room, "dot.png", PICTURE).await;
    let sent = ada.post(&format!("/conversations/{room}/messages"), json!({"body": "look", "files": [file]})).await;
    let picture = &sent.is(201)["files"][0];
    assert_eq!(picture["content_type"], "image/png");
    // Told only once the picture was looked into; then together.
    assert_eq!(picture["width"].is_null(), picture["preview_url"].is_null());
}

#[tokio::test]
async fn files_travel_over_the_socket_and_the_documented_apis() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await);
    let direct = ada.put(&format!("/direct/{}", bob.id), Value::Null).await.is(200).number("id");
    let (one, two) = (bring(&ada, direct, "one.txt", b"1").await, bring(&ada, direct, "two.txt", b"2").await);
    let (mut socket, mut client) = (person(&ada, "ada").listen().await, Client::enter(&person(&bob, "bob")).await);
    let frame = ClientFrame::Send {
        client_id: "m1".to_owned(),
        conversation_id: ConversationId(direct),
        body: String::new(),
        files: vec![FileId(one), FileId(two)],
    };
    socket.send(&frame).await;
    let accepted = socket.accepted("m1").await;
    assert_eq!(accepted.files.iter().map(|file| file.id.0).collect::<Vec<_>>(), [one, two]);

    let file = |id: i64, name: &str| {
        json!({"id": id, "filename": name, "content_type": "text/plain", "size": 1,
            "url": format!("/api/v1/files/{id}/content")})
    };
    let files = json!([file(one, "one.txt"), file(two, "two.txt")]);
    let heard = client.until("new_private_message").await;
    assert_eq!((&heard["files"], &heard["content"]), (&files, &json!("one.txt, two.txt")));
    for (path, list, text) in [
        (format!("/message/{}", ada.id), "/0", "body"),
        (format!("/api/messages/private/{}", ada.id), "/messages/0", "content"),
        (format!("/conversations/{direct}/messages"), "/messages/0", "content"),
    ] {
        let told: Value = get(&bob, &path).await;
        let row = told.pointer(list).expect("a row");
        assert_eq!((&row["files"], &row[text]), (&files, &json!("one.txt, two.txt")), "{path}");
    }
    assert_eq!(get(&bob, "/chats").await[0]["last_message"], "one.txt, two.txt");
}

#[tokio::test]
async fn messages_without_files_are_told_as_ever() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await);
    let direct = ada.put(&format!("/direct/{}", bob.id), Value::Null).await.is(200).number("id");
    ada.say(direct, "hello").await;
    let told = get(&bob, &format!("/message/{}", ada.id)).await;
    assert_eq!((&told[0]["body"], told[0].get("files")), (&json!("hello"), None));
}

/// What a documented API answers.
async fn get(who: &Program, path: &str) -> Value {
    let request = crate::person::client().get(format!("{}{path}", who.url));
    let request = request.bearer_auth(who.token.as_deref().expect("a token"));
    request.send().await.expect("an answer").json().await.expect("JSON")
}
