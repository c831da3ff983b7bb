//! Polling, WebSocket, and from one to the other.

use reqwest::{Client as Http, StatusCode};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message as Frame;

use super::client::{Client, Heard};
use crate::app::TestApp;

#[tokio::test]
async fn nothing_is_lost_and_nothing_doubled_when_a_client_goes_over_to_a_websocket() {
    let app = TestApp::start().await;
    let (mut ada, mut bob) =
        (Client::enter(&app.user("ada").await).await, Client::enter_polling(&app.user("bob").await).await);
    let speaking = tokio::spawn(async move {
        for n in 0..100 {
            ada.call("message", json!(n.to_string())).await;
        }
    });
    for n in 0..100 {
        if n == 30 {
            bob.upgrade().await;
        }
        assert_eq!(bob.until("message").await["content"], n.to_string());
    }
    speaking.await.expect("no panic");
    assert_eq!(bob.call("message", json!("me too")).await["content"], "me too");
    assert_eq!(poll(&bob).await, StatusCode::BAD_REQUEST, "it polls no more");
}

async fn poll(client: &Client) -> StatusCode {
    Http::new().get(client.address()).send().await.expect("an answer").status()
}

#[tokio::test]
async fn a_client_whose_websocket_breaks_before_it_went_over_goes_on_polling() {
    let app = TestApp::start().await;
    let mut ada = Client::enter_polling(&app.user("ada").await).await;
    drop(ada.probe().await);
    // Until the server has noticed, polls are ended at once and what comes waits.
    assert_eq!(ada.call("message", json!("still here")).await["content"], "still here");
    ada.upgrade().await;
    assert_eq!(ada.call("message", json!("over there")).await["content"], "over there");
}

#[tokio::test]
async fn of_two_polls_at_once_neither_goes_on() {
    let app = TestApp::start().await;
    let ada = Client::enter_polling(&app.user("ada").await).await;
    let (first, second) = tokio::join!(poll(&ada), poll(&ada));
    assert!([first, second].contains(&StatusCode::BAD_REQUEST), "{first} {second}");
    assert_eq!(poll(&ada).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_goes_over_to_a_session_that_there_is_not() {
    let app = TestApp::start().await;
    let query = format!("&sid={}", "0".repeat(32));
    assert_eq!(Client::websocket(&app.url, &query, &[]).await.err(), Some(StatusCode::BAD_REQUEST));
}

#[tokio::test]
async fn several_packets_may_come_in_one_body() {
    let app = TestApp::start().await;
    let mut ada = Client::enter_polling(&app.user("ada").await).await;
    ada.send("42[\"message\",\"one\"]\u{1e}42[\"message\",\"two\"]").await;
    for text in ["one", "two"] {
        assert_eq!(ada.until("message").await["content"], text);
    }
}

#[tokio::test]
async fn a_client_that_says_goodbye_is_gone() {
    let app = TestApp::start().await;
    let mut ada = Client::enter_polling(&app.user("ada").await).await;
    ada.send("1").await;
    assert_eq!(ada.next().await, Heard::Closed);
    assert_eq!(poll(&ada).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_a_client_said_before_it_left_is_carried_out() {
    let app = TestApp::start().await;
    let (mut ada, mut witness) =
        (Client::enter(&app.user("ada").await).await, Client::enter(&app.user("witness").await).await);
    for n in 0..20 {
        ada.emit("message", json!(n.to_string())).await;
    }
    ada.send_frame(Frame::Close(None)).await;
    for n in 0..20 {
        assert_eq!(witness.until("message").await["content"], n.to_string());
    }
    assert!(!ada.closed().await);
}

#[tokio::test]
async fn both_spellings_of_the_path_are_served() {
    let app = TestApp::start().await;
    for path in ["/socket.io", "/socket.io/"] {
        let response = Http::new().get(format!("{}{path}?EIO=4&transport=polling", app.url)).send().await;
        assert_eq!(response.expect("an answer").status(), 200, "{path}");
    }
}

#[tokio::test]
async fn the_longest_message_fits_even_escaped() {
    let app = TestApp::start().await;
    let body = "\"\\".repeat(protocol::MAX_BODY_BYTES / 2);
    let mut ada = Client::enter(&app.user("ada").await).await;
    assert_eq!(ada.call("message", json!(body)).await["content"], body);
    let mut bob = Client::enter_polling(&app.user("bob").await).await;
    assert_eq!(bob.call("message", json!(body)).await["content"], body);
}
