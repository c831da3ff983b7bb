//! Who gets a socket, what may be said on it, and how it ends.

use protocol::{ClientFrame, Error, ServerFrame};
use tokio_tungstenite::tungstenite::{Message as Frame, http::StatusCode};

use crate::{app::TestApp, wire::Socket};

#[tokio::test]
async fn strangers_get_no_socket() {
    let app = TestApp::start().await;
    assert_eq!(Socket::open(&app.url, &[]).await.err(), Some(StatusCode::UNAUTHORIZED));
    let forged = [("cookie", "confab_session=forged")];
    assert_eq!(Socket::open(&app.url, &forged).await.err(), Some(StatusCode::UNAUTHORIZED));
}

#[tokio::test]
async fn pages_of_other_sites_get_no_socket() {
    let app = TestApp::start().await;
    let cookie = format!("confab_session={}", app.user("ada").await.token);
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"] {
        let headers = [("cookie", cookie.as_str()), ("origin", origin)];
        assert_eq!(Socket::open(&app.url, &headers).await.err(), Some(StatusCode::FORBIDDEN), "{origin}");
    }
    let own = [("cookie", cookie.as_str()), ("origin", app.url.as_str())];
    assert!(Socket::open(&app.url, &own).await.is_ok());
}

#[tokio::test]
async fn programs_come_in_with_a_bearer_token() {
    let app = TestApp::start().await;
    let bearer = format!("Bearer {}", app.user("ada").await.token);
    assert!(Socket::open(&app.url, &[("authorization", &bearer)]).await.is_ok());
}

#[tokio::test]
async fn signing_out_closes_the_sessions_sockets_and_no_others() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (mut first, mut second, mut other) = (ada.listen().await, ada.listen().await, bob.listen().await);
    ada.post("/sign-out", &[]).await;
    assert_eq!((first.closed().await, second.closed().await), (Some(4001), Some(4001)));
    let public = other.public();
    other.post(public, "m1", "still here").await;
    other.accepted("m1").await;
}

#[tokio::test]
async fn whoever_says_anything_before_what_it_knows_is_let_go() {
    let app = TestApp::start().await;
    let mut socket = app.user("ada").await.connect().await;
    socket.send(&ClientFrame::Watch { users: vec![] }).await;
    assert_eq!(socket.closed().await, Some(1008));
}

#[tokio::test]
async fn nonsense_is_answered_and_in_the_end_cut_off() {
    let app = TestApp::start().await;
    let mut socket = app.user("ada").await.listen().await;
    for nonsense in [Frame::text("{"), Frame::text(r#"{"fly":{}}"#), Frame::binary(vec![1, 2, 3])] {
        socket.send_raw(nonsense).await;
        let field = socket.until(|frame| match frame {
            ServerFrame::Error { error: Error::Invalid { field, .. } } => Some(field.clone()),
            _ => None,
        });
        assert_eq!(field.await, "frame");
    }
    for _ in 0..8 {
        socket.send_raw(Frame::text("nonsense")).await;
    }
    assert_eq!(socket.closed().await, Some(1008));
}

#[tokio::test]
async fn a_frame_beyond_64_kib_ends_the_socket() {
    let app = TestApp::start().await;
    let mut socket = app.user("ada").await.listen().await;
    socket.send_raw(Frame::text("x".repeat(64 * 1024 + 1))).await;
    assert_eq!(socket.closed().await, Some(1009));
}

#[tokio::test]
async fn the_longest_message_fits_even_escaped() {
    let app = TestApp::start().await;
    let mut socket = app.user("ada").await.listen().await;
    let body = "\"\\".repeat(protocol::MAX_BODY_BYTES / 2);
    let public = socket.public();
    socket.post(public, "long", &body).await;
    assert_eq!(socket.accepted("long").await.body, body);
}

#[tokio::test]
async fn what_can_not_be_posted_is_refused_by_its_name() {
    let app = TestApp::start().await;
    let mut socket = app.user("ada").await.listen().await;
    let public = socket.public();
    socket.post(public, "blank", "  \n ").await;
    let refused = socket.next().await;
    assert!(
        matches!(&refused, ServerFrame::Refused { client_id, error: Error::Invalid { field, .. } }
            if client_id == "blank" && field == "body"),
        "{refused:?}"
    );
}
