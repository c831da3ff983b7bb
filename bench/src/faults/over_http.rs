//! Posting over the API.

use anyhow::{Result, bail};
use http_body_util::BodyExt as _;
use hyper::Method;
use protocol::Error;
use serde::Deserialize;
use serde_json::json;

use crate::{
    http::{self, Connection},
    place::Filled,
    words::{self, body},
};

/// A message as the API answers it.
#[derive(Debug, Deserialize)]
pub struct Answer {
    pub id: i64,
    pub seq: i64,
    pub body: String,
}

/// Posts a message over the API; the answer, or why it was not taken for now.
///
/// # Errors
/// When the connection breaks, or for any other refusal.
pub async fn post(
    connection: &mut Connection,
    person: usize,
    room: i64,
    number: i64,
) -> Result<std::result::Result<Answer, Error>> {
    let path = format!("/api/v1/conversations/{room}/messages");
    let (_, bearer) = http::bearer(&Filled::token(person));
    let body = json!({"body": body(number), "client_id": words::client_id(number)}).to_string();
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let response = connection.send(Method::POST, &path, &headers, http::whole(&body)).await?;
    let status = response.status();
    let bytes = response.into_body().collect().await?.to_bytes();
    match status.as_u16() {
        200 | 201 => Ok(Ok(serde_json::from_slice(&bytes)?)),
        429 | 503 => Ok(Err(serde_json::from_slice(&bytes)?)),
        _ => bail!("{status}: {}", String::from_utf8_lossy(&bytes)),
    }
}

/// Whether a connection broke, rather than that what came over it was wrong.
pub fn is_broken(error: &anyhow::Error) -> bool {
    error.is::<hyper::Error>() || error.is::<std::io::Error>()
}
