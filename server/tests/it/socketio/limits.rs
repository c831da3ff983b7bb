//! Clients that are too slow or too fast: they are cut off or held back, and keep no one waiting.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use crate::app::TestApp;

#[tokio::test]
async fn who_does_not_read_is_cut_off_and_keeps_no_one_waiting() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut sender = Client::enter(&ada).await;
    sender.emit("join_public", Value::Null).await;
    sender.until("user_joined").await;
    let mut idle = Client::narrow(&app.url).await;
    idle.connect(json!({"token": bob.token})).await.expect("let in");
    idle.call("join_public", Value::Null).await;
    sender.until("user_joined").await;
    // First what fills the system's buffers, then more than the 1,000 packets that may wait: two for each message.
    let body = "x".repeat(protocol::MAX_BODY_BYTES);
    for n in 0..600 {
        let text = if n < 150 { body.as_str() } else { "typed" };
        sender.call("message", json!(text)).await;
    }
    assert_eq!(sender.until("user_left").await["username"], "bob", "while he still doesn't read");
    idle.closed().await;
}

#[tokio::test]
async fn who_leaves_answers_unread_gets_no_more_of_them() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut writer = Client::enter(&ada).await;
    for _ in 0..50 {
        writer.call("message", json!("x".repeat(protocol::MAX_BODY_BYTES))).await;
    }
    let (_, public) = super::client::ids(&ada).await;
    let mut idle = Client::narrow(&app.url).await;
    idle.connect(json!({"token": ada.token})).await.expect("let in");
    // Each would be answered with three megabytes: what is not yet carried out waits in line, up to one megabyte.
    let join = format!("42{}", json!(["join", {"conversation_id": public, "padding": "x".repeat(60_000)}]));
    let mut sent = 0;
    while sent < 100 && idle.try_send(&join).await.is_ok() {
        sent += 1;
    }
    idle.closed().await;
    assert_eq!(writer.call("get_online_users", Value::Null).await, json!({"users": []}), "nobody else is disturbed");
}

#[tokio::test]
async fn who_speaks_too_fast_is_held_back_and_loses_nothing() {
    let app = TestApp::with(&["--rate-limit", "on"]).await;
    let mut ada = Client::enter(&app.user("ada").await).await;
    let started = Instant::now();
    // A hundred at once are fine, then twenty a second.
    for n in 0..130 {
        ada.emit("message", json!(n.to_string())).await;
    }
    for n in 0..130 {
        assert_eq!(ada.until("message").await["content"], n.to_string());
    }
    assert!(started.elapsed() > Duration::from_secs(1));
}
