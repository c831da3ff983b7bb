//! Coming in and going out, by plain forms.

use reqwest::header;

use crate::{
    app::TestApp,
    person::{PAGE, PASSWORD, Person, client, form, set_cookie, token},
};

#[tokio::test]
async fn signing_up_signs_in_and_signing_out_ends_it() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert!(ada.is_signed_in().await);

    let response = ada.form("/sign-out", &[]).send().await.expect("an answer");
    assert_eq!(response.status(), 303);
    let cookie = set_cookie(&response).expect("a cookie");
    assert!(token(&cookie).is_empty() && cookie.contains("Max-Age=0"), "{cookie}");
    assert!(!ada.is_signed_in().await, "a copy of the old cookie is worth nothing");

    assert!(Person::sign_in(&app.url, "ada").await.is_signed_in().await);
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::start().await;
    let fields = [("username", "ada"), ("password", PASSWORD)];
    let response = form(&app.url, "/sign-up", &fields).send().await.expect("an answer");
    let cookie = set_cookie(&response).expect("a cookie");
    for part in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=86400"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "a browser would refuse it over plain HTTP: {cookie}");
}

#[tokio::test]
async fn the_cookie_is_secure_where_people_come_by_https() {
    let public = TestApp::with(&["--public-url", "https://chat.example.org"]).await;
    let proxied = TestApp::with(&["--trusted-proxies", "1"]).await;
    let direct = TestApp::start().await;
    for (app, secure) in [(public, true), (proxied, true), (direct, false)] {
        let request = form(&app.url, "/sign-up", &[("username", "ada"), ("password", PASSWORD)]);
        let response = request.header("x-forwarded-proto", "https").send().await.expect("an answer");
        assert_eq!(set_cookie(&response).expect("a cookie").contains("; Secure"), secure);
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_told_alike() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let mut answers = Vec::new();
    for name in ["ada", "eve"] {
        let fields = [("login", name), ("password", "not the password")];
        let response = form(&app.url, "/sign-in", &fields).send().await.expect("an answer");
        assert_eq!(response.status(), 401);
        assert!(set_cookie(&response).is_none());
        let text = response.text().await.expect("a page");
        assert!(text.contains("don’t match"), "{text}");
        answers.push(text.replace(name, "…"));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_name_is_taken_once_whatever_its_case() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let response = form(&app.url, "/sign-up", &[("username", "ADA"), ("password", PASSWORD)]).send().await;
    assert_eq!(response.expect("an answer").status(), 400);
}

#[tokio::test]
async fn strangers_are_led_to_the_sign_in_and_back() {
    let app = TestApp::start().await;
    let response = client().get(format!("{}/rooms?search=a", app.url)).header(header::ACCEPT, PAGE).send().await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()[header::LOCATION], "/sign-in?return=/rooms%3Fsearch%3Da");
}

#[tokio::test]
async fn a_token_works_as_a_bearer_too() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let rooms = |token: String| client().get(format!("{}/rooms", app.url)).bearer_auth(token).send();
    assert_eq!(rooms(ada.token.clone()).await.expect("an answer").status(), 200);
    assert_eq!(rooms("forged".into()).await.expect("an answer").status(), 401);
    let (body, signature) = ada.token.rsplit_once('.').expect("a signature");
    let forged = format!("{body}.{}", signature.chars().rev().collect::<String>());
    assert_eq!(rooms(forged).await.expect("an answer").status(), 401);
}

/// A clock that one test moves; no other test may use it.
mod clock {
    use std::sync::atomic::{AtomicI64, Ordering};

    use chat::Environment;
    use protocol::Timestamp;

    static AHEAD: AtomicI64 = AtomicI64::new(0);

    pub fn advance(hours: i64) {
        AHEAD.fetch_add(hours * 3_600_000, Ordering::SeqCst);
    }

    pub fn environment() -> Environment {
        let now = || Timestamp((Environment::real().now)().0 + AHEAD.load(Ordering::SeqCst));
        Environment { now, ..Environment::real() }
    }
}

#[tokio::test]
async fn a_sign_in_lasts_while_it_is_used_and_ends_when_it_is_not() {
    let app = TestApp::with_clock(&["--token-ttl", "24h"], clock::environment()).await;
    let ada = app.user("ada").await;
    clock::advance(11);
    assert!(set_cookie(&ada.get("/rooms").await).is_none(), "more than half is left");

    clock::advance(2);
    let renewed = set_cookie(&ada.get("/rooms").await).expect("less than half is left");
    let renewed = Person { token: token(&renewed), ..ada.clone() };
    clock::advance(20);
    assert!(renewed.is_signed_in().await, "33 hours after signing in, 20 after the last visit");
    assert!(!ada.is_signed_in().await, "the first token lasted 24 hours");
    clock::advance(24);
    assert!(!renewed.is_signed_in().await);
}
