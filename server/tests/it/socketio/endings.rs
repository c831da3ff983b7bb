//! How a connection ends from our side.

use std::time::Instant;

use serde_json::{Value, json};

use super::client::Client;
use crate::app::{PATIENCE, TestApp};

#[tokio::test]
async fn signing_out_closes_the_sessions_clients_and_no_others() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (mut desk, mut phone, mut other) =
        (Client::enter(&ada).await, Client::enter_polling(&ada).await, Client::enter(&bob).await);
    other.emit("join_public", Value::Null).await;
    other.until("user_joined").await;
    desk.emit("join_public", Value::Null).await;
    other.until("user_joined").await;
    ada.post("/sign-out", &[]).await;
    assert!(desk.closed().await, "put out, so that it doesn't come back by itself");
    phone.closed().await;
    other.until("user_left").await;
    assert_eq!(other.call("message", json!("still here")).await["content"], "still here");
    let mut again = Client::websocket(&app.url, "", &[]).await.expect("a socket");
    assert!(again.connect(json!({"token": ada.token})).await.is_err());
}

#[tokio::test]
async fn a_revoked_access_token_closes_its_clients() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let page = ada.form("/settings/tokens", &[("name", "script"), ("days", "30")]).send().await.expect("an answer");
    let page = page.text().await.expect("text");
    let start = page.find("confab_").expect("the token, shown once");
    let token: String = page[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
    let list = ada.get("/settings/tokens").await.text().await.expect("text");
    let path = list.split("/settings/tokens/").nth(1).and_then(|rest| rest.split('/').next()).expect("its id");
    let mut script = Client::websocket(&app.url, "", &[]).await.expect("a socket");
    script.connect(json!({"token": token})).await.expect("let in");
    let mut browser = Client::enter(&ada).await;
    ada.post(&format!("/settings/tokens/{path}/revoke"), &[]).await;
    assert!(script.closed().await);
    assert_eq!(browser.call("message", json!("still here")).await["content"], "still here");
}

mod clock {
    use std::sync::atomic::{AtomicI64, Ordering};

    use chat::Environment;
    use protocol::Timestamp;

    static AHEAD: AtomicI64 = AtomicI64::new(0);

    pub fn advance(seconds: i64) {
        AHEAD.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    pub fn environment() -> Environment {
        let now = || Timestamp((Environment::real().now)().0 + AHEAD.load(Ordering::SeqCst));
        Environment { now, ..Environment::real() }
    }
}

#[tokio::test]
async fn a_token_that_has_run_out_closes_its_clients() {
    let app = TestApp::with_clock(&["--token-ttl", "1h"], clock::environment()).await;
    let person = app.user("ada").await;
    clock::advance(60 * 60 - 5);
    let mut ada = Client::enter(&person).await;
    assert!(!ada.closed().await, "not put out: with a newer token it comes back");
    let mut again = Client::websocket(&app.url, "", &[]).await.expect("a socket");
    assert!(again.connect(json!({"token": person.token})).await.is_err());
}

#[tokio::test]
async fn a_stopping_server_closes_its_clients_and_waits_for_it() {
    let mut app = TestApp::start().await;
    let ada = app.user("ada").await;
    let (mut first, mut second) = (Client::enter(&ada).await, Client::enter_polling(&ada).await);
    let mut silent = Client::websocket(&app.url, "", &[]).await.expect("a socket");
    let started = Instant::now();
    app.begin_to_stop();
    assert_eq!((first.closed().await, silent.closed().await), (false, false));
    second.closed().await;
    app.stopped().await;
    assert!(started.elapsed() < PATIENCE / 2, "nobody is waited for in vain");
}
