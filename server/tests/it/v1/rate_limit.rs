//! How often the API may be asked.

use serde_json::json;

use super::client::{Answer, Program};
use crate::app::TestApp;

fn limits(answer: &Answer) -> [u64; 3] {
    ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"]
        .map(|name| answer.headers[name].to_str().expect("text").parse().expect("a number"))
}

/// Asks until it is refused; the refusal.
async fn exhaust(who: &Program, path: &str) -> Answer {
    for _ in 0..2000 {
        let answer = who.get(path).await;
        if answer.status == 429 {
            return answer;
        }
    }
    panic!("nobody may ask for ever");
}

#[tokio::test]
async fn every_answer_says_how_one_stands() {
    let app = TestApp::with(&["--rate-limit", "on"]).await;
    let stranger = Program::stranger(&app).await;
    let [limit, remaining, reset] = limits(&stranger.get("/place").await.is(200));
    assert_eq!((limit, remaining, reset), (50, 49, 1));
    let ada = stranger.sign_up("ada").await;
    assert_eq!(limits(&ada.get("/account").await.is(200))[..2], [200, 199], "a person has a count of their own");
    for refused in [
        stranger.get("/account").await.is(401),
        ada.get("/conversations/1000").await.is(404),
        ada.post("/rooms", json!({"name": " "})).await.is(400),
    ] {
        assert!(limits(&refused)[1] < limits(&refused)[0]);
    }
}

#[tokio::test]
async fn who_asks_too_fast_is_told_when_to_come_back() {
    let app = TestApp::with(&["--rate-limit", "on"]).await;
    let stranger = Program::stranger(&app).await;
    let ada = stranger.sign_up("ada").await;
    let refused = exhaust(&stranger, "/place").await;
    let wait: u64 = refused.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert_eq!((&refused["error"], limits(&refused)), (&"too_many".into(), [50, 0, wait]));
    assert_eq!(refused.number("retry_after"), 1);
    ada.get("/account").await.is(200);
}

#[tokio::test]
async fn the_limits_can_be_off() {
    let app = TestApp::start().await;
    let place = Program::stranger(&app).await.get("/place").await.is(200);
    assert!(!place.headers.contains_key("ratelimit-limit"));
}
