//! Who is let in, and how they may say who they are.

use protocol::Error;
use serde_json::{Value, json};

use super::client::{Client, Headers, Heard};
use crate::{
    app::TestApp,
    person::{PASSWORD, client, form},
};

#[tokio::test]
async fn a_token_comes_in_five_ways_over_both_transports() {
    let app = TestApp::start().await;
    let token = app.user("ada").await.token;
    let (bearer, cookie) = (format!("Bearer {token}"), format!("confab_session={token}"));
    let query = format!("&token={token}");
    let ways: [(&str, Headers<'_>, Value); 5] = [
        ("", &[], json!({"token": token})),
        ("", &[], json!(json!({"token": token}).to_string())),
        (&query, &[], Value::Null),
        ("", &[("authorization", &bearer)], Value::Null),
        ("", &[("cookie", &cookie)], Value::Null),
    ];
    for (query, headers, auth) in ways {
        let mut socket = Client::websocket(&app.url, query, headers).await.expect("a socket");
        socket.connect(auth.clone()).await.expect("let in over a WebSocket");
        let mut socket = Client::polling(&app.url, query, headers).await;
        socket.connect(auth).await.expect("let in by polling");
    }
}

#[tokio::test]
async fn who_brings_no_good_token_is_refused_over_both_transports() {
    let app = TestApp::start().await;
    let gone = app.user("ada").await;
    gone.post("/sign-out", &[]).await;
    let cookie = format!("confab_session={}", gone.token);
    for auth in [Value::Null, json!({}), json!({"token": "forged"}), json!({"token": gone.token}), json!("{"), json!(7)]
    {
        for query in ["", "&token=", "&token=forged"] {
            let mut socket = Client::websocket(&app.url, query, &[("cookie", &cookie)]).await.expect("a socket");
            assert_eq!(socket.connect(auth.clone()).await, Err(Error::SignedOut.to_string()), "{auth} {query}");
            let mut socket = Client::polling(&app.url, query, &[("cookie", &cookie)]).await;
            assert_eq!(socket.connect(auth.clone()).await, Err(Error::SignedOut.to_string()), "{auth} {query}");
        }
    }
}

#[tokio::test]
async fn a_bad_token_is_not_made_up_for_by_a_good_cookie() {
    let app = TestApp::start().await;
    let cookie = format!("confab_session={}", app.user("ada").await.token);
    let mut socket = Client::websocket(&app.url, "", &[("cookie", &cookie)]).await.expect("a socket");
    assert!(socket.connect(json!({"token": "forged"})).await.is_err());
    // Who was refused may try again on the same connection.
    socket.connect(Value::Null).await.expect("let in");
}

#[tokio::test]
async fn the_cookie_counts_for_pages_of_ours_alone() {
    let app = TestApp::start().await;
    let token = app.user("ada").await.token;
    let (cookie, bearer) = (format!("confab_session={token}"), format!("Bearer {token}"));
    for (origin, good) in [(app.url.as_str(), true), ("https://evil.example", false), ("null", false)] {
        let headers = [("cookie", cookie.as_str()), ("origin", origin)];
        let mut socket = Client::websocket(&app.url, "", &headers).await.expect("a socket");
        assert_eq!(socket.connect(Value::Null).await.is_ok(), good, "{origin} over a WebSocket");
        let mut socket = Client::polling(&app.url, "", &headers).await;
        assert_eq!(socket.connect(Value::Null).await.is_ok(), good, "{origin} by polling");
    }
    let headers = [("authorization", bearer.as_str()), ("origin", "https://evil.example")];
    let mut socket = Client::websocket(&app.url, "", &headers).await.expect("a socket");
    socket.connect(Value::Null).await.expect("a token is sent only by those who know it");
}

#[tokio::test]
async fn the_cookie_counts_for_origins_that_a_setting_lists() {
    let app = TestApp::with(&["--socketio-cors", "https://chat.example"]).await;
    let cookie = format!("confab_session={}", app.user("ada").await.token);
    for (origin, good) in [("https://chat.example", true), ("https://other.example", false)] {
        let headers = [("cookie", cookie.as_str()), ("origin", origin)];
        let mut socket = Client::websocket(&app.url, "", &headers).await.expect("a socket");
        assert_eq!(socket.connect(Value::Null).await.is_ok(), good, "{origin}");
    }
}

#[tokio::test]
async fn nobody_says_anything_before_they_are_in() {
    let app = TestApp::start().await;
    let mut witness = Client::enter(&app.user("ada").await).await;
    let mut stranger = Client::websocket(&app.url, "", &[]).await.expect("a socket");
    stranger.send(r#"42["message","let me in"]"#).await;
    assert!(stranger.connect(Value::Null).await.is_err());
    stranger.send(r#"421["message","let me in"]"#).await;
    assert_eq!(witness.call("message", json!("ours")).await["content"], "ours");
    assert_eq!(witness.until("message").await["content"], "ours");
}

#[tokio::test]
async fn there_is_one_namespace() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = Client::websocket(&app.url, "", &[]).await.expect("a socket");
    socket.send(&format!("40/admin,{}", json!({"token": ada.token}))).await;
    assert_eq!(socket.next().await, Heard::Refused("Invalid namespace".to_owned()));
    socket.connect(json!({"token": ada.token})).await.expect("let in");
    socket.send("40/admin,").await;
    assert_eq!(socket.next().await, Heard::Refused("Invalid namespace".to_owned()));
    assert_eq!(socket.call("message", json!("still here")).await["content"], "still here");
}

#[tokio::test]
async fn who_leaves_the_namespace_may_come_back_on_the_same_connection() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = Client::enter(&ada).await;
    socket.send("41").await;
    socket.connect(json!({"token": ada.token})).await.expect("let in again");
}

#[tokio::test]
async fn requests_that_are_none_are_refused_in_json() {
    let app = TestApp::start().await;
    let ask = async |method: reqwest::Method, query: &str| {
        let url = format!("{}/socket.io/{query}", app.url);
        let response = client().request(method, url).header("accept", "text/html").send().await.expect("an answer");
        (response.status().as_u16(), response.json::<Value>().await.expect("JSON")["code"].clone())
    };
    let get = reqwest::Method::GET;
    assert_eq!(ask(get.clone(), "").await, (400, json!("0")));
    assert_eq!(ask(get.clone(), "?EIO=4&transport=pigeon").await, (400, json!("0")));
    assert_eq!(ask(get.clone(), "?EIO=3&transport=polling").await, (400, json!("5")));
    assert_eq!(ask(get.clone(), "?EIO=4&transport=polling&sid=unknown").await, (400, json!("1")));
    assert_eq!(ask(get.clone(), "?EIO=4&transport=websocket&sid=unknown").await, (400, json!("1")));
    assert_eq!(ask(get, "?EIO=4&transport=websocket").await, (400, Value::Null), "without an upgrade");
    assert_eq!(ask(reqwest::Method::POST, "?EIO=4&transport=polling").await, (400, json!("2")));
    assert_eq!(ask(reqwest::Method::DELETE, "?EIO=4&transport=polling").await, (400, json!("2")));
}

#[tokio::test]
async fn nobody_is_called_like_an_event() {
    let app = TestApp::start().await;
    for name in [
        "connect",
        "connect_error",
        "connected",
        "disconnect",
        "echo",
        "error",
        "joined_private",
        "message",
        "message_deleted",
        "message_updated",
        "new_private_message",
        "new_public_message",
        "online_users",
        "recent_messages",
        "Status",
        "user_joined",
        "USER_LEFT",
    ] {
        let fields = [("username", name), ("password", PASSWORD)];
        let response = form(&app.url, "/sign-up", &fields).send().await.expect("an answer");
        assert_eq!(response.status(), 400, "{name}");
    }
}
