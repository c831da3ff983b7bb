//! 4-rooms: `/api/register`, `/api/login`, `/api/logout`, `/api/chat/rooms`.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::client::Api;
use crate::{
    app::TestApp,
    person::{PASSWORD, Person},
};

/// The path of a new open room.
async fn room(owner: &Api, name: &str) -> String {
    let told = owner.post("/api/chat/rooms", &json!({"name": name})).await.is(201);
    format!("/api/chat/rooms/{}", told.number("id"))
}

/// The path of a private room, made over the form.
async fn private_room(owner: &Person, name: &str) -> String {
    let path = owner.post("/rooms", &[("name", name), ("private", "true")]).await;
    path.replace("/c/", "/api/chat/rooms/")
}

#[tokio::test]
async fn post_register_login_and_logout() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    let ada = json!({"username": "ada", "password": PASSWORD});
    assert_snapshot!(stranger.post("/api/register", &ada).await, @r#"201 {"message":"User registered successfully"}"#);
    assert_snapshot!(stranger.post("/api/register", &ada).await, @r#"400 {"message":"That user name is taken."}"#);
    assert_snapshot!(stranger.post("/api/login", &json!({"username": "ada", "password": "wrong"})).await, @r#"401 {"message":"Invalid credentials"}"#);
    assert_snapshot!(stranger.post("/api/login", &json!({"username": "ada"})).await, @r#"400 {"message":"A login needs “username” and “password”."}"#);
    let told = stranger.post("/api/login", &ada).await;
    assert_snapshot!(told, @r#"200 {"message":"Login successful","token":"TOKEN","user":{"id":1,"username":"ada","email":null,"avatar_url":null,"created_at":"TIME"}}"#);
    let ada = stranger.with_token(told.body["token"].as_str().expect("a token"));
    assert_snapshot!(ada.post("/api/logout", &json!({})).await, @r#"200 {"message":"Logout successful"}"#);
    assert_snapshot!(ada.post("/api/logout", &json!({})).await, @r#"401 {"message":"Please sign in."}"#);
    ada.get("/api/chat/rooms").await.is(401);
}

#[tokio::test]
async fn post_logout_needs_no_body() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    let request = ada.request(reqwest::Method::POST, "/api/logout");
    super::client::Told::of(request).await.is(200);
}

#[tokio::test]
async fn post_rooms_makes_an_open_room() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    let lounge = json!({"name": " lounge ", "description": "Coffee and cake"});
    assert_snapshot!(ada.post("/api/chat/rooms", &lounge).await, @r#"201 {"id":2,"name":"lounge","description":"Coffee and cake","member_count":1,"joined":true,"created_at":"TIME"}"#);
    assert_snapshot!(ada.post("/api/chat/rooms", &json!({"name": "LOUNGE"})).await, @r#"400 {"message":"There is a room of that name already."}"#);
    for body in [
        json!({}),
        json!({"name": " "}),
        json!({"name": 5}),
        json!({"name": null}),
        json!({"name": "x".repeat(65)}),
        json!({"name": "hall", "description": "x".repeat(251)}),
        json!({"name": "hall", "description": 5}),
    ] {
        ada.post("/api/chat/rooms", &body).await.is(400);
    }
    ada.post("/api/chat/rooms", &json!({"name": "hall", "description": null})).await.is(201);
}

#[tokio::test]
async fn get_rooms_lists_those_that_one_may_see_by_name() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    assert_eq!(ada.get("/api/chat/rooms").await.is(200).text, "[]");
    room(&ada, "Lounge").await;
    room(&ada, "hall").await;
    private_room(&lin.person("lin"), "attic").await;
    assert_snapshot!(ada.get("/api/chat/rooms").await, @r#"200 [{"id":3,"name":"hall","description":"","member_count":1,"joined":true,"created_at":"TIME"},{"id":2,"name":"Lounge","description":"","member_count":1,"joined":true,"created_at":"TIME"}]"#);
    let seen = lin.get("/api/chat/rooms").await;
    assert_eq!(seen.column("name"), ["attic", "hall", "Lounge"]);
    assert_eq!(seen.column("joined"), [true, false, false]);
}

#[tokio::test]
async fn get_rooms_is_complete_however_many_there_are() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    let bodies: Vec<_> = (0..420).map(|n| json!({"name": format!("room {n:03}")})).collect();
    for told in futures::future::join_all(bodies.iter().map(|body| ada.post("/api/chat/rooms", body))).await {
        told.is(201);
    }
    let names = ada.get("/api/chat/rooms").await.column("name");
    assert_eq!(names, bodies.iter().map(|body| body["name"].clone()).collect::<Vec<_>>());
}

#[tokio::test]
async fn get_a_room_tells_who_is_in_it() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let path = room(&ada, "lounge").await;
    assert_snapshot!(lin.get(&path).await, @r#"200 {"id":2,"name":"lounge","description":"","member_count":1,"joined":false,"created_at":"TIME","users":[{"id":1,"username":"ada"}]}"#);
    lin.post(&format!("{path}/join"), &json!({})).await.is(200);
    assert_snapshot!(lin.get(&path).await, @r#"200 {"id":2,"name":"lounge","description":"","member_count":2,"joined":true,"created_at":"TIME","users":[{"id":1,"username":"ada"},{"id":2,"username":"lin"}]}"#);
}

#[tokio::test]
async fn post_join_and_leave() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let path = room(&ada, "lounge").await;
    let (join, leave) = (format!("{path}/join"), format!("{path}/leave"));
    assert_snapshot!(lin.post(&join, &json!({})).await, @r#"200 {"message":"Joined the room"}"#);
    lin.post(&join, &json!({})).await.is(200);
    assert_eq!(lin.get(&path).await.number("member_count"), 2);
    assert_snapshot!(lin.post(&leave, &json!({})).await, @r#"200 {"message":"Left the room"}"#);
    assert_eq!(lin.get(&path).await.number("member_count"), 1);
    assert_snapshot!(lin.post(&leave, &json!({})).await, @r#"403 {"message":"You are not in this room"}"#);
}

#[tokio::test]
async fn post_messages_says_something_and_joins_an_open_room() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let path = room(&ada, "lounge").await;
    let messages = format!("{path}/messages");
    assert_snapshot!(lin.post(&messages, &json!({"content": "hello"})).await, @r#"201 {"id":1,"room_id":2,"sender_id":2,"username":"lin","content":"hello","text":"hello","created_at":"TIME"}"#);
    assert_eq!(lin.get(&path).await.body["joined"], true);
    for key in ["content", "message", "text", "body"] {
        let told = lin.post(&messages, &json!({key: format!(" by {key} ")})).await.is(201);
        assert_eq!(told.body["content"], format!("by {key}"));
        assert_eq!(told.body["text"], told.body["content"]);
    }
    for body in [json!({}), json!({"content": " "}), json!({"message": 5}), json!({"text": null}), json!(["x"])] {
        assert!(lin.post(&messages, &body).await.is(400).body["message"].is_string());
    }
    lin.post(&messages, &json!({"content": "x".repeat(16 * 1024 + 1)})).await.is(413);
}

#[tokio::test]
async fn a_refused_message_joins_nobody() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let path = room(&ada, "lounge").await;
    lin.post(&format!("{path}/messages"), &json!({"content": " "})).await.is(400);
    assert_eq!(lin.get(&path).await.body["joined"], false);
}

#[tokio::test]
async fn get_messages_lists_what_was_said_oldest_first() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let path = format!("{}/messages", room(&ada, "lounge").await);
    assert_eq!(ada.get(&path).await.is(200).text, "[]");
    let mut ids = Vec::new();
    for (who, text) in [(&ada, "one"), (&lin, "two"), (&ada, "three"), (&lin, "four")] {
        ids.push(who.post(&path, &json!({"content": text})).await.is(201).number("id"));
    }
    assert_snapshot!(ada.get(&format!("{path}?limit=2")).await, @r#"200 [{"id":3,"room_id":2,"sender_id":1,"username":"ada","content":"three","text":"three","created_at":"TIME"},{"id":4,"room_id":2,"sender_id":2,"username":"lin","content":"four","text":"four","created_at":"TIME"}]"#);
    let said = async |query: String| ada.get(&format!("{path}{query}")).await.is(200).column("content");
    assert_eq!(said(String::new()).await, ["one", "two", "three", "four"]);
    assert_eq!(said(format!("?limit=2&before={}", ids[3])).await, ["two", "three"]);
    assert_eq!(said(format!("?before={}", ids[1])).await, ["one"]);
    for query in ["limit=0", "limit=201", "limit=x", "before=x", "before=999999"] {
        ada.get(&format!("{path}?{query}")).await.is(400);
    }
    lin.person("lin").post(&format!("/c/{}/messages/{}/delete", &path[16..path.len() - 9], ids[3]), &[]).await;
    assert_eq!(said(String::new()).await, ["one", "two", "three"]);
    assert_eq!(said("?limit=2".to_owned()).await, ["two", "three"]);
}

#[tokio::test]
async fn get_messages_is_complete_however_much_was_said() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    let path = format!("{}/messages", room(&ada, "lounge").await);
    let bodies: Vec<_> = (0..450).map(|n| json!({"content": format!("message {n}")})).collect();
    for told in futures::future::join_all(bodies.iter().map(|body| ada.post(&path, body))).await {
        told.is(201);
    }
    let ids = ada.get(&path).await.column("id");
    assert_eq!(ids.len(), 450);
    assert!(ids.is_sorted_by_key(Value::as_i64));
}

#[tokio::test]
async fn an_open_room_can_be_read_before_it_is_joined() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let path = room(&ada, "lounge").await;
    ada.post(&format!("{path}/messages"), &json!({"content": "welcome"})).await.is(201);
    assert_eq!(lin.get(&format!("{path}/messages")).await.column("content"), ["welcome"]);
}

#[tokio::test]
async fn a_private_room_of_others_looks_like_one_that_does_not_exist() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let hidden = private_room(&ada.person("ada"), "attic").await;
    ada.post(&format!("{hidden}/messages"), &json!({"content": "secret"})).await.is(201);
    for path in [hidden.as_str(), "/api/chat/rooms/99999", "/api/chat/rooms/x", "/api/chat/rooms/-1"] {
        let (messages, text) = (format!("{path}/messages"), json!({"content": "x"}));
        let mut told = vec![lin.get(path).await, lin.get(&messages).await, lin.post(&messages, &text).await];
        told.push(lin.post(&format!("{path}/join"), &json!({})).await);
        told.push(lin.post(&format!("{path}/leave"), &json!({})).await);
        for told in told {
            assert_eq!(told.status, 404, "{path}");
            assert!(path.ends_with('x') || told.text == r#"{"message":"Room not found"}"#, "{path} {}", told.text);
        }
    }
    ada.get(&hidden).await.is(200);
}

#[tokio::test]
async fn conversations_of_other_kinds_are_no_rooms_even_to_their_members() {
    let app = TestApp::start().await;
    let (ada, _lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let public = ada.post("/message", &json!({"content": "hello"})).await.number("chat_id");
    let direct = ada.post("/message", &json!({"content": "hello", "to": "lin"})).await.number("chat_id");
    for id in [public, direct] {
        let path = format!("/api/chat/rooms/{id}");
        ada.get(&path).await.is(404);
        ada.get(&format!("{path}/messages")).await.is(404);
        ada.post(&format!("{path}/messages"), &json!({"content": "x"})).await.is(404);
        ada.post(&format!("{path}/join"), &json!({})).await.is(404);
        ada.post(&format!("{path}/leave"), &json!({})).await.is(404);
    }
}

#[tokio::test]
async fn nothing_is_posted_to_an_archived_room() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let path = room(&ada, "lounge").await;
    let id = path.rsplit('/').next().expect("an id").to_owned();
    ada.post(&format!("{path}/messages"), &json!({"content": "the last word"})).await.is(201);
    ada.person("ada").post(&format!("/c/{id}/archive"), &[("archived", "true")]).await;
    for who in [&ada, &lin] {
        who.post(&format!("{path}/messages"), &json!({"content": "x"})).await.is(403);
        assert_eq!(who.get(&format!("{path}/messages")).await.column("content"), ["the last word"]);
    }
    lin.post(&format!("{path}/join"), &json!({})).await.is(403);
}

#[tokio::test]
async fn what_is_said_in_a_room_is_live_on_the_pages() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    let path = room(&ada, "lounge").await;
    let id: i64 = path.rsplit('/').next().expect("an id").parse().expect("a number");
    let lin = app.user("lin").await;
    lin.post(&format!("/c/{id}/join"), &[]).await;
    let mut socket = lin.listen().await;
    let sent = ada.post(&format!("{path}/messages"), &json!({"content": "hello"})).await.is(201);
    assert_eq!(socket.message().await.id.0, sent.number("id"));
    socket.post(protocol::ConversationId(id), "m1", "hello, ada").await;
    socket.accepted("m1").await;
    assert_eq!(ada.get(&format!("{path}/messages")).await.column("username"), ["ada", "lin"]);
}
