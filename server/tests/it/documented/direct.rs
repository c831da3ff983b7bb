//! 2-direct: `/user`, `/login`, `/message/<id>`, `/add_message/<username>`, `/logout`, `/`.

use insta::assert_snapshot;
use protocol::CLOSE_SIGNED_OUT;
use reqwest::{Method, header};
use serde_json::{Value, json};

use super::client::{Api, Told};
use crate::{
    app::TestApp,
    person::{PAGE, PASSWORD, client},
};

/// Has `from` send `to` a message for each text, one after the other.
async fn say(from: &Api, to: &Api, texts: &[&str]) -> Vec<i64> {
    let mut ids = Vec::new();
    for text in texts {
        let told = from.post(&format!("/message/{}", to.id), &json!({"body": text})).await.is(201);
        ids.push(told.number("id"));
    }
    ids
}

#[tokio::test]
async fn get_root_greets_programs_and_leads_browsers_to_the_pages() {
    let app = TestApp::start().await;
    let told = Api::stranger(&app).get("/").await.is(200);
    assert!(told.text.starts_with(r#"{"msg":"hello","#), "{}", told.text);
    let page = client().get(&app.url).header(header::ACCEPT, PAGE).send().await.expect("an answer");
    assert_eq!(
        (page.status().as_u16(), &page.headers()[header::LOCATION]),
        (303, &"/sign-in".parse().expect("a value"))
    );
}

#[tokio::test]
async fn post_user_adds_a_user() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    let ada = json!({"username": " ada ", "password": PASSWORD});
    assert_snapshot!(stranger.post("/user", &ada).await, @r#"201 {"msg":"User added successfully","id":1,"username":"ada"}"#);
    assert_snapshot!(stranger.post("/user", &ada).await, @r#"400 {"message":"That user name is taken.","msg":"That user name is taken."}"#);
    assert_snapshot!(stranger.post("/user", &json!({"username": "lin"})).await, @r#"400 {"message":"A password needs at least 8 characters.","msg":"A password needs at least 8 characters."}"#);
    assert_snapshot!(stranger.post("/user", &json!({"password": PASSWORD})).await, @r#"400 {"message":"A user name can’t be empty.","msg":"A user name can’t be empty."}"#);
}

#[tokio::test]
async fn get_user_tells_who_is_signed_in() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    assert_snapshot!(ada.get("/user").await, @r#"200 {"id":1,"username":"ada","email":null,"avatar_url":null,"created_at":"TIME"}"#);
    assert_snapshot!(Told::of(ada.by_cookie(Method::GET, "/user")).await, @r#"200 {"id":1,"username":"ada","email":null,"avatar_url":null,"created_at":"TIME"}"#);
}

#[tokio::test]
async fn get_login_revokes_the_token() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    assert_snapshot!(ada.get("/login").await, @r#"200 {"msg":"JWT revoked"}"#);
    assert_snapshot!(ada.get("/user").await, @r#"401 {"message":"Please sign in.","msg":"Please sign in."}"#);
    assert_snapshot!(ada.get("/login").await, @r#"401 {"error":"Please sign in.","message":"Please sign in.","msg":"Please sign in."}"#);
}

#[tokio::test]
async fn get_logout_revokes_that_token_alone_and_closes_its_sockets() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    let told = ada.post("/login", &json!({"username": "ada", "password": PASSWORD})).await.is(200);
    let other = ada.with_token(told.body["access_token"].as_str().expect("a token"));
    let mut socket = ada.person("ada").listen().await;
    assert_snapshot!(ada.get("/logout").await, @r#"200 {"msg":"JWT revoked"}"#);
    assert_eq!(socket.closed().await, Some(CLOSE_SIGNED_OUT));
    ada.get("/user").await.is(401);
    other.get("/user").await.is(200);
}

#[tokio::test]
async fn get_logout_makes_a_browser_forget_its_cookie() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    let told = Told::of(ada.by_cookie(Method::GET, "/logout")).await.is(200);
    let cookie = told.headers[header::SET_COOKIE].to_str().expect("text");
    assert!(cookie.starts_with("confab_session=;") && cookie.contains("Max-Age=0"), "{cookie}");
}

#[tokio::test]
async fn no_other_site_and_no_picture_can_sign_a_browser_out() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    let sent: [&[(&str, &str)]; 8] = [
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document")],
        &[("sec-fetch-site", "same-site"), ("sec-fetch-dest", "empty")],
        // Somebody's picture whose address is `/logout`, and a link that is followed from a message.
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "image")],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "document")],
        // Browsers say neither where the place has no https.
        &[("origin", "https://evil.example")],
        &[("accept", "image/avif,image/webp,*/*;q=0.8")],
        &[("accept", PAGE)],
        &[("accept", PAGE), ("referer", "https://evil.example/")],
    ];
    for headers in sent {
        for (method, path) in
            [(Method::GET, "/logout"), (Method::GET, "/login"), (Method::HEAD, "/logout"), (Method::GET, "/logout/")]
        {
            let mut request = ada.by_cookie(method, path);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            assert_eq!(request.send().await.expect("an answer").status(), 403, "{path} {headers:?}");
        }
    }
    ada.get("/user").await.is(200);
    // A token that a program sends is nobody's but its own.
    let told = Told::of(ada.request(Method::GET, "/logout").header("sec-fetch-site", "cross-site")).await;
    assert_snapshot!(told, @r#"200 {"msg":"JWT revoked"}"#);
}

#[tokio::test]
async fn a_browser_signs_itself_out() {
    let app = TestApp::start().await;
    let typed: &[(&str, &str)] = &[("sec-fetch-site", "none"), ("sec-fetch-dest", "document"), ("accept", PAGE)];
    let fetched: &[(&str, &str)] = &[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "empty")];
    for (n, headers) in [typed, fetched, &[]].into_iter().enumerate() {
        let ada = Api::register(&app, &format!("ada{n}")).await;
        let request = ada.by_cookie(Method::GET, "/logout");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Told::of(request).await.is(200);
        ada.get("/user").await.is(401);
    }
}

#[tokio::test]
async fn post_message_adds_a_message() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    assert_snapshot!(ada.post(&format!("/message/{}", lin.id), &json!({"body": " hello "})).await, @r#"201 {"msg":"Message added successfully","id":1,"to":2,"from":1,"date_created":"TIME","body":"hello"}"#);
    assert_snapshot!(lin.post(&format!("/message/{}", ada.id), &json!({"text": "hello, ada"})).await, @r#"201 {"msg":"Message added successfully","id":2,"to":1,"from":2,"date_created":"TIME","body":"hello, ada"}"#);
}

#[tokio::test]
async fn post_add_message_finds_the_recipient_by_name() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "Lin Müller").await);
    assert_snapshot!(ada.post("/add_message/lin%20m%C3%BCller", &json!({"body": "hello"})).await, @r#"201 {"msg":"Message added successfully","id":1,"to":2,"from":1,"date_created":"TIME","body":"hello"}"#);
    assert_eq!(lin.get(&format!("/message/{}", ada.id)).await.column("body"), ["hello"]);
    assert_snapshot!(ada.post("/add_message/nobody", &json!({"body": "hello"})).await, @r#"404 {"message":"User not found","msg":"User not found"}"#);
    assert_snapshot!(ada.post("/add_message/ada", &json!({"body": "hello"})).await, @r#"400 {"message":"You can’t start a chat with yourself.","msg":"You can’t start a chat with yourself."}"#);
}

#[tokio::test]
async fn get_message_lists_what_the_two_said_newest_first() {
    let app = TestApp::start().await;
    let (ada, lin, eve) =
        (Api::register(&app, "ada").await, Api::register(&app, "lin").await, Api::register(&app, "eve").await);
    say(&ada, &lin, &["one"]).await;
    say(&lin, &ada, &["two"]).await;
    say(&eve, &ada, &["something else"]).await;
    ada.post("/message", &json!({"content": "for everyone"})).await.is(201);
    let seen = ada.get(&format!("/message/{}", lin.id)).await;
    assert_snapshot!(seen, @r#"200 [{"id":2,"to":1,"from":2,"date_created":"TIME","body":"two"},{"id":1,"to":2,"from":1,"date_created":"TIME","body":"one"}]"#);
    assert_eq!(lin.get(&format!("/message/{}", ada.id)).await.text, seen.text, "both see the same");
}

#[tokio::test]
async fn get_message_makes_no_chat_by_looking() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    assert_eq!(ada.get(&format!("/message/{}", lin.id)).await.is(200).text, "[]");
    assert_eq!(ada.get(&format!("/message/{}?limit=5", lin.id)).await.is(200).text, "[]");
    let socket = lin.person("lin").listen().await;
    assert_eq!(socket.entries.len(), 1, "the public chat alone");
}

#[tokio::test]
async fn get_message_is_complete_however_much_was_said() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let texts: Vec<String> = (1..=450).map(|n| format!("message {n}")).collect();
    let first = say(&ada, &lin, &[&texts[0]]).await[0];
    let path = format!("/message/{}", lin.id);
    let bodies: Vec<Value> = texts[1..].iter().map(|text| json!({"body": text})).collect();
    for told in futures::future::join_all(bodies.iter().map(|body| ada.post(&path, body))).await {
        told.is(201);
    }
    let all = ada.get(&path).await.is(200);
    let ids: Vec<i64> = all.column("id").iter().map(|id| id.as_i64().expect("a number")).collect();
    assert_eq!((ids.len(), ids.last()), (450, Some(&first)));
    assert!(ids.is_sorted_by(|newer, older| newer > older));
    let mut said: Vec<String> = all.column("body").iter().map(|body| body.as_str().expect("text").to_owned()).collect();
    said.sort_unstable();
    let mut expected = texts;
    expected.sort_unstable();
    assert_eq!(said, expected);
}

#[tokio::test]
async fn get_message_gives_a_part_where_one_is_asked_for() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let ids = say(&ada, &lin, &["one", "two", "three", "four", "five"]).await;
    let path = format!("/message/{}", lin.id);
    let said = async |query: &str| ada.get(&format!("{path}?{query}")).await.is(200).column("body");
    assert_eq!(said("limit=2").await, ["five", "four"]);
    assert_eq!(said(&format!("limit=2&before={}", ids[3])).await, ["three", "two"]);
    assert_eq!(said(&format!("before={}", ids[2])).await, ["two", "one"]);
    assert_eq!(said(&format!("limit=200&before={}", ids[0])).await, [""; 0]);
    for query in ["limit=0", "limit=201", "limit=-1", "limit=many", "before=many", "limit=99999999999999999999"] {
        ada.get(&format!("{path}?{query}")).await.is(400);
    }
    let elsewhere = ada.post("/message", &json!({"content": "elsewhere"})).await.number("id");
    for before in [elsewhere, elsewhere + 1000] {
        let told = ada.get(&format!("{path}?before={before}")).await.is(400);
        assert_eq!(told.body["msg"], "There is no message of that id here.");
    }
}

#[tokio::test]
async fn deleted_messages_are_left_out_and_made_up_for() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    let ids = say(&ada, &lin, &["one", "two", "three", "four"]).await;
    let chat_id = ada.get("/chats").await.body[0]["chat_id"].clone();
    for id in &ids[1..3] {
        ada.person("ada").post(&format!("/c/{chat_id}/messages/{id}/delete"), &[]).await;
    }
    let path = format!("/message/{}", lin.id);
    assert_eq!(ada.get(&path).await.column("body"), ["four", "one"]);
    assert_eq!(ada.get(&format!("{path}?limit=2")).await.column("body"), ["four", "one"]);
    // A program that pages may hold the id of one that was deleted since.
    assert_eq!(ada.get(&format!("{path}?before={}", ids[2])).await.column("body"), ["one"]);
}

#[tokio::test]
async fn messages_to_nobody_to_oneself_and_without_text_are_refused() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    assert_snapshot!(ada.post("/message/999", &json!({"body": "x"})).await, @r#"404 {"message":"User not found","msg":"User not found"}"#);
    assert_snapshot!(ada.get("/message/999").await, @r#"404 {"message":"User not found","msg":"User not found"}"#);
    let own = format!("/message/{}", ada.id);
    assert_snapshot!(ada.post(&own, &json!({"body": "x"})).await, @r#"400 {"message":"You can’t start a chat with yourself.","msg":"You can’t start a chat with yourself."}"#);
    ada.get(&own).await.is(400);
    let path = format!("/message/{}", lin.id);
    for body in [json!({}), json!({"body": "  "}), json!({"body": null}), json!({"body": 5}), json!("body"), json!([])]
    {
        let told = ada.post(&path, &body).await.is(400);
        assert_eq!(told.body["msg"], told.body["message"]);
    }
    for path in ["/message/x", "/message/1.5", "/message/99999999999999999999"] {
        ada.get(path).await.is(404);
        ada.post(path, &json!({"body": "x"})).await.is(404);
    }
    assert_eq!(lin.get("/chats").await.text, "[]");
}

#[tokio::test]
async fn a_direct_message_is_live_on_both_sides_and_nowhere_else() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    say(&ada, &lin, &["first"]).await;
    let (mut theirs, mut own) = (lin.person("lin").listen().await, ada.person("ada").listen().await);
    let mut stranger = app.user("eve").await.listen().await;
    let sent = say(&ada, &lin, &["hello"]).await[0];
    for socket in [&mut theirs, &mut own] {
        let heard = socket.message().await;
        assert_eq!((heard.id.0, heard.body.as_str()), (sent, "hello"));
    }
    ada.post("/message", &json!({"content": "for everyone"})).await.is(201);
    assert_eq!(stranger.message().await.body, "for everyone", "the one before was not for her");
}
