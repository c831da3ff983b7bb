//! Limits on files, as programs meet them.

use reqwest::{
    Method, StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::{client::Program, project::upload};
use crate::{app::TestApp, person::client};

async fn project(who: &Program) -> i64 {
    who.post("/projects", json!({"name": "Bridge"})).await.is(201).number("id")
}

#[tokio::test]
async fn what_is_left_is_told_before_an_upload() {
    let app = TestApp::with(&["--max-upload", "1KB", "--quota-person", "2KB", "--quota-place", "3KB"]).await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await);
    upload(&ada, project(&ada).await, "plan", &[7; 800]).await.is(201);
    let left = ada.get("/account/storage").await.is(200).body;
    assert_eq!(left, json!({"max_upload": 1000, "person_used": 800, "person_quota": 2000, "place_left": 2200}));
    let left = bob.get("/account/storage").await.is(200).body;
    assert_eq!(left, json!({"max_upload": 1000, "person_used": 0, "person_quota": 2000, "place_left": 2200}));

    let unlimited = TestApp::start().await;
    let left = Program::stranger(&unlimited).await.sign_up("ada").await.get("/account/storage").await.is(200).body;
    assert_eq!(left, json!({"max_upload": 100_000_000, "person_used": 0, "person_quota": null, "place_left": null}));
}

#[tokio::test]
async fn beyond_ones_room_nothing_of_an_upload_stays() {
    let app = TestApp::with(&["--quota-person", "2KB"]).await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let project = project(&ada).await;
    upload(&ada, project, "first", &[7; 1500]).await.is(201);
    let refused = upload(&ada, project, "second", &[7; 501]).await.is(507);
    assert_eq!(refused["error"], "no_room");
    let sentence = "That doesn’t fit: all your files may have 2 KB, and 1.5 KB of it are used.";
    assert_eq!(refused["message"], sentence);
    // Two that fit one by one, but not together.
    let path = format!("/projects/{project}/files");
    let part = |name: &'static str| Part::bytes(vec![7; 300]).file_name(name);
    let both = Form::new().part("file", part("a")).part("file", part("b"));
    ada.send(&path, ada.request(Method::POST, &path).multipart(both)).await.is(507);
    assert_eq!(ada.all(&path).await.len(), 1);
    assert_eq!(ada.get("/account/storage").await.number("person_used"), 1500);
    upload(&ada, project, "third", &[7; 500]).await.is(201);

    // The documented API says it in its own voice.
    let form = Form::new().part("file", part("a"));
    let request = client().post(format!("{}/projects/{project}/files", app.url)).multipart(form);
    let answer = request.bearer_auth(ada.token.as_deref().expect("a token")).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::INSUFFICIENT_STORAGE);
    let told: Value = answer.json().await.expect("JSON");
    let sentence = "That doesn’t fit: all your files may have 2 KB, and 2 KB of it are used.";
    assert_eq!(told, json!({"error": sentence, "message": sentence}));
}

#[tokio::test]
async fn a_part_that_says_how_long_it_is_is_refused_before_its_bytes_come() {
    let app = TestApp::with(&["--quota-place", "2KB"]).await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let path = format!("/projects/{}/files", project(&ada).await);
    // It says more than there is: only what was said can be what it is refused for.
    let body = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Length: 2001\r\n\r\nhello\r\n--x--\r\n";
    let request = ada.request(Method::POST, &path).header("content-type", "multipart/form-data; boundary=x").body(body);
    ada.send(&path, request).await.is(507);
    assert!(ada.all(&path).await.is_empty());
}

#[tokio::test]
async fn types_that_are_not_taken_are_refused_by_their_name() {
    let app = TestApp::with(&["--upload-allow", "text/*,image/*", "--upload-deny", "image/gif"]).await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let project = project(&ada).await;
    upload(&ada, project, "notes", b"hello").await.is(201);
    let refused = upload(&ada, project, "photo.png", b"GIF89a").await.is(415);
    assert_eq!(
        (&refused["error"], &refused["message"]),
        (&"refused_media".into(), &"Files of the type image/gif aren’t taken here.".into())
    );
    let refused = upload(&ada, project, "photo.png", b"%PDF-1.7").await.is(415);
    let sentence = "Files of the type application/pdf aren’t taken here. Only these are: text/*, image/*.";
    assert_eq!(refused["message"], sentence);
}

/// A clamd that finds `name` in whatever it is shown.
async fn clamd_that_finds(name: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = Vec::new();
            while !asked.ends_with(&[0; 4]) {
                stream.read_buf(&mut asked).await.expect("it asks to the end");
            }
            stream.write_all(format!("stream: {name} FOUND\0").as_bytes()).await.expect("it listens");
        }
    });
    address
}

#[tokio::test]
async fn what_is_infected_is_refused() {
    let clamd = clamd_that_finds("Test-Virus").await;
    let app = TestApp::with(&["--clamd", &clamd]).await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let project = project(&ada).await;
    let refused = upload(&ada, project, "photo.png", b"quite harmless").await.is(400);
    assert_eq!(refused["message"], "That file isn’t taken: the virus scanner found Test-Virus in it.");
    assert!(ada.all(&format!("/projects/{project}/files")).await.is_empty());
}

#[tokio::test]
async fn where_the_virus_scanner_is_gone_uploads_may_come_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let app = TestApp::with(&["--clamd", &address]).await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let refused = upload(&ada, project(&ada).await, "photo.png", b"quite harmless").await.is(503);
    assert_eq!(refused["error"], "unavailable");
    assert!(refused.headers.contains_key("retry-after"));
}
