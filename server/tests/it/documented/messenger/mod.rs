//! 5-messenger. The document is exact, and so are these: statuses, texts, keys and their order.

mod auth;
mod file;
mod message;
mod private_message;
mod surface;
mod user;

use serde_json::json;

use super::client::Api;
use crate::{app::TestApp, person::PASSWORD};

/// Someone who has registered and logged in as the document says. The first one administers the place.
async fn register(app: &TestApp, name: &str) -> Api {
    let stranger = Api::stranger(app);
    let email = format!("{name}@example.com");
    let body = json!({"username": name, "email": email, "password": PASSWORD});
    stranger.post("/api/auth/register", &body).await.is(201);
    let body = json!({"username": name, "password": PASSWORD});
    let told = stranger.post("/api/auth/login", &body).await.is(200);
    let token = told.body["access_token"].as_str().expect("a token").to_owned();
    Api { id: told.body["user"]["id"].as_i64().expect("an id"), token: Some(token), ..stranger }
}
