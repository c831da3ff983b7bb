//! Conversations: rooms, groups, direct chats, and what changes about them.

use protocol::{Event, ServerFrame};
use serde_json::{Value, json};

use super::client::{Program, column};
use crate::{app::TestApp, person::Person};

#[tokio::test]
async fn a_room_is_found_joined_and_left() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await);
    let room = ada.post("/rooms", json!({"name": "#bridges", "topic": "Steel and stone"})).await.is(201);
    assert_eq!((&room["name"], &room["role"], &room["kind"]), (&"bridges".into(), &"owner".into(), &"room".into()));
    let path = format!("/conversations/{}", room.number("id"));

    let found = bob.get("/rooms?search=STONE").await.is(200);
    assert_eq!((found.column("name"), found.column("joined")), (vec!["bridges".into()], vec![false.into()]));
    let looked = bob.get(&path).await.is(200);
    assert_eq!((&looked["role"], looked.number("unread_count")), (&Value::Null, 0));
    let joined = bob.put(&format!("{path}/membership"), Value::Null).await.is(200);
    assert_eq!((&joined["role"], joined.number("member_count")), (&"member".into(), 2));
    bob.put(&format!("{path}/membership"), Value::Null).await.is(200);
    assert!(column(&bob.all("/conversations").await, "name").contains(&"bridges".into()));
    bob.delete(&format!("{path}/membership")).await.is(204);
    assert!(!column(&bob.all("/conversations").await, "name").contains(&"bridges".into()));
}

#[tokio::test]
async fn what_is_private_is_unknown_to_strangers() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, eve) = (stranger.sign_up("ada").await, stranger.sign_up("eve").await);
    let room = ada.room("plans", true).await;
    let message = ada.say(room, "in secret").await;
    let answers = async |room: i64, message: i64| {
        let path = format!("/conversations/{room}");
        let mut told = Vec::new();
        told.push(eve.get(&path).await);
        told.push(eve.get(&format!("{path}/messages")).await);
        told.push(eve.get(&format!("{path}/members")).await);
        told.push(eve.put(&format!("{path}/membership"), Value::Null).await);
        told.push(eve.post(&format!("{path}/messages"), json!({"body": "hello"})).await);
        told.push(eve.post(&format!("{path}/typing"), json!({})).await);
        told.push(eve.patch(&path, json!({"name": "mine"})).await);
        told.push(eve.get(&format!("/messages/{message}")).await);
        told.into_iter().map(|told| told.is(404).body).collect::<Vec<_>>()
    };
    assert_eq!(answers(room, message).await, answers(room + 1000, message + 1000).await);
    assert!(!eve.get("/rooms").await.is(200).text.contains("plans"));
}

#[tokio::test]
async fn a_change_is_made_whole_or_not_at_all() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await);
    let room = bob.room("bridges", true).await;
    bob.post(&format!("/conversations/{room}/members"), json!({"people": [ada.id]})).await.is(204);
    let appoint = format!("/conversations/{room}/members/{}", ada.id);
    bob.patch(&appoint, json!({"role": "admin"})).await.is(204);

    let path = format!("/conversations/{room}");
    ada.patch(&path, json!({"name": "tunnels", "archived": true})).await.is(403);
    assert_eq!(bob.get(&path).await.is(200)["name"], "bridges", "an admin may rename but not archive");
    let archived = bob.patch(&path, json!({"name": "tunnels", "archived": true})).await.is(200);
    assert!(archived["name"] == "tunnels" && !archived["archived_at"].is_null());
    bob.post(&format!("{path}/messages"), json!({"body": "too late"})).await.is(403);
    bob.patch(&path, json!({"topic": "too late"})).await.is(403);
    let restored = bob.patch(&path, json!({"topic": "again", "archived": false, "private": false})).await.is(200);
    let expected = (&"again".into(), &Value::Null, &false.into());
    assert_eq!((&restored["topic"], &restored["archived_at"], &restored["private"]), expected);
}

#[tokio::test]
async fn two_people_have_one_direct_chat() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await);
    let chat = ada.put(&format!("/direct/{}", bob.id), Value::Null).await.is(200);
    let same = bob.put(&format!("/direct/{}", ada.id), Value::Null).await.is(200);
    assert_eq!((chat.number("id"), &chat["people"]), (same.number("id"), &json!([ada.id, bob.id])));
    ada.put(&format!("/direct/{}", ada.id), Value::Null).await.is(400);
    ada.put("/direct/1000", Value::Null).await.is(404);
    ada.delete(&format!("/conversations/{}/membership", chat.number("id"))).await.is(403);
}

#[tokio::test]
async fn a_group_is_called_after_its_people_or_by_its_name() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await);
    let group = ada.post("/groups", json!({"people": [bob.id]})).await.is(201);
    assert_eq!((&group["name"], &group["people"]), (&"".into(), &json!([ada.id, bob.id])));
    ada.post("/groups", json!({"people": [bob.id], "name": "Lunch"})).await.is(201);
    assert_eq!(ada.post("/groups", json!({"people": [1000]})).await.is(400)["field"], "people");
    ada.post("/groups", json!({"people": [bob.id], "project_id": 1000})).await.is(404);
}

#[tokio::test]
async fn what_is_read_counts_on_every_device() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await);
    let room = ada.room("bridges", false).await;
    let path = format!("/conversations/{room}");
    bob.put(&format!("{path}/membership"), Value::Null).await.is(200);
    for text in ["one", "two", "three"] {
        ada.say(room, text).await;
    }
    assert_eq!(bob.get(&path).await.is(200).number("unread_count"), 3);
    for (seq, unread) in [(2, 1), (1, 1), (99, 0)] {
        bob.put(&format!("{path}/read"), json!({"seq": seq})).await.is(204);
        assert_eq!(bob.get(&path).await.is(200).number("unread_count"), unread, "after {seq}");
    }
    bob.put(&format!("{path}/read"), json!({"seq": -1})).await.is(400);
}

#[tokio::test]
async fn the_others_are_told_who_writes_though_no_socket_of_theirs_is_open() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let ada = stranger.sign_up("ada").await;
    let bob = Person::sign_up(&app.url, "bob").await;
    let mut socket = bob.listen().await;
    let public = socket.public();
    ada.post(&format!("/conversations/{public}/typing"), json!({})).await.is(204);
    let writes = |frame: &ServerFrame| match frame {
        ServerFrame::Event(Event::Typing { user, .. }) => Some(user.username.clone()),
        _ => None,
    };
    assert_eq!(socket.until(writes).await, "ada");
    let told = ada.get(&format!("/users/{}", socket.user_id)).await.is(200);
    assert_eq!(told["online"], true, "whose socket is open is here");
}
