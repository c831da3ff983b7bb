//! Errors have one shape, in the form that whoever asks can read.

use reqwest::{Method, header};

use crate::{
    app::TestApp,
    person::{PAGE, client},
};

/// What a program is told: status and body.
async fn told(app: &TestApp, method: Method, path: &str, body: &'static str) -> String {
    let request = client().request(method, format!("{}{path}", app.url)).header("content-type", "application/json");
    let response = request.body(body).send().await.expect("an answer");
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json", "{path}");
    format!("{} {}", response.status().as_u16(), response.text().await.expect("a body"))
}

#[tokio::test]
async fn programs_are_told_in_json() {
    let app = TestApp::start().await;
    let get = Method::GET;
    insta::assert_snapshot!(told(&app, get.clone(), "/nowhere", "").await, @r#"404 {"error":"not_found","message":"We couldn’t find this page.","what":"this page"}"#);
    insta::assert_snapshot!(told(&app, get.clone(), "/rooms", "").await, @r#"401 {"error":"signed_out","message":"Please sign in."}"#);
    insta::assert_snapshot!(told(&app, Method::DELETE, "/rooms", "").await, @r#"405 {"error":"invalid","field":"method","message":"This address doesn’t take that method."}"#);
    insta::assert_snapshot!(told(&app, Method::POST, "/ui/nothing", "{}").await, @r#"404 {"error":"not_found","message":"We couldn’t find this function.","what":"this function"}"#);
    insta::assert_snapshot!(told(&app, get, "/ws", "").await, @r#"401 {"error":"signed_out","message":"Please sign in."}"#);
}

#[tokio::test]
async fn people_are_told_on_a_page() {
    let app = TestApp::start().await;
    let response = client().get(format!("{}/nowhere", app.url)).header(header::ACCEPT, PAGE).send().await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), 404);
    assert!(response.headers()[header::CONTENT_TYPE].to_str().expect("text").starts_with("text/html"));
    assert!(response.text().await.expect("a page").contains("<html"));
}

#[tokio::test]
async fn functions_and_sockets_never_answer_with_a_page() {
    let app = TestApp::start().await;
    for path in ["/ui/nothing", "/ws", "/pkg/nothing.js"] {
        let response = client().get(format!("{}{path}", app.url)).header(header::ACCEPT, PAGE).send().await;
        let response = response.expect("an answer");
        assert!(response.status().is_client_error(), "{path}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json", "{path}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_which_are_right() {
    let app = TestApp::start().await;
    let response = client().delete(format!("{}/rooms", app.url)).send().await.expect("an answer");
    assert_eq!(response.headers()[header::ALLOW], "GET,HEAD,POST");
}
