//! A program that speaks `/api/v1`.

use std::{ops::Index, sync::Arc};

use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    person::{PASSWORD, client},
    schema::Document,
};

/// Someone who asks, with or without a token.
#[derive(Clone)]
pub struct Program {
    pub url: String,
    pub token: Option<String>,
    pub id: i64,
    document: Arc<Document>,
}

impl Program {
    /// Someone without a token.
    pub async fn stranger(app: &TestApp) -> Self {
        Self { url: app.url.clone(), token: None, id: 0, document: Arc::new(Document::of(app).await) }
    }

    /// Someone who has just made an account.
    pub async fn sign_up(&self, name: &str) -> Self {
        let told = self.post("/accounts", json!({"username": name, "password": PASSWORD})).await.is(201);
        Self { id: told["user"]["id"].as_i64().expect("an id"), ..self.with_token(&told["token"]) }
    }

    /// The same with another token.
    pub fn with_token(&self, token: &Value) -> Self {
        Self { token: Some(token.as_str().expect("a token").to_owned()), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PUT, path, Some(body).filter(|body| !body.is_null())).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PATCH, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.ask(Method::DELETE, path, None).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.request(method, path);
        self.send(path, body.iter().fold(request, RequestBuilder::json)).await
    }

    /// A request, to be filled and sent by [`Self::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = client().request(method, format!("{}/api/v1{path}", self.url));
        self.token.iter().fold(request, RequestBuilder::bearer_auth)
    }

    /// Sends a request; the answer must be one that is described.
    pub async fn send(&self, path: &str, request: RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let method = request.method().to_string();
        let response = client().execute(request).await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let kind = headers.get(header::CONTENT_TYPE).map_or("", |kind| kind.to_str().expect("text")).to_owned();
        let text = response.text().await.expect("text");
        let checked = self.document.check_answer(&method, &format!("/api/v1{path}"), status, &kind, &text);
        checked.unwrap_or_else(|why| panic!("{why}"));
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    /// Every row of a list, asked for page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let first = self.get(path).await.is(200);
        self.rest(path, first).await
    }

    /// The rows of this page of a list and of all that follow.
    pub async fn rest(&self, path: &str, mut page: Answer) -> Vec<Value> {
        let mut rows = Vec::new();
        loop {
            rows.extend(page["items"].as_array().expect("rows").iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { return rows };
            let more = if path.contains('?') { '&' } else { '?' };
            page = self.get(&format!("{path}{more}cursor={cursor}")).await.is(200);
        }
    }

    /// A room of this person's own.
    pub async fn room(&self, name: &str, private: bool) -> i64 {
        self.post("/rooms", json!({"name": name, "private": private})).await.is(201).number("id")
    }

    /// Posts a message, which must be taken; its id.
    pub async fn say(&self, conversation: i64, text: &str) -> i64 {
        let path = format!("/conversations/{conversation}/messages");
        self.post(&path, json!({"body": text})).await.is(201).number("id")
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: header::HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Answer {
    /// The same, if it has this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The number under `key`.
    #[track_caller]
    pub fn number(&self, key: &str) -> i64 {
        self.body[key].as_i64().unwrap_or_else(|| panic!("no number {key} in {}", self.text))
    }

    /// What the rows of a list have under `key`.
    #[track_caller]
    pub fn column(&self, key: &str) -> Vec<Value> {
        column(self.body["items"].as_array().unwrap_or_else(|| panic!("no list but {}", self.text)), key)
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        &self.body[key]
    }
}

/// What rows have under `key`.
pub fn column(rows: &[Value], key: &str) -> Vec<Value> {
    rows.iter().map(|row| row[key].clone()).collect()
}
