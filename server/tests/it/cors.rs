//! Which pages of other sites may use the API, and what they may do with a visitor's cookie.

use clap::Parser as _;
use reqwest::{Method, RequestBuilder, Response, header};
use serde_json::{Value, json};
use server::settings::CommandLine;

use crate::{
    app::TestApp,
    person::{PAGE, PASSWORD, client},
};

const LISTED: &str = "https://board.example";
const OTHER: &str = "https://evil.example";
/// How the methods and headers that any API here takes are asked for beforehand.
const PREFLIGHT: [(&str, &str); 2] =
    [("access-control-request-method", "DELETE"), ("access-control-request-headers", "authorization,content-type")];

async fn from(origin: &str, request: RequestBuilder) -> Response {
    request.header(header::ORIGIN, origin).send().await.expect("an answer")
}

async fn preflight(app: &TestApp, origin: &str, path: &str) -> Response {
    let request = client().request(Method::OPTIONS, format!("{}{path}", app.url));
    from(origin, PREFLIGHT.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

/// What a browser takes from the answer: who may read it, and whether a cookie may have been sent for it.
fn shared_with(response: &Response) -> (Option<&str>, bool) {
    let value = |name: &str| response.headers().get(name).map(|value| value.to_str().expect("text"));
    (value("access-control-allow-origin"), value("access-control-allow-credentials") == Some("true"))
}

fn varies_by_origin(response: &Response) -> bool {
    let vary = response.headers().get_all(header::VARY).iter();
    vary.filter_map(|value| value.to_str().ok()).any(|value| value.to_ascii_lowercase().contains("origin"))
}

#[tokio::test]
async fn nobody_is_let_in_unless_a_setting_says_so() {
    let app = TestApp::start().await;
    let answer = from(LISTED, client().get(format!("{}/api/openapi.json", app.url))).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(shared_with(&answer), (None, false));
    assert_eq!(shared_with(&preflight(&app, LISTED, "/login").await), (None, false));
}

#[test]
fn what_is_no_origin_is_refused_at_the_start() {
    for flag in ["--cors-origins", "--socketio-cors", "--socketio-cors-origin"] {
        let refusal = CommandLine::try_parse_from(["confab", flag, "board.example"]).expect_err(flag).to_string();
        assert!(refusal.contains("“board.example” is no origin. Write each as https://chat.example.org"), "{refusal}");
    }
}

#[tokio::test]
async fn a_listed_origin_may_use_every_path_of_the_api_and_no_page() {
    let app = TestApp::with(&["--cors-origins", LISTED]).await;
    let description = client().get(format!("{}/api/openapi.json", app.url)).send().await.expect("an answer");
    let description: Value = description.json().await.expect("JSON");
    let documented = description["paths"].as_object().expect("paths").keys().map(|path| path.replace(['{', '}'], ""));
    for path in documented.chain(["/socket.io/".to_owned(), "/api/nowhere".to_owned()]) {
        let answer = preflight(&app, LISTED, &path).await;
        assert_eq!((answer.status().as_u16(), shared_with(&answer)), (200, (Some(LISTED), true)), "{path}");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            assert!(answer.headers()["access-control-allow-methods"].to_str().expect("text").contains(method));
        }
        assert_eq!(
            answer.headers()["access-control-allow-headers"],
            "authorization,content-type,idempotency-key,tus-resumable,upload-offset,upload-length,upload-metadata"
        );
        let answer = preflight(&app, OTHER, &path).await;
        assert_eq!(shared_with(&answer), (None, false), "{path}");
        assert!(varies_by_origin(&answer), "{path}");
    }
    for path in ["/sign-in", "/c/1", "/rooms", "/ui/send", "/ws", "/metrics", "/healthz"] {
        assert_eq!(shared_with(&preflight(&app, LISTED, path).await), (None, false), "{path}");
        let answer = from(LISTED, client().get(format!("{}{path}", app.url))).await;
        assert_eq!(shared_with(&answer), (None, false), "{path}");
    }
}

#[tokio::test]
async fn the_greeting_is_shared_and_the_page_in_its_place_is_not() {
    let app = TestApp::with(&["--cors-origins", LISTED]).await;
    let root = || client().get(format!("{}/", app.url));
    assert_eq!(shared_with(&from(LISTED, root()).await).0, Some(LISTED));
    assert_eq!(shared_with(&from(LISTED, root().header(header::ACCEPT, PAGE)).await).0, None);
}

#[tokio::test]
async fn refusals_can_be_read_too_and_so_can_what_helps_to_go_on() {
    let app = TestApp::with(&["--cors-origins", LISTED]).await;
    let wrong = client().post(format!("{}/login", app.url)).json(&json!({ "username": "ada" }));
    let answer = from(LISTED, wrong).await;
    assert_eq!(answer.status(), 400);
    assert_eq!(shared_with(&answer), (Some(LISTED), true));
    assert!(varies_by_origin(&answer));
    let exposed = answer.headers()["access-control-expose-headers"].to_str().expect("text");
    for name in ["x-request-id", "retry-after", "ratelimit-remaining"] {
        assert!(exposed.contains(name), "{exposed}");
    }
}

#[tokio::test]
async fn a_star_lets_any_origin_use_a_token_but_no_cookie() {
    let app = TestApp::with(&["--socketio-cors-origin", "*", "--socketio-cors", LISTED]).await;
    let ada = app.user("ada").await;
    let chats = || client().get(format!("{}/chats", app.url));
    let answer = from(OTHER, chats().bearer_auth(&ada.token)).await;
    assert_eq!((answer.status().as_u16(), shared_with(&answer)), (200, (Some(OTHER), false)));
    assert_eq!(shared_with(&from("null", chats()).await), (Some("null"), false));
    // One that is listed beside the star is trusted all the same.
    assert_eq!(shared_with(&from(LISTED, chats()).await), (Some(LISTED), true));
}

#[tokio::test]
async fn the_cookie_counts_for_pages_of_listed_origins_alone() {
    let app = TestApp::with(&["--cors-origins", &format!("{LISTED},*")]).await;
    let ada = app.user("ada").await;
    let with_cookie = |request: RequestBuilder| {
        request.header(header::COOKIE, format!("confab_session={}", ada.token)).header("sec-fetch-site", "cross-site")
    };
    let message = || with_cookie(client().post(format!("{}/message", app.url))).json(&json!({ "content": "hello" }));
    let refused = from(OTHER, message()).await;
    assert_eq!(refused.status(), 403);
    assert_eq!(from(LISTED, message()).await.status(), 201);
    // A form of the place itself is no business of theirs.
    let form = with_cookie(client().post(format!("{}/sign-out", app.url)));
    assert_eq!(from(LISTED, form).await.status(), 403);
    assert!(ada.is_signed_in().await, "nothing was changed");
}

#[tokio::test]
async fn a_link_from_elsewhere_signs_nobody_out() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for path in ["/logout", "/login"] {
        let request = client().get(format!("{}{path}", app.url));
        let request = request.header(header::COOKIE, format!("confab_session={}", ada.token));
        let answer = request.header("sec-fetch-site", "cross-site").send().await.expect("an answer");
        assert_eq!(answer.status(), 403, "{path}");
    }
    assert!(ada.is_signed_in().await);
}

#[tokio::test]
async fn a_script_of_a_listed_origin_signs_in_and_reads() {
    let app = TestApp::with(&["--cors-origins", LISTED]).await;
    app.user("ada").await;
    let login = client().post(format!("{}/login", app.url));
    let login = login.json(&json!({ "username": "ada", "password": PASSWORD }));
    let answer = from(LISTED, login).await;
    assert_eq!((answer.status().as_u16(), shared_with(&answer)), (200, (Some(LISTED), true)));
}
