//! Projects and their files.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::json;

use super::client::{Answer, Program};
use crate::app::TestApp;

pub async fn upload(who: &Program, project: i64, name: &str, bytes: &[u8]) -> Answer {
    let path = format!("/projects/{project}/files");
    let form = Form::new().part("file", Part::bytes(bytes.to_vec()).file_name(name.to_owned()));
    who.send(&path, who.request(Method::POST, &path).multipart(form)).await
}

#[tokio::test]
async fn a_project_has_a_conversation_and_members_of_its_own() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob, eve) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await, stranger.sign_up("eve").await);
    let new = json!({"name": "New bridge", "description": "From drawing\nto opening.", "people": [bob.id]});
    let project = ada.post("/projects", new).await.is(201);
    let path = format!("/projects/{}", project.number("id"));
    assert_eq!(bob.get(&path).await.is(200).body, project.body);
    eve.get(&path).await.is(404);
    eve.patch(&path, json!({"name": "mine"})).await.is(404);
    bob.patch(&path, json!({"name": "mine"})).await.is(403);
    let nobody = ada.post("/projects", json!({"name": "Tunnel", "people": [1000]})).await.is(400);
    assert_eq!(nobody["field"], "people");
    bob.say(project.number("conversation_id"), "hello").await;

    let changed = ada.patch(&path, json!({"name": "Old bridge", "archived": true})).await.is(200);
    assert!(changed["name"] == "Old bridge" && !changed["archived_at"].is_null());
    assert_eq!(upload(&bob, project.number("id"), "a.txt", b"too late").await.status, 403);
    ada.patch(&path, json!({"archived": false})).await.is(200);
    let group = json!({"people": [bob.id], "project_id": project.number("id")});
    assert_eq!(ada.post("/groups", group).await.is(201)["project_id"], project["id"]);
}

#[tokio::test]
async fn a_file_is_uploaded_listed_read_and_deleted() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let (ada, bob, eve) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await, stranger.sign_up("eve").await);
    let project = ada.post("/projects", json!({"name": "Bridge", "people": [bob.id]})).await.is(201).number("id");
    let file = upload(&bob, project, "../plan.txt", b"steel").await.is(201)["items"][0].clone();
    assert_eq!((&file["name"], &file["size"], &file["uploader_id"]), (&"plan.txt".into(), &5.into(), &bob.id.into()));
    upload(&bob, project, "second.txt", b"stone").await.is(201);

    let path = format!("/files/{}", file["id"]);
    assert_eq!(ada.get(&path).await.is(200).body, file);
    let content = ada.get(&format!("{path}/content")).await.is(200);
    assert_eq!(
        (content.text.as_str(), &content.headers["x-content-type-options"]),
        ("steel", &"nosniff".parse().expect("text"))
    );
    assert!(content.headers["content-disposition"].to_str().expect("text").starts_with("attachment"));
    let listed = ada.get(&format!("/projects/{project}/files")).await.is(200);
    assert_eq!(listed.column("name"), ["second.txt", "plan.txt"]);

    for (who, status) in [(&eve, 404), (&ada, 204), (&bob, 404)] {
        who.delete(&path).await.is(status);
    }
    ada.get(&format!("{path}/content")).await.is(404);
}

#[tokio::test]
async fn what_is_no_upload_is_refused() {
    let app = TestApp::with(&["--max-upload", "1KB"]).await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let project = ada.post("/projects", json!({"name": "Bridge"})).await.is(201).number("id");
    let path = format!("/projects/{project}/files");
    ada.post(&path, json!({"file": "x"})).await.is(415);
    let empty = ada.request(Method::POST, &path).multipart(Form::new().text("note", "no file"));
    ada.send(&path, empty).await.is(400);
    assert_eq!(upload(&ada, project, "large", &[7; 1001]).await.is(413).number("limit"), 1000);
    upload(&ada, project, "not too large", &[7; 1000]).await.is(201);
    assert_eq!(ada.all(&path).await.len(), 1);
}
