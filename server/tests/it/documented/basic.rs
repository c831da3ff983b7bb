//! 1-basic: `/register`, `/login`, `/chats`, `/message`.

use insta::assert_snapshot;
use serde_json::json;

use super::client::Api;
use crate::{
    app::TestApp,
    person::{PASSWORD, Person, form, set_cookie},
};

#[tokio::test]
async fn post_register_makes_an_account() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    let told = stranger.post("/register", &json!({"username": "ada", "password": PASSWORD})).await;
    assert_snapshot!(told, @r#"201 {"message":"User registered successfully","user":{"id":1,"username":"ada","email":null,"avatar_url":null,"created_at":"TIME"}}"#);
    let whole = json!({
        "name": "Lin", "password": PASSWORD, "email": "lin@example.org", "avatar_url": "https://example.org/lin.png",
    });
    assert_snapshot!(stranger.post("/register", &whole).await, @r#"201 {"message":"User registered successfully","user":{"id":2,"username":"Lin","email":"lin@example.org","avatar_url":"https://example.org/lin.png","created_at":"TIME"}}"#);
}

#[tokio::test]
async fn post_register_signs_no_one_in() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    let told = stranger.post("/register", &json!({"username": "ada", "password": PASSWORD})).await.is(201);
    assert!(!told.headers.contains_key("set-cookie") && !told.text.contains("token"));
    let sessions = async |ada: &Person| {
        let page = ada.get("/settings/sessions").await.text().await.expect("a page");
        page.matches("/settings/sessions/").count()
    };
    let ada = Person::sign_in(&app.url, "ada").await;
    assert_eq!(sessions(&ada).await, 0, "only the one that asks, which can’t be ended there");
    Person::sign_in(&app.url, "ada").await;
    assert!(sessions(&ada).await > 0);
}

#[tokio::test]
async fn post_register_refuses_what_is_missing_taken_or_reserved() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    let ada = json!({"username": "Ada", "password": PASSWORD, "email": "ada@example.org"});
    stranger.post("/register", &ada).await.is(201);
    for (body, sentence) in [
        (json!({}), "A user name can’t be empty."),
        (json!({"password": PASSWORD}), "A user name can’t be empty."),
        (json!({"username": " \t", "password": PASSWORD}), "A user name can’t be empty."),
        (json!({"username": "x".repeat(65), "password": PASSWORD}), "A user name has at most 64 characters."),
        (json!({"username": "aDA", "password": PASSWORD}), "That user name is taken."),
        (json!({"username": "message", "password": PASSWORD}), "That user name is reserved."),
        (json!({"username": "lin"}), "A password needs at least 8 characters."),
        (json!({"username": "lin", "password": "short"}), "A password needs at least 8 characters."),
        (
            json!({"username": "lin", "password": PASSWORD, "email": "ADA@example.org"}),
            "That e-mail address is in use.",
        ),
        (json!({"username": "lin", "password": PASSWORD, "email": "lin"}), "That doesn’t look like an e-mail address."),
        (
            json!({"username": "lin", "password": PASSWORD, "avatar_url": "javascript:alert(1)"}),
            "That doesn’t look like a web address (https://…).",
        ),
    ] {
        let told = stranger.post("/register", &body).await.is(400);
        assert_eq!(told.body, json!({"message": sentence}), "{body}");
    }
    for body in [json!({"username": 5, "password": PASSWORD}), json!({"username": "lin", "password": ["x"]}), json!([])]
    {
        stranger.post("/register", &body).await.is(400);
    }
}

#[tokio::test]
async fn post_login_gives_a_token_under_every_name_that_a_document_has_for_it() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    let ada = json!({"username": "ada", "password": PASSWORD, "email": "ada@example.org"});
    stranger.post("/register", &ada).await.is(201);
    let told = stranger.post("/login", &json!({"username": "ada", "password": PASSWORD})).await;
    assert_snapshot!(told, @r#"200 {"message":"Login successful","msg":"Login successful","token":"TOKEN","access_token":"TOKEN","user":{"id":1,"username":"ada","email":"ada@example.org","avatar_url":null,"created_at":"TIME"}}"#);
    assert_eq!(told.body["token"], told.body["access_token"]);
    let cookie = told.headers["set-cookie"].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && cookie.contains(told.body["token"].as_str().expect("text")));
    for (key, name) in [("email", "Ada@Example.org"), ("username", "ada@example.org"), ("name", "ADA")] {
        let told = stranger.post("/login", &json!({key: name, "password": PASSWORD})).await.is(200);
        assert_eq!(told.body["user"]["username"], "ada", "{key}");
    }
}

#[tokio::test]
async fn post_login_says_the_same_of_an_unknown_user_and_of_a_wrong_password() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    Api::register(&app, "ada").await;
    for name in ["ada", "nobody"] {
        let told = stranger.post("/login", &json!({"username": name, "password": "wrong password"})).await;
        let said = "Invalid credentials";
        assert_eq!((told.status, told.body), (401, json!({"message": said, "msg": said, "error": said})), "{name}");
    }
    for body in [
        json!({}),
        json!({"username": "ada"}),
        json!({"password": PASSWORD}),
        json!({"username": " ", "password": " "}),
    ] {
        let told = stranger.post("/login", &body).await.is(400);
        assert_eq!(told.body["message"], "A login needs “username” and “password”.", "{body}");
    }
    stranger.post("/login", &json!({"username": 7, "password": PASSWORD})).await.is(400);
}

#[tokio::test]
async fn an_account_of_any_surface_signs_in_on_all_of_them() {
    let app = TestApp::start().await;
    let stranger = Api::stranger(&app);
    for (path, name) in [("/register", "ada"), ("/user", "lin"), ("/api/register", "mira")] {
        stranger.post(path, &json!({"username": name, "password": PASSWORD})).await.is(201);
    }
    app.user("noor").await;
    for name in ["ada", "lin", "mira", "noor"] {
        for path in ["/login", "/api/login"] {
            stranger.post(path, &json!({"username": name, "password": PASSWORD})).await.is(200);
        }
        assert!(Person::sign_in(&app.url, name).await.is_signed_in().await, "{name}");
    }
}

#[tokio::test]
async fn post_message_goes_to_a_person_to_a_chat_or_to_everyone() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    assert_snapshot!(ada.post("/message", &json!({"content": "hello everyone"})).await, @r#"201 {"id":1,"chat_id":1,"conversation_id":1,"content":"hello everyone","message":"hello everyone","text":"hello everyone","body":"hello everyone","user_id":1,"sender_id":1,"username":"ada","avatar_url":null,"user":{"id":1,"username":"ada","avatar_url":null},"created_at":"TIME","timestamp":"TIME"}"#);
    let by_id = ada.post("/message", &json!({"content": "by id", "to": lin.id})).await.is(201);
    let by_name = ada.post("/message", &json!({"content": "by name", "to": "LIN"})).await.is(201);
    let chat_id = by_id.number("chat_id");
    assert_eq!(by_name.number("chat_id"), chat_id);
    let back = lin.post("/message", &json!({"content": "back", "chat_id": chat_id})).await.is(201);
    assert_eq!((back.number("chat_id"), back.number("user_id")), (chat_id, lin.id));
    let said = ada.get(&format!("/message/{}", lin.id)).await.column("body");
    assert_eq!(said, ["back", "by name", "by id"]);
}

#[tokio::test]
async fn post_message_takes_the_other_documents_names_for_the_text() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    for key in ["content", "body", "message", "text"] {
        let told = ada.post("/message", &json!({key: "  hello\n"})).await.is(201);
        assert_eq!(told.body["content"], "hello", "{key}");
    }
}

#[tokio::test]
async fn post_message_refuses_what_has_no_text_and_what_leads_nowhere() {
    let app = TestApp::start().await;
    let (ada, lin, eve) =
        (Api::register(&app, "ada").await, Api::register(&app, "lin").await, Api::register(&app, "eve").await);
    let chat_id = ada.post("/message", &json!({"content": "psst", "to": lin.id})).await.is(201).number("chat_id");
    for body in [
        json!({}),
        json!({"content": " \n\t"}),
        json!({"content": null}),
        json!({"content": 5}),
        json!({"content": "x", "to": true}),
        json!({"content": "x", "to": " "}),
        json!({"content": "x", "chat_id": "1"}),
        json!({"content": "x", "to": "lin", "chat_id": chat_id}),
        json!({"content": "x", "to": "eve"}),
        json!({"content": "x", "to": eve.id}),
    ] {
        eve.post("/message", &body).await.is(400);
    }
    for to in [json!("nobody"), json!(0), json!(-1), json!(i64::MAX)] {
        let told = eve.post("/message", &json!({"content": "x", "to": to})).await;
        assert_eq!(told.to_string(), r#"404 {"message":"User not found"}"#, "{to}");
    }
    // Whether a chat exists is not told to someone who isn't in it.
    for id in [chat_id, chat_id + 1000] {
        let told = eve.post("/message", &json!({"content": "x", "chat_id": id})).await;
        assert_eq!(told.to_string(), r#"404 {"message":"Chat not found"}"#, "{id}");
    }
}

#[tokio::test]
async fn a_message_has_at_most_16_kib() {
    let app = TestApp::start().await;
    let (ada, lin) = (Api::register(&app, "ada").await, Api::register(&app, "lin").await);
    ada.post("/message", &json!({"content": "x".repeat(16 * 1024)})).await.is(201);
    let told = ada.post("/message", &json!({"content": "é".repeat(8 * 1024) + "x", "to": lin.id})).await;
    assert_snapshot!(told, @r#"413 {"message":"That is too large: the limit is 16384 bytes."}"#);
    let told = lin.get("/chats").await.is(200);
    assert_eq!(told.body, json!([]), "what was refused made no chat");
}

#[tokio::test]
async fn get_chats_lists_whom_one_talked_with_the_latest_first() {
    let app = TestApp::start().await;
    let (ada, lin, mira) =
        (Api::register(&app, "ada").await, Api::register(&app, "lin").await, Api::register(&app, "mira").await);
    assert_eq!(ada.get("/chats").await.is(200).text, "[]");
    lin.post("/message", &json!({"content": "one", "to": "ada"})).await.is(201);
    lin.post("/message", &json!({"content": "two", "to": "ada"})).await.is(201);
    ada.post("/message", &json!({"content": "hi", "to": "mira"})).await.is(201);
    lin.post("/message", &json!({"content": "for everyone"})).await.is(201);
    assert_snapshot!(ada.get("/chats").await, @r#"200 [{"id":3,"username":"mira","avatar_url":null,"chat_id":3,"last_message":"hi","unread_count":0,"last_message_at":"TIME"},{"id":2,"username":"lin","avatar_url":null,"chat_id":2,"last_message":"two","unread_count":2,"last_message_at":"TIME"}]"#);
    assert_snapshot!(mira.get("/chats").await, @r#"200 [{"id":1,"username":"ada","avatar_url":null,"chat_id":3,"last_message":"hi","unread_count":1,"last_message_at":"TIME"}]"#);
    mira.post("/message", &json!({"content": "bye", "to": ada.id})).await.is(201);
    lin.post("/message", &json!({"content": "three", "to": ada.id})).await.is(201);
    let chats = ada.get("/chats").await;
    assert_eq!(chats.column("username"), ["lin", "mira"]);
    assert_eq!(chats.column("last_message"), ["three", "bye"]);
}

#[tokio::test]
async fn a_message_reaches_the_pages_and_their_sockets_at_once() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    let lin = app.user("lin").await;
    let mut socket = lin.listen().await;
    let sent = ada.post("/message", &json!({"content": "hello everyone"})).await.is(201);
    let heard = socket.message().await;
    assert_eq!((heard.id.0, heard.body.as_str()), (sent.number("id"), "hello everyone"));
    let sent = ada.post("/message", &json!({"content": "only you", "to": "lin"})).await.is(201);
    let page = lin.get(&format!("/c/{}", sent.number("chat_id"))).await.text().await.expect("a page");
    assert!(page.contains("only you"));
    // And the other way round.
    socket.post(protocol::ConversationId(sent.number("chat_id")), "m1", "from my page").await;
    socket.accepted("m1").await;
    assert_eq!(ada.get("/chats").await.column("last_message"), ["from my page"]);
}

#[tokio::test]
async fn a_message_that_is_sent_twice_under_one_name_is_one_message() {
    let app = TestApp::start().await;
    let ada = Api::register(&app, "ada").await;
    let body = json!({"content": "once", "client_id": "c1"});
    let first = ada.post("/message", &body).await.is(201);
    assert_eq!(ada.post("/message", &body).await.is(201).body, first.body);
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down() {
    let app = TestApp::with(&["--rate-limit", "on"]).await;
    let stranger = Api::stranger(&app);
    for _ in 0..100 {
        let told = stranger.post("/login", &json!({"username": "ada", "password": "a guess of mine"})).await;
        if told.status == 429 {
            let seconds: u64 = told.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
            assert!(seconds > 0 && told.body["message"] == told.body["msg"] && told.body["msg"] == told.body["error"]);
            return;
        }
        told.is(401);
    }
    panic!("nobody may guess for ever");
}

#[tokio::test]
async fn the_sign_in_form_takes_an_account_of_the_document_and_refuses_its_wrong_password() {
    let app = TestApp::start().await;
    Api::register(&app, "ada").await;
    let wrong = form(&app.url, "/sign-in", &[("login", "ada"), ("password", "wrong password")]).send().await;
    assert_eq!(set_cookie(&wrong.expect("an answer")), None);
    let right = form(&app.url, "/sign-in", &[("login", "ada"), ("password", PASSWORD)]).send().await;
    assert!(set_cookie(&right.expect("an answer")).is_some());
}
