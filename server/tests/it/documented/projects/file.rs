//! `/projects/<id>/files`: listing, reading and deleting.

use reqwest::{Method, Response, header};

use super::{STRANGER_TO_PROJECT, found, register, upload};
use crate::{
    app::TestApp,
    documented::client::{Api, Told},
};

const UNKNOWN: &str = r#"404 {"error":"File not found","message":"File not found"}"#;

async fn download(api: &Api, path: &str) -> Response {
    // As a browser asks, which would rather have it shorter.
    let request = api.request(Method::GET, path).header(header::ACCEPT_ENCODING, "gzip, br");
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn get_files_lists_a_projects_files_the_newest_first() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let project = found(&ada, &[&lin]).await;
    assert_eq!(lin.get("/projects/1/files").await.to_string(), "200 []");
    upload(&ada, project, "old.txt", "old").await.is(201);
    upload(&lin, project, "new.txt", "new!").await.is(201);
    assert_eq!(
        ada.get("/projects/1/files").await.to_string(),
        concat!(
            r#"200 ["#,
            r#"{"id":2,"filename":"new.txt","size":4,"content_type":"text/plain","uploader_id":2,"uploaded_at":"TIME","url":"/projects/1/files/2"},"#,
            r#"{"id":1,"filename":"old.txt","size":3,"content_type":"text/plain","uploader_id":1,"uploaded_at":"TIME","url":"/projects/1/files/1"}"#,
            r#"]"#
        )
    );
}

#[tokio::test]
async fn get_a_file_brings_its_bytes_to_be_saved_and_never_shown() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let project = found(&ada, &[&lin]).await;
    let content = "<script>alert(1)</script>".repeat(40_000);
    let told = upload(&ada, project, "naïve \"page\".html", content.as_str()).await.is(201);
    let url = told.body["file"]["url"].as_str().expect("an address").to_owned();
    let response = download(&lin, &url).await;
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    for (name, value) in [
        ("content-type", "text/plain"),
        ("content-length", "1000000"),
        (
            "content-disposition",
            "attachment; filename=\"na_ve _page_.html\"; filename*=UTF-8''na%C3%AFve%20%22page%22.html",
        ),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-cache"),
        ("cross-origin-resource-policy", "same-origin"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    let policy = headers["content-security-policy"].to_str().expect("text");
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert!(!headers.contains_key("content-encoding"));
    assert_eq!(response.text().await.expect("a body"), content);
}

#[tokio::test]
async fn head_of_a_file_tells_its_size_alone() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    upload(&ada, project, "a.txt", "hello").await.is(201);
    let response = ada.request(Method::HEAD, "/projects/1/files/1").send().await.expect("an answer");
    assert_eq!((response.status().as_u16(), &response.headers()["content-length"]), (200, &"5".parse().expect("text")));
    assert_eq!(response.bytes().await.expect("a body").len(), 0);
}

#[tokio::test]
async fn get_a_file_brings_a_part_of_it_or_only_that_it_is_the_same() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    upload(&ada, project, "a.txt", "hello").await.is(201);
    let ask = async |name: &str, value: &str| {
        let request = ada.request(Method::GET, "/projects/1/files/1?inline=1").header(name, value);
        request.send().await.expect("an answer")
    };
    let part = ask("range", "bytes=1-3").await;
    assert_eq!(
        (part.status().as_u16(), &part.headers()["content-range"]),
        (206, &"bytes 1-3/5".parse().expect("text"))
    );
    let disposition = part.headers()["content-disposition"].to_str().expect("text");
    assert!(disposition.starts_with("attachment"), "{disposition}: the document knows no other");
    let tag = part.headers()["etag"].to_str().expect("text").to_owned();
    assert_eq!(part.text().await.expect("a body"), "ell");
    assert_eq!(ask("if-none-match", &tag).await.status(), 304);
    let beyond = ask("range", "bytes=5-").await;
    assert_eq!(beyond.headers()["content-range"], "bytes */5");
    assert_eq!(beyond.headers()["content-type"], "application/json");
    let sentence = "The file has no such bytes.";
    let told = format!(r#"{{"error":"{sentence}","message":"{sentence}"}}"#);
    assert_eq!((beyond.status().as_u16(), beyond.text().await.expect("a body")), (416, told));
}

#[tokio::test]
async fn a_file_is_found_in_its_own_project_only() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let (first, second) = (found(&ada, &[]).await, found(&ada, &[]).await);
    upload(&ada, first, "a.txt", "a").await.is(201);
    for (project, file) in [(second, 1), (first, 2), (first, 0), (first, -1)] {
        let path = format!("/projects/{project}/files/{file}");
        assert_eq!(ada.get(&path).await.to_string(), UNKNOWN, "{path}");
        assert_eq!(ada.delete(&path).await.to_string(), UNKNOWN, "{path}");
    }
    assert_eq!(download(&ada, "/projects/1/files/1").await.status(), 200, "nothing was deleted");
}

#[tokio::test]
async fn delete_a_file_is_for_its_uploader_and_for_who_keeps_order() {
    let app = TestApp::start().await;
    let (ada, lin, mira) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "mira").await);
    let project = found(&lin, &[&ada, &mira]).await;
    for (uploader, name) in [(&lin, "1.txt"), (&mira, "2.txt"), (&mira, "3.txt")] {
        upload(uploader, project, name, name).await.is(201);
    }
    // Who administers the place has no say in a project.
    for (api, file) in [(&mira, 1), (&ada, 2), (&ada, 3)] {
        let told = api.delete(&format!("/projects/1/files/{file}")).await.is(403);
        assert_eq!(told.body["error"], "You can delete only your own files.");
    }
    for (api, file) in [(&mira, 2), (&lin, 3)] {
        let path = format!("/projects/1/files/{file}");
        assert_eq!(api.delete(&path).await.to_string(), r#"200 {"message":"File deleted"}"#);
        assert_eq!(api.get(&path).await.to_string(), UNKNOWN);
        assert_eq!(api.delete(&path).await.to_string(), UNKNOWN);
    }
    assert_eq!(ada.get("/projects/1/files").await.column("filename"), ["1.txt"]);
}

#[tokio::test]
async fn a_stranger_cannot_tell_files_of_others_from_none() {
    let app = TestApp::start().await;
    let (ada, eve) = (register(&app, "ada").await, register(&app, "eve").await);
    let project = found(&ada, &[]).await;
    upload(&ada, project, "secret.txt", "secret").await.is(201);
    for path in [
        "/projects/1/files",
        "/projects/77/files",
        "/projects/1/files/1",
        "/projects/1/files/77",
        "/projects/77/files/1",
    ] {
        assert_eq!(eve.get(path).await.to_string(), STRANGER_TO_PROJECT, "{path}");
    }
    for path in ["/projects/1/files/1", "/projects/1/files/77", "/projects/77/files/1"] {
        assert_eq!(eve.delete(path).await.to_string(), STRANGER_TO_PROJECT, "{path}");
    }
    for (name, value) in [("range", "bytes=0-0"), ("range", "bytes=99-"), ("if-none-match", "*")] {
        for path in ["/projects/1/files/1", "/projects/1/files/77", "/projects/77/files/1"] {
            let told = Told::of(eve.request(Method::GET, path).header(name, value)).await;
            assert_eq!(told.to_string(), STRANGER_TO_PROJECT, "{path} with {name}");
            assert!(!told.headers.contains_key("etag") && !told.headers.contains_key("content-range"));
        }
    }
    Told::of(Api::stranger(&app).request(Method::GET, "/projects/1/files/1")).await.is(401);
}

#[tokio::test]
async fn the_same_bytes_twice_are_two_files() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    upload(&ada, project, "one.txt", "same").await.is(201);
    upload(&ada, project, "two.txt", "same").await.is(201);
    ada.delete("/projects/1/files/1").await.is(200);
    let response = download(&ada, "/projects/1/files/2").await;
    assert_eq!(response.text().await.expect("a body"), "same");
}
