//! `/api/files`: records of files that are kept elsewhere.

use serde_json::{Value, json};

use super::register;
use crate::{app::TestApp, documented::client::Api};

fn document(association: &str, id: i64) -> Value {
    json!({
        "filename": "document.pdf", "file_url": "http://example.com/document.pdf", "file_size": 102_400, association: id,
    })
}

async fn said(api: &Api) -> i64 {
    api.post("/api/messages", &json!({"content": "see the file"})).await.is(201).number("id")
}

/// The id of the private chat of the two.
async fn talked(api: &Api, other: &Api) -> i64 {
    let path = format!("/api/messages/private/{}", other.id);
    api.post(&path, &json!({"content": "see the file"})).await.is(201).number("chat_id")
}

const OF_MESSAGE: &str = r#"{"id":1,"filename":"document.pdf","file_url":"http://example.com/document.pdf","file_size":102400,"uploaded_at":"TIME","uploader_id":1,"public_message_id":1,"private_chat_id":null,"uploader":{"id":1,"username":"ada"}}"#;

#[tokio::test]
async fn post_files_records_a_file_of_a_public_message() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let told = ada.post("/api/files/", &document("public_message_id", said(&ada).await)).await;
    assert_eq!(told.to_string(), format!("201 {OF_MESSAGE}"));
}

#[tokio::test]
async fn post_files_records_a_file_of_a_private_chat() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let chat = talked(&ada, &lin).await;
    let told = lin.post("/api/files/", &document("private_chat_id", chat)).await;
    assert_eq!(
        told.to_string(),
        r#"201 {"id":1,"filename":"document.pdf","file_url":"http://example.com/document.pdf","file_size":102400,"uploaded_at":"TIME","uploader_id":2,"public_message_id":null,"private_chat_id":2,"uploader":{"id":2,"username":"lin"}}"#
    );
}

#[tokio::test]
async fn post_files_takes_the_documented_types_whatever_their_case() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let message = said(&ada).await;
    for suffix in ["PDF", "doc", "DocX", "jpg", "JPEG", "png", "gif", "bmp", "tiff", "WEBP"] {
        let mut body = document("public_message_id", message);
        body["filename"] = format!("file.of.{suffix}").into();
        ada.post("/api/files", &body).await.is(201);
    }
}

#[tokio::test]
async fn post_files_checks_fields_then_size_then_type_then_association() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let message = said(&ada).await;
    // Everything is wrong with it; one thing after the other gets right.
    let mut body = json!({"filename": "run.exe", "file_url": "http://example.com/x", "file_size": 5_242_881});
    for field in ["filename", "file_url", "file_size"] {
        let mut lacking = body.clone();
        lacking.as_object_mut().expect("an object").remove(field);
        let told = ada.post("/api/files", &lacking).await.is(400);
        assert!(told.body["message"].as_str().expect("a sentence").contains(field), "{}", told.text);
        for wrong in [json!(null), json!([]), json!("  ")] {
            lacking[field] = wrong;
            ada.post("/api/files", &lacking).await.is(400);
        }
    }
    let told = ada.post("/api/files", &body).await;
    assert_eq!(told.to_string(), r#"400 {"message":"File size exceeds the limit of 5MB (5242880 bytes)."}"#);
    body["file_size"] = 5_242_880.into();
    let told = ada.post("/api/files", &body).await;
    assert_eq!(
        told.to_string(),
        r#"400 {"message":"File type not allowed. Allowed types: PDF, DOC, DOCX, JPG, JPEG, PNG, GIF, BMP, TIFF, WEBP."}"#
    );
    body["filename"] = "run.exe.pdf".into();
    let one = r#"400 {"message":"Exactly one of public_message_id and private_chat_id is required."}"#;
    assert_eq!(ada.post("/api/files", &body).await.to_string(), one);
    body["public_message_id"] = message.into();
    body["private_chat_id"] = 1.into();
    assert_eq!(ada.post("/api/files", &body).await.to_string(), one);
    body["private_chat_id"] = Value::Null;
    ada.post("/api/files", &body).await.is(201);
}

#[tokio::test]
async fn post_files_refuses_names_without_a_type_negative_sizes_and_addresses_that_would_run() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    let message = said(&ada).await;
    for (field, value) in [
        ("filename", json!("pdf")),
        ("filename", json!("file.")),
        ("filename", json!("file.svg")),
        ("file_size", json!(-1)),
        ("file_size", json!(1.5)),
        ("file_size", json!("100")),
        ("file_url", json!("javascript:alert(1)")),
        ("file_url", json!("data:text/html,x")),
        ("public_message_id", json!("1")),
    ] {
        let mut body = document("public_message_id", message);
        body[field] = value;
        ada.post("/api/files", &body).await.is(400);
    }
}

#[tokio::test]
async fn post_files_takes_only_what_is_ones_own() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "eve").await);
    let (message, chat) = (said(&ada).await, talked(&ada, &lin).await);
    let denied = r#"403 {"message":"Access denied"}"#;
    assert_eq!(eve.post("/api/files", &document("public_message_id", message)).await.to_string(), denied);
    // Whether a private chat exists is not told to someone who isn't in it.
    for id in [chat, chat + 1000, 1] {
        assert_eq!(eve.post("/api/files", &document("private_chat_id", id)).await.to_string(), denied, "{id}");
    }
    let secret = ada.get("/api/messages/private/2").await.body["messages"][0]["id"].as_i64().expect("an id");
    for id in [secret, secret + 1000] {
        let told = eve.post("/api/files", &document("public_message_id", id)).await;
        assert_eq!(told.to_string(), r#"404 {"message":"Message not found"}"#, "{id}");
    }
}

#[tokio::test]
async fn get_files_lists_ones_own_as_a_bare_array() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    assert_eq!(ada.get("/api/files/").await.to_string(), "200 []");
    ada.post("/api/files", &document("public_message_id", said(&ada).await)).await.is(201);
    lin.post("/api/files", &document("public_message_id", said(&lin).await)).await.is(201);
    assert_eq!(ada.get("/api/files/").await.to_string(), format!("200 [{OF_MESSAGE}]"));
}

#[tokio::test]
async fn get_files_shows_one_of_ones_own() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    ada.post("/api/files", &document("public_message_id", said(&ada).await)).await.is(201);
    assert_eq!(ada.get("/api/files/1").await.to_string(), format!(r#"200 {{"file":{OF_MESSAGE}}}"#));
    assert_eq!(lin.get("/api/files/1").await.to_string(), r#"403 {"message":"Access denied"}"#);
    assert_eq!(lin.get("/api/files/2").await.to_string(), r#"404 {"message":"File not found"}"#);
}

#[tokio::test]
async fn delete_files_forgets_one_of_ones_own() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    lin.post("/api/files", &document("public_message_id", said(&lin).await)).await.is(201);
    assert_eq!(ada.delete("/api/files/1").await.to_string(), r#"403 {"message":"Access denied"}"#);
    assert_eq!(lin.delete("/api/files/1").await.to_string(), r#"200 {"message":"File deleted"}"#);
    assert_eq!(lin.delete("/api/files/1").await.to_string(), r#"404 {"message":"File not found"}"#);
    assert_eq!(lin.get("/api/files").await.text, "[]");
}

#[tokio::test]
async fn get_files_public_lists_those_of_a_message_for_everyone() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let message = said(&ada).await;
    assert_eq!(lin.get("/api/files/public/1").await.to_string(), r#"200 {"files":[]}"#);
    ada.post("/api/files", &document("public_message_id", message)).await.is(201);
    assert_eq!(lin.get("/api/files/public/1").await.to_string(), format!(r#"200 {{"files":[{OF_MESSAGE}]}}"#));
    talked(&ada, &lin).await;
    for id in [2, 77] {
        let told = lin.get(&format!("/api/files/public/{id}")).await;
        assert_eq!(told.to_string(), r#"404 {"message":"Message not found"}"#, "{id}");
    }
}

#[tokio::test]
async fn get_files_private_lists_those_of_a_chat_for_its_two() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "eve").await);
    let chat = talked(&ada, &lin).await;
    ada.post("/api/files", &document("private_chat_id", chat)).await.is(201);
    lin.post("/api/files", &document("private_chat_id", chat)).await.is(201);
    let row = |id, uploader, name| {
        format!(
            r#"{{"id":{id},"filename":"document.pdf","file_url":"http://example.com/document.pdf","file_size":102400,"uploaded_at":"TIME","uploader_id":{uploader},"public_message_id":null,"private_chat_id":2,"uploader":{{"id":{uploader},"username":"{name}"}}}}"#
        )
    };
    let expected = format!(r#"200 {{"files":[{},{}]}}"#, row(1, 1, "ada"), row(2, 2, "lin"));
    for api in [&ada, &lin] {
        assert_eq!(api.get("/api/files/private/2").await.to_string(), expected);
    }
    // The chat of others, the public chat, and one that isn't there: a stranger can't tell them apart.
    for id in [chat, 1, 77] {
        let told = eve.get(&format!("/api/files/private/{id}")).await;
        assert_eq!(told.to_string(), r#"403 {"message":"Access denied"}"#, "{id}");
    }
    lin.delete("/api/users/2").await.is(200);
    let told = ada.get("/api/files/private/2").await.is(200);
    assert_eq!(told.body["files"][1]["uploader"], json!({"id": 2, "username": "deleted-2"}));
}
