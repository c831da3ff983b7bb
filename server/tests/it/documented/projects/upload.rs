//! `POST /projects/<id>/files`.

use std::io;

use reqwest::{
    Body, Method, header,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{STRANGER_TO_PROJECT, found, refusal, register, upload, upload_form};
use crate::{
    app::{PATIENCE, TestApp},
    documented::client::{Api, Told},
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

fn part(name: &str, content: impl Into<Vec<u8>>) -> Part {
    Part::bytes(content.into()).file_name(name.to_owned())
}

#[tokio::test]
async fn post_files_takes_a_file() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    assert_eq!(
        upload(&ada, project, "notes.txt", "hello").await.to_string(),
        r#"201 {"message":"File uploaded successfully","file":{"id":1,"filename":"notes.txt","size":5,"content_type":"text/plain","uploader_id":1,"uploaded_at":"TIME","url":"/projects/1/files/1"}}"#
    );
}

#[tokio::test]
async fn post_files_takes_several_at_once_and_ignores_other_fields() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let project = found(&ada, &[&lin]).await;
    let form = Form::new()
        .text("description", "two of them")
        .part("file", part("one.txt", "1"))
        .part("picture", part("ignored.png", PNG))
        // A browser sends this where no file was chosen.
        .part("file", part("", ""))
        .text("file", "a text is no file")
        .part("file", part("two.png", PNG));
    let told = upload_form(&lin, project, form).await;
    let one = r#"{"id":1,"filename":"one.txt","size":1,"content_type":"text/plain","uploader_id":2,"uploaded_at":"TIME","url":"/projects/1/files/1"}"#;
    let two = r#"{"id":2,"filename":"two.png","size":18,"content_type":"image/png","uploader_id":2,"uploaded_at":"TIME","url":"/projects/1/files/2"}"#;
    assert_eq!(
        told.to_string(),
        format!(r#"201 {{"message":"Files uploaded successfully","file":{one},"files":[{one},{two}]}}"#)
    );
    assert_eq!(ada.get("/projects/1/files").await.to_string(), format!("200 [{two},{one}]"));
}

#[tokio::test]
async fn post_files_takes_far_more_than_a_form_may_have() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    let pieces = futures::stream::iter((0..3 * 1024).map(|_| Ok::<_, io::Error>(vec![0_u8; 1024])));
    let part = Part::stream(Body::wrap_stream(pieces)).file_name("large.bin");
    let told = upload_form(&ada, project, Form::new().part("file", part)).await.is(201);
    assert_eq!(told.body["file"]["size"], 3 * 1024 * 1024);
    assert_eq!(told.body["file"]["content_type"], "application/octet-stream");
}

#[tokio::test]
async fn a_files_type_is_told_by_its_bytes_and_never_one_that_a_browser_runs() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    for (name, content, kind) in [
        ("really.txt", PNG, "image/png"),
        ("page.png", &b"<!DOCTYPE html><script>alert(1)</script>"[..], "text/plain"),
        ("drawing.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", "text/plain"),
        ("paper.html", b"%PDF-1.7\n", "application/pdf"),
        ("noise.png", b"\x00\x01\x02", "application/octet-stream"),
        ("empty.png", b"", "text/plain"),
    ] {
        let part = part(name, content).mime_str("text/html").expect("a type");
        let told = upload_form(&ada, project, Form::new().part("file", part)).await.is(201);
        assert_eq!(told.body["file"]["content_type"], kind, "{name}");
    }
}

#[tokio::test]
async fn a_files_name_is_cleaned() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    for (sent, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\report.pdf", "report.pdf"),
        ("a\u{202E}fdp.exe", "afdp.exe"),
        ("..", "file"),
        ("naïve “é”.txt", "naïve “é”.txt"),
    ] {
        let told = upload(&ada, project, sent, "x").await.is(201);
        assert_eq!(told.body["file"]["filename"], kept, "{sent}");
    }
    let part =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=utf-8''na%C3%AFve.txt\r\n\r\nx\r\n--b--\r\n";
    let told = raw(&ada, project, "multipart/form-data; boundary=b", part.as_bytes()).await.is(201);
    assert_eq!(told.body["file"]["filename"], "naïve.txt", "as older clients write it");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_with_the_limit() {
    let app = TestApp::with(&["--max-upload", "1KB"]).await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    let limit = upload(&ada, project, "large.bin", vec![0; 1025]).await.is(413);
    let sentence = limit.body["error"].as_str().expect("a sentence").to_owned();
    assert!(sentence.starts_with("That is too large: the limit is 10"), "{sentence}");
    assert_eq!(limit.body, refusal(&sentence));
    assert_eq!(ada.get("/projects/1/files").await.text, "[]");
    upload(&ada, project, "small.bin", vec![0; 1000]).await.is(201);
}

#[tokio::test]
async fn where_one_of_several_files_is_refused_none_stays() {
    let app = TestApp::with(&["--max-upload", "1KB"]).await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    let form = || Form::new().part("file", part("one.txt", "1")).part("file", part("two.txt", "2"));
    upload_form(&ada, project, form().part("file", part("large.bin", vec![0; 5000]))).await.is(413);
    let fifty_one = (0..51).fold(Form::new(), |form, n| form.part("file", part(&format!("{n}.txt"), "x")));
    let told = upload_form(&ada, project, fifty_one).await.is(400);
    assert_eq!(told.body, refusal("At most 50 files can be sent at once."));
    let broken = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--b\r\nContent-Dis";
    raw(&ada, project, "multipart/form-data; boundary=b", broken.as_bytes()).await.is(400);
    assert_eq!(ada.get("/projects/1/files").await.text, "[]");
    upload_form(&ada, project, form()).await.is(201);
}

#[tokio::test]
async fn who_goes_away_in_the_middle_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    let (pieces, body) = futures::channel::mpsc::unbounded::<io::Result<Vec<u8>>>();
    let request = ada.request(Method::POST, &format!("/projects/{project}/files"));
    let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
    let sending = tokio::spawn(request.body(Body::wrap_stream(body)).send());
    let whole = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"whole.txt\"\r\n\r\nwhole\r\n";
    let begun = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"begun.txt\"\r\n\r\nbeg";
    pieces.unbounded_send(Ok(format!("{whole}{begun}").into_bytes())).expect("sent");
    until_files(&ada, 1).await;
    sending.abort();
    drop(pieces);
    until_files(&ada, 0).await;
}

/// Waits until the project has so many files.
async fn until_files(api: &Api, count: usize) {
    let settled = async { while api.get("/projects/1/files").await.column("id").len() != count {} };
    timeout(PATIENCE, settled).await.expect("in time");
}

#[tokio::test]
async fn a_body_that_is_broken_or_has_no_file_is_refused() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let project = found(&ada, &[]).await;
    let nothing = refusal("There is no file: send it as the field “file”, with its name.");
    for form in [Form::new().text("file", "a text is no file"), Form::new().part("picture", part("a.png", PNG))] {
        assert_eq!(upload_form(&ada, project, form).await.is(400).body, nothing);
    }
    let kind = "multipart/form-data; boundary=b";
    for (kind, body) in [
        ("multipart/form-data", "--b--"),
        (kind, ""),
        (kind, "no boundary at all"),
        (kind, "--b\r\n"),
        (kind, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nnever ends"),
        (kind, "--b\r\n\r\nwithout headers\r\n"),
    ] {
        let told = raw(&ada, project, kind, body.as_bytes()).await.is(400);
        assert_eq!(told.body["error"], told.body["message"], "{body:?}");
    }
    for kind in ["application/json", "application/x-www-form-urlencoded", "text/plain"] {
        let told = raw(&ada, project, kind, b"{}").await.is(415);
        assert_eq!(told.body, refusal("The body must be multipart/form-data."), "{kind}");
    }
    assert_eq!(ada.get("/projects/1/files").await.text, "[]");
}

#[tokio::test]
async fn only_members_upload_and_a_stranger_cannot_tell_a_project_of_others_from_none() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "eve").await);
    let project = found(&ada, &[&lin]).await;
    upload(&lin, project, "a.txt", "a").await.is(201);
    for id in [project, 77] {
        assert_eq!(upload(&eve, id, "a.txt", "a").await.to_string(), STRANGER_TO_PROJECT, "{id}");
        assert_eq!(upload_form(&eve, id, Form::new()).await.to_string(), STRANGER_TO_PROJECT, "{id}");
    }
    let files = ada.get("/projects/1/files").await;
    assert_eq!(files.body.as_array().map(Vec::len), Some(1));
    assert_ne!(files.body, Value::Null);
    assert_eq!(files.column("uploader_id"), [json!(lin.id)]);
}

async fn raw(api: &Api, project: i64, kind: &str, body: &[u8]) -> Told {
    let request = api.request(Method::POST, &format!("/projects/{project}/files"));
    Told::of(request.header(header::CONTENT_TYPE, kind).body(body.to_vec())).await
}
