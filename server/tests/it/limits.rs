//! What one client may cost.

use reqwest::{Body, header};

use crate::{
    app::TestApp,
    person::{PASSWORD, client, form},
};

const TOO_MUCH: usize = 256 * 1024 + 1;

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let app = TestApp::start().await;
    for path in ["/sign-in", "/ui/nothing"] {
        let declared = Body::from("x".repeat(TOO_MUCH));
        let chunks = futures::stream::iter((0..=TOO_MUCH / 1024).map(|_| Ok::<_, std::io::Error>("x".repeat(1024))));
        for body in [declared, Body::wrap_stream(chunks)] {
            let request = client().post(format!("{}{path}", app.url)).body(body);
            let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let response = request.send().await.expect("an answer");
            assert_eq!(response.status(), 413, "{path}");
            let error: serde_json::Value = serde_json::from_str(&response.text().await.expect("a body")).expect("JSON");
            assert_eq!((&error["error"], &error["limit"]), (&"too_large".into(), &(256 * 1024).into()));
        }
    }
}

#[tokio::test]
async fn who_is_refused_while_still_sending_learns_why() {
    let app = TestApp::start().await;
    // Far more than lies between two ends of a line; so early an answer would be lost with it.
    let body = vec![b'x'; 12 << 20];
    for (path, expected) in [("/api/v1/projects/1/files", 401), ("/api/v1/nothing", 404), ("/ui/nothing", 413)] {
        let request = client().post(format!("{}{path}", app.url)).body(body.clone());
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), expected, "{path}");
    }
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down() {
    let app = TestApp::with(&["--rate-limit", "on"]).await;
    app.user("ada").await;
    let guess = || form(&app.url, "/sign-in", &[("login", "ada"), ("password", "a guess of mine")]).send();
    let mut refused = None;
    for _ in 0..20 {
        let response = guess().await.expect("an answer");
        if response.status() == 429 {
            refused = Some(response);
            break;
        }
        assert_eq!(response.status(), 401);
    }
    let refused = refused.expect("nobody may guess for ever");
    let wait: u64 = refused.headers()[header::RETRY_AFTER].to_str().expect("text").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    let right = form(&app.url, "/sign-in", &[("login", "ada"), ("password", PASSWORD)]).send().await;
    assert_eq!(right.expect("an answer").status(), 429, "nor is the right one let through meanwhile");
}

#[tokio::test]
async fn an_invented_forwarded_address_does_not_help_a_guesser() {
    let app = TestApp::with(&["--rate-limit", "on"]).await;
    let mut statuses = Vec::new();
    for n in 0..100 {
        // Refused before its password is hashed, so that this takes no time; it counts as an attempt all the same.
        let request = form(&app.url, "/sign-up", &[("username", ""), ("password", PASSWORD)]);
        let response = request.header("x-forwarded-for", format!("10.1.2.{n}")).send().await.expect("an answer");
        statuses.push(response.status().as_u16());
    }
    assert!(statuses.starts_with(&[400]) && statuses.ends_with(&[429]), "all came from one address: {statuses:?}");
}

#[tokio::test]
async fn a_hasty_client_is_read_more_slowly_but_loses_nothing() {
    let app = TestApp::with(&["--rate-limit", "on"]).await;
    let mut socket = app.user("ada").await.listen().await;
    let public = socket.public();
    for n in 0..130 {
        socket.post(public, &format!("m{n}"), "in a hurry").await;
    }
    let started = std::time::Instant::now();
    assert_eq!(socket.accepted("m129").await.seq, 130);
    // 100 at once and 20 a second after that: 30 more can't be through in less than a second.
    assert!(started.elapsed().as_millis() > 1_000, "{:?}", started.elapsed());
}
