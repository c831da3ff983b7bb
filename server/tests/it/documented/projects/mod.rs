//! 3-projects: projects with files, and conversations of chosen people.

mod auth;
mod conversation;
mod file;
mod message;
mod project;
mod surface;
mod upload;
mod user;

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::client::{Api, Told};
use crate::{
    app::TestApp,
    person::{PASSWORD, token},
};

const STRANGER_TO_PROJECT: &str =
    r#"403 {"error":"You are not a member of this project.","message":"You are not a member of this project."}"#;
const STRANGER_TO_CONVERSATION: &str = r#"403 {"error":"You are not a member of this conversation.","message":"You are not a member of this conversation."}"#;

/// Someone who has registered as the document says. Their cookie's token serves as a bearer token too.
async fn register(app: &TestApp, name: &str) -> Api {
    let stranger = Api::stranger(app);
    let told = stranger.post("/auth/register", &json!({"username": name, "password": PASSWORD})).await.is(201);
    Api { id: told.number("user_id"), token: Some(cookie_token(&told)), ..stranger }
}

/// The token in the cookie that an answer sets.
fn cookie_token(told: &Told) -> String {
    token(told.headers["set-cookie"].to_str().expect("text"))
}

/// Makes a project with these people beside its owner; its id.
async fn found(owner: &Api, people: &[&Api]) -> i64 {
    let ids: Vec<_> = people.iter().map(|api| api.id).collect();
    let body = json!({"name": "Apollo", "participant_ids": ids});
    owner.post("/projects", &body).await.is(201).number("project_id")
}

/// Uploads one file.
async fn upload(api: &Api, project: i64, name: &str, content: impl Into<Vec<u8>>) -> Told {
    let part = Part::bytes(content.into()).file_name(name.to_owned());
    upload_form(api, project, Form::new().part("file", part)).await
}

async fn upload_form(api: &Api, project: i64, form: Form) -> Told {
    let request = api.request(reqwest::Method::POST, &format!("/projects/{project}/files"));
    Told::of(request.multipart(form)).await
}

/// A refusal as this document tells it: one sentence under both keys.
fn refusal(sentence: &str) -> Value {
    json!({"error": sentence, "message": sentence})
}
