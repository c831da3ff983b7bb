//! Messages: sent once, read back from anywhere, changed, deleted, reacted to.

use reqwest::Method;
use serde_json::{Value, json};

use super::client::Program;
use crate::{app::TestApp, person::Person};

async fn two() -> (TestApp, Program, Program, i64) {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await);
    let public = stranger.get("/place").await.is(200).number("public_conversation_id");
    (app, ada, bob, public)
}

#[tokio::test]
async fn a_message_is_heard_and_read_back() {
    let (app, ada, bob, public) = two().await;
    let listener = Person { url: app.url.clone(), name: "bob".to_owned(), token: bob.token.clone().expect("a token") };
    let mut socket = listener.listen().await;
    let path = format!("/conversations/{public}/messages");
    let sent = ada.post(&path, json!({"body": "**Hello** ", "client_id": "a-1"})).await.is(201);
    assert_eq!((&sent["body"], sent.number("author_id"), sent.number("seq")), (&"**Hello**".into(), ada.id, 1));
    assert_eq!(socket.message().await.body, "**Hello**");
    assert_eq!(bob.get(&format!("/messages/{}", sent.number("id"))).await.is(200).body, sent.body);
    let listed = bob.get(&path).await.is(200);
    assert_eq!((&listed["items"][0], &listed["users"][0]["username"]), (&sent.body, &"ada".into()));
}

#[tokio::test]
async fn a_message_that_is_sent_again_is_the_same_one() {
    let (_app, ada, _, public) = two().await;
    let path = format!("/conversations/{public}/messages");
    let first = ada.post(&path, json!({"body": "once", "client_id": "a-1"})).await.is(201);
    let again = ada.post(&path, json!({"body": "once", "client_id": "a-1"})).await.is(200);
    let by_header =
        ada.request(Method::POST, &path).header("idempotency-key", "\"a-1\"").json(&json!({"body": "once"}));
    let by_header = ada.send(&path, by_header).await.is(200);
    assert!(first.body == again.body && first.body == by_header.body);
    assert_eq!(ada.all(&path).await.len(), 1);

    let room = ada.room("bridges", false).await;
    let elsewhere = format!("/conversations/{room}/messages");
    ada.post(&elsewhere, json!({"body": "once", "client_id": "a-1"})).await.is(409);
    assert_eq!(ada.post(&path, json!({"body": "x", "client_id": "a b"})).await.is(400)["field"], "client_id");
}

#[tokio::test]
async fn a_history_is_read_from_anywhere() {
    let (_app, ada, _, public) = two().await;
    for n in 1..=12 {
        ada.say(public, &n.to_string()).await;
    }
    let path = format!("/conversations/{public}/messages");
    let read = async |query: &str| {
        let page = ada.get(&format!("{path}?limit=5{query}")).await.is(200);
        let seqs: Vec<_> = page.column("seq").iter().filter_map(Value::as_i64).collect();
        (seqs, page["at_oldest"] == true, page["at_newest"] == true)
    };
    assert_eq!(read("").await, (vec![8, 9, 10, 11, 12], false, true));
    assert_eq!(read("&before=4").await, (vec![1, 2, 3], true, false));
    assert_eq!(read("&after=9").await, (vec![10, 11, 12], false, true));
    assert_eq!(read("&around=6").await, (vec![4, 5, 6, 7, 8], false, false));
    assert_eq!(read("&around=1").await, (vec![1, 2, 3, 4, 5], true, false));
    assert_eq!(read("&after=99").await, (vec![], false, true));
    for nonsense in ["&before=4&after=2", "&before=-1", "&before=x", "&cursor=00", "&limit=0", "&limit=101"] {
        ada.get(&format!("{path}?{}", nonsense.trim_start_matches('&'))).await.is(400);
    }
}

#[tokio::test]
async fn the_cursor_leads_through_all_of_it_in_either_direction() {
    let (_app, ada, _, public) = two().await;
    for n in 1..=7 {
        ada.say(public, &n.to_string()).await;
    }
    let path = format!("/conversations/{public}/messages");
    let mut backwards = Vec::new();
    let mut page = ada.get(&format!("{path}?limit=3")).await.is(200);
    loop {
        backwards.extend(page.column("body").into_iter().rev());
        // What comes meanwhile is not in the way.
        ada.say(public, "later").await;
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        page = ada.get(&format!("{path}?limit=3&cursor={cursor}")).await.is(200);
    }
    assert_eq!(backwards, ["7", "6", "5", "4", "3", "2", "1"]);
    let forwards = ada.all(&format!("{path}?limit=3&after=0")).await;
    assert_eq!(forwards.len(), 10);
}

#[tokio::test]
async fn one_edits_and_deletes_ones_own_and_a_tombstone_stays() {
    let (_app, ada, bob, public) = two().await;
    let path = format!("/messages/{}", bob.say(public, "helo").await);
    ada.patch(&path, json!({"body": "mine"})).await.is(403);
    let edited = bob.patch(&path, json!({"body": "hello"})).await.is(200);
    assert!(edited["body"] == "hello" && !edited["edited_at"].is_null());
    bob.patch(&path, json!({"body": " "})).await.is(400);
    ada.delete(&path).await.is(204);
    let grave = bob.get(&path).await.is(200);
    assert!(grave["body"] == "" && !grave["deleted_at"].is_null(), "the place's admin keeps order in the public chat");
    bob.patch(&path, json!({"body": "again"})).await.is(409);
    bob.delete(&path).await.is(204);
}

#[tokio::test]
async fn a_reaction_is_given_once_and_taken_back() {
    let (_app, ada, bob, public) = two().await;
    let path = format!("/messages/{}/reactions/%F0%9F%91%8D", ada.say(public, "done").await);
    for _ in 0..2 {
        let told = bob.put(&path, Value::Null).await.is(200);
        assert_eq!(told["reactions"], json!([{"emoji": "👍", "user_ids": [bob.id]}]));
    }
    assert_eq!(bob.delete(&path).await.is(200)["reactions"], json!([]));
    let word = path.replace("%F0%9F%91%8D", "yes");
    assert_eq!(bob.put(&word, Value::Null).await.is(400)["field"], "emoji");
}

#[tokio::test]
async fn a_body_is_neither_blank_nor_endless() {
    let (_app, ada, _, public) = two().await;
    let path = format!("/conversations/{public}/messages");
    for body in [json!({"body": " \n"}), json!({"body": 7}), json!({}), json!({"text": "hello"})] {
        ada.post(&path, body).await.is(400);
    }
    ada.post(&path, json!({"body": "x".repeat(16 * 1024)})).await.is(201);
    let told = ada.post(&path, json!({"body": "x".repeat(16 * 1024 + 1)})).await.is(413);
    assert_eq!(told.number("limit"), 16 * 1024);
    let no_json = ada.request(Method::POST, &path).body("body=hello");
    ada.send(&path, no_json).await.is(415);
    let broken = ada.request(Method::POST, &path).header("content-type", "application/json").body("{");
    ada.send(&path, broken).await.is(400);
}
