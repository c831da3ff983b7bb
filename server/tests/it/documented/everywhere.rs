//! What holds for every route of the documents: credentials, bodies that can't be read, wrong methods, slashes.

use reqwest::{Method, header};
use serde_json::{Value, json};

use super::client::{Api, Told};
use crate::{
    app::TestApp,
    person::{PAGE, PASSWORD},
};

/// The keys under which each document tells what went wrong.
const BASIC: &[&str] = &["message"];
const DIRECT: &[&str] = &["msg", "message"];
const ROOMS: &[&str] = &["message"];
const SHARED: &[&str] = &["message", "msg", "error"];

/// Every route of 1-basic, 2-direct and 4-rooms that needs a credential. Room 2 and user 2 are there.
const ROUTES: &[(&str, &str, &[&str])] = &[
    ("GET", "/chats", SHARED),
    ("GET", "/login", SHARED),
    ("POST", "/message", BASIC),
    ("GET", "/user", DIRECT),
    ("GET", "/logout", DIRECT),
    ("GET", "/message/2", DIRECT),
    ("POST", "/message/2", DIRECT),
    ("POST", "/add_message/lin", DIRECT),
    ("POST", "/api/logout", ROOMS),
    ("GET", "/api/chat/rooms", ROOMS),
    ("POST", "/api/chat/rooms", ROOMS),
    ("GET", "/api/chat/rooms/2", ROOMS),
    ("POST", "/api/chat/rooms/2/join", ROOMS),
    ("POST", "/api/chat/rooms/2/leave", ROOMS),
    ("GET", "/api/chat/rooms/2/messages", ROOMS),
    ("POST", "/api/chat/rooms/2/messages", ROOMS),
];

/// Those that need none.
const OPEN: &[(&str, &str, &[&str])] = &[
    ("POST", "/register", BASIC),
    ("POST", "/login", SHARED),
    ("POST", "/user", DIRECT),
    ("POST", "/api/register", ROOMS),
    ("POST", "/api/login", ROOMS),
];

/// Those that take a body.
fn with_body() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    let takes = |path: &str| !["/join", "/leave", "/logout"].iter().any(|end| path.ends_with(end));
    let all = ROUTES.iter().chain(OPEN).filter(move |(method, path, _)| *method == "POST" && takes(path));
    all.map(|(_, path, keys)| (*path, *keys))
}

/// Ada, Lin, and a room of Ada's: the second person and the second conversation.
async fn place() -> (TestApp, Api) {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let room = ada.post("/api/chat/rooms", &json!({"name": "lounge"})).await.is(201).number("id");
    assert_eq!((lin.id, room), (2, 2));
    (app, ada)
}

fn method(name: &str) -> Method {
    name.parse().expect("a method")
}

/// The answer is an error with these keys and no others, all with the same sentence.
#[track_caller]
fn speaks(told: &Told, status: u16, keys: &[&str]) {
    assert_eq!(told.status, status, "{}", told.text);
    let sentence = told.body["message"].as_str().unwrap_or_else(|| panic!("no message in {}", told.text));
    assert!(!sentence.is_empty());
    let expected: Value = keys.iter().map(|key| ((*key).to_owned(), Value::from(sentence))).collect();
    assert_eq!(told.body, expected);
}

#[tokio::test]
async fn without_a_good_credential_nothing_is_told_or_done() {
    let (app, ada) = place().await;
    ada.get("/logout").await.is(200);
    let stranger = Api::stranger(&app);
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIiwic2lkIjoxLCJleHAiOjk5OTk5OTk5OTl9.";
    let bad =
        [stranger.clone(), ada, stranger.with_token("nonsense"), stranger.with_token(none), stranger.with_token("")];
    for (name, path, keys) in ROUTES {
        for asker in &bad {
            // The body is good, so that it is the credential that is refused.
            let request = asker.request(method(name), path).json(&json!({"content": "x", "name": "x"}));
            speaks(&Told::of(request).await, 401, keys);
            speaks(&Told::of(asker.by_cookie(method(name), path)).await, 401, keys);
        }
    }
    let basic = stranger.request(Method::GET, "/user").basic_auth("ada", Some(PASSWORD));
    speaks(&Told::of(basic).await, 401, DIRECT);
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
async fn a_token_expires_and_says_so() {
    let app = TestApp::with_clock(&[], clock::environment()).await;
    let ada = Api::register(&app, "ada").await;
    ada.get("/user").await.is(200);
    clock::advance(25);
    speaks(&ada.get("/user").await, 401, DIRECT);
    speaks(&ada.get("/chats").await, 401, SHARED);
}

#[tokio::test]
async fn the_cookie_is_as_good_as_the_token() {
    let (_app, ada) = place().await;
    for (name, path, _) in ROUTES {
        if path.ends_with("/login") || path.ends_with("/logout") {
            continue;
        }
        let body = json!({"content": "hello", "name": format!("room of {name} {}", path.len())});
        let told = Told::of(ada.by_cookie(method(name), path).json(&body)).await;
        assert!(told.status == 200 || told.status == 201, "{name} {path}: {} {}", told.status, told.text);
    }
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let (_app, ada) = place().await;
    for (path, keys) in with_body() {
        for text in ["", "{", "content=x", "{\"content\": \"x\"", "\u{0}"] {
            let request = ada.request(Method::POST, path).header(header::CONTENT_TYPE, "application/json").body(text);
            speaks(&Told::of(request).await, 400, keys);
        }
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let request = ada.request(Method::POST, path).header(header::CONTENT_TYPE, kind).body("{}");
            speaks(&Told::of(request).await, 415, keys);
        }
        speaks(&Told::of(ada.request(Method::POST, path).body("{}")).await, 415, keys);
        let large = json!({"content": "x".repeat(300 * 1024)});
        speaks(&ada.post(path, &large).await, 413, keys);
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_which_are_right() {
    let (_app, ada) = place().await;
    for (_, path, keys) in ROUTES.iter().chain(OPEN) {
        let told = Told::of(ada.request(Method::PATCH, path).header(header::ACCEPT, PAGE)).await;
        speaks(&told, 405, keys);
        let all = ROUTES.iter().chain(OPEN);
        let mut right: Vec<_> = all.filter(|(_, other, _)| other == path).map(|(method, ..)| *method).collect();
        if right.contains(&"GET") {
            right.push("HEAD");
        }
        let mut allowed: Vec<_> = told.headers[header::ALLOW].to_str().expect("text").split(',').collect();
        right.sort_unstable();
        allowed.sort_unstable();
        assert_eq!(allowed, right, "{path}");
    }
}

#[tokio::test]
async fn errors_are_json_even_for_those_who_would_rather_have_a_page() {
    let (app, ada) = place().await;
    let stranger = Api::stranger(&app);
    for (path, keys) in [("/message/999", DIRECT), ("/message/x", DIRECT), ("/api/chat/rooms/999", ROOMS)] {
        speaks(&Told::of(ada.request(Method::GET, path).header(header::ACCEPT, PAGE)).await, 404, keys);
        speaks(&Told::of(stranger.request(Method::GET, path).header(header::ACCEPT, PAGE)).await, 401, keys);
    }
    let told = Told::of(ada.request(Method::GET, "/api/chat/nothing").header(header::ACCEPT, PAGE)).await;
    assert!(told.is(404).body["message"].is_string());
}

#[tokio::test]
async fn a_slash_at_the_end_makes_no_difference() {
    let (_app, ada) = place().await;
    for (name, path, _) in ROUTES {
        if path.ends_with("/login") || path.ends_with("/logout") {
            continue;
        }
        let body = json!({"content": "hello", "name": format!("room of {name} {}", path.len())});
        let told = Told::of(ada.request(method(name), &format!("{path}/")).json(&body)).await;
        assert!(told.status == 200 || told.status == 201, "{name} {path}/: {} {}", told.status, told.text);
    }
    let told = ada.get("/message/2/?limit=1").await.is(200);
    assert_eq!(told.column("body").len(), 1);
    for (n, (name, path, _)) in OPEN.iter().enumerate() {
        let new = if path.ends_with("login") { "ada".to_owned() } else { format!("new {n}") };
        let body = json!({"username": new, "password": PASSWORD});
        let told = Told::of(ada.request(method(name), &format!("{path}/")).json(&body)).await;
        assert!(told.status == 200 || told.status == 201, "{path}/: {} {}", told.status, told.text);
    }
    // Last, since they end the sign-in.
    ada.get("/logout/").await.is(200);
    ada.get("/login/").await.is(401);
}
