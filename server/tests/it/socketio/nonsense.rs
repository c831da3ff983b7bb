//! What isn't understood: an error or silence, and in the end the door. Nobody else notices.

use reqwest::{Client as Http, StatusCode};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message as Frame;

use super::client::{Client, Heard};
use crate::app::TestApp;

#[tokio::test]
async fn a_little_nonsense_is_answered_and_much_is_cut_off() {
    let app = TestApp::start().await;
    let mut witness = Client::enter(&app.user("witness").await).await;
    let nested = format!("42[\"message\",{}1{}]", "[".repeat(20_000), "]".repeat(20_000));
    let packets = [
        "4",
        "4é",
        "44{}",
        "47",
        "42",
        "42[]",
        "42{}",
        "42[1,2]",
        "42[\"message\"",
        "45-[\"message\",\"x\"]",
        "42/other,[\"message\",\"x\"]",
        "40/other,",
        "4299999999999999999999[\"message\"]",
        nested.as_str(),
        "451-[\"message\",{\"_placeholder\":true,\"num\":0}]",
    ];
    for (place, packet) in packets.into_iter().enumerate() {
        let mut ada = Client::enter(&app.user(&format!("ada{place}")).await).await;
        ada.send(packet).await;
        let heard = ada.next().await;
        assert!(
            matches!(&heard, Heard::Refused(_)) || matches!(&heard, Heard::Event(name, _) if name == "error"),
            "{packet}: {heard:?}"
        );
        assert_eq!(ada.call("get_online_users", json!({})).await, json!({"users": []}), "{packet}");
        for _ in 0..11 {
            let _ = ada.try_send("42{").await;
        }
        assert!(ada.closed().await, "{packet}");
    }
    assert_eq!(witness.call("message", json!("undisturbed")).await["content"], "undisturbed");
    assert_eq!(witness.until("message").await["content"], "undisturbed");
}

#[tokio::test]
async fn acknowledgements_that_nobody_asked_for_are_passed_over() {
    let app = TestApp::start().await;
    let mut ada = Client::enter(&app.user("ada").await).await;
    for packet in ["430[]", "437[\"x\"]", "43[]", "43", "461-1[{\"_placeholder\":true,\"num\":0}]"] {
        ada.send(packet).await;
    }
    ada.send_frame(Frame::binary(vec![1, 2, 3])).await;
    ada.emit("message", json!("still here")).await;
    assert_eq!(ada.event().await.0, "message");
}

#[tokio::test]
async fn announced_binary_data_is_passed_over_and_other_counts_as_nonsense() {
    let app = TestApp::start().await;
    let mut ada = Client::enter(&app.user("ada").await).await;
    for _ in 0..20 {
        ada.send("451-[\"message\",{\"_placeholder\":true,\"num\":0}]").await;
        ada.send_frame(Frame::binary(vec![1, 2, 3])).await;
        ada.until("error").await;
    }
    ada.call("message", json!("still here")).await;
    for _ in 0..11 {
        ada.send_frame(Frame::binary(vec![1, 2, 3])).await;
    }
    assert!(ada.closed().await);
}

#[tokio::test]
async fn too_much_at_once_ends_the_connection() {
    let app = TestApp::start().await;
    let (ada, mut witness) = (app.user("ada").await, Client::enter(&app.user("witness").await).await);
    let long = format!("42[\"message\",\"{}\"]", "x".repeat(64 * 1024));
    let mut socket = Client::enter(&ada).await;
    socket.send(&long).await;
    socket.closed().await;
    let polling = Client::enter_polling(&ada).await;
    let response = Http::new().post(polling.address()).body(long).send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(witness.call("message", json!("undisturbed")).await["content"], "undisturbed");
}

#[tokio::test]
async fn bodies_that_are_no_packets_are_refused() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for body in [&b"\xff\xfe"[..], b"9", b"", b"0{}", "é".as_bytes(), b"b!!!", b"5"] {
        let client = Client::enter_polling(&ada).await;
        let response = Http::new().post(client.address()).body(body.to_vec()).send().await.expect("an answer");
        assert!(response.status().as_u16() < 500, "{body:?}: {}", response.status());
    }
}
