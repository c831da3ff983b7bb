//! A program that speaks one of the documented APIs: JSON there and back.

use std::fmt;

use reqwest::{Method, RequestBuilder, Response, header};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::{
    app::TestApp,
    person::{PASSWORD, Person, client},
    schema::Document,
};

/// The API's description, the same on all servers.
static DOCUMENT: OnceCell<Document> = OnceCell::const_new();

/// Someone who asks, with or without a credential.
#[derive(Clone)]
pub struct Api {
    pub url: String,
    pub token: Option<String>,
    pub id: i64,
}

impl Api {
    /// Someone without a credential.
    pub fn stranger(app: &TestApp) -> Self {
        Self { url: app.url.clone(), token: None, id: 0 }
    }

    /// Someone who has just registered and logged in as 1-basic says.
    pub async fn register(app: &TestApp, name: &str) -> Self {
        let stranger = Self::stranger(app);
        let body = json!({"username": name, "password": PASSWORD});
        let told = stranger.post("/register", &body).await.is(201);
        let id = told.body["user"]["id"].as_i64().expect("an id");
        let told = stranger.post("/login", &body).await.is(200);
        let token = Some(told.body["token"].as_str().expect("a token").to_owned());
        Self { token, id, ..stranger }
    }

    /// The same person with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same person in a browser, whose cookie is the token.
    pub fn person(&self, name: &str) -> Person {
        Person { url: self.url.clone(), name: name.to_owned(), token: self.token.clone().expect("a token") }
    }

    pub async fn get(&self, path: &str) -> Told {
        Told::of(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Told {
        Told::of(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Told {
        Told::of(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Told {
        Told::of(self.request(Method::DELETE, path)).await
    }

    /// A request with the credential, to be filled and sent by [`Told::of`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = client().request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// A request whose credential is the cookie.
    pub fn by_cookie(&self, method: Method, path: &str) -> RequestBuilder {
        let token = self.token.as_deref().unwrap_or_default();
        client()
            .request(method, format!("{}{path}", self.url))
            .header(header::COOKIE, format!("confab_session={token}"))
    }
}

/// An answer. Printed, it is the status and the body as it was sent, with times and tokens as words.
#[derive(Debug)]
pub struct Told {
    pub status: u16,
    pub headers: header::HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Told {
    /// Sends a request; the answer must be JSON, whatever it says, and one that the API's description knows.
    pub async fn of(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.expect("a request");
        let (method, url) = (request.method().clone(), request.url().clone());
        let told = Self::read(client.execute(request).await.expect("an answer")).await;
        let document = DOCUMENT.get_or_init(|| description(url.origin().ascii_serialization())).await;
        if document.operation(method.as_str(), url.path()).is_some() {
            let checked =
                document.check_answer(method.as_str(), url.path(), told.status, "application/json", &told.text);
            checked.unwrap_or_else(|why| panic!("{why}"));
        }
        told
    }

    async fn read(response: Response) -> Self {
        let (status, headers, url) = (response.status().as_u16(), response.headers().clone(), response.url().clone());
        let text = response.text().await.expect("a body");
        assert_eq!(headers[header::CONTENT_TYPE], "application/json", "{url}: {status} {text}");
        let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{url}: {error} in {text}"));
        Self { status, headers, text, body }
    }

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

    /// What the rows of a bare array have under `key`.
    #[track_caller]
    pub fn column(&self, key: &str) -> Vec<Value> {
        let rows = self.body.as_array().unwrap_or_else(|| panic!("no array but {}", self.text));
        rows.iter().map(|row| row[key].clone()).collect()
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.text.split('"').map(masked).collect();
        write!(f, "{} {}", self.status, words.join("\""))
    }
}

async fn description(url: String) -> Document {
    let response = client().get(format!("{url}/api/openapi.json")).send().await.expect("an answer");
    Document(serde_json::from_str(&response.text().await.expect("a body")).expect("JSON"))
}

/// What differs from run to run becomes a word; a time only where it is RFC 3339 in UTC.
fn masked(word: &str) -> &str {
    let pattern: String = word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if pattern == "0000-00-00T00:00:00.000Z" {
        "TIME"
    } else if word.starts_with("eyJ") && word.split('.').count() == 3 {
        "TOKEN"
    } else {
        word
    }
}
