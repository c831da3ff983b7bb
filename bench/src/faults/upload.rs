//! Files that are brought to a project over the API, and fetched again.

use anyhow::{Context as _, Result, ensure};
use http_body_util::BodyExt as _;
use hyper::Method;
use serde_json::Value;

use crate::{
    http::{self, Connection, bearer},
    place::Filled,
};

const BOUNDARY: &str = "a-line-that-is-in-no-file";

/// Makes a project of the first person; returns its id.
pub async fn make_project(connection: &mut Connection) -> Result<i64> {
    let (status, answer) = ask(connection, "/api/v1/projects", "application/json", r#"{"name":"Plans"}"#).await?;
    ensure!(status == 201, "no project: {status}");
    answer["id"].as_i64().context("a project has an id")
}

/// Brings a file; its id, or the status of the refusal.
pub async fn bring(connection: &mut Connection, project: i64, number: usize) -> Result<Result<i64, u16>> {
    let part = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"plan-{number}.txt\"\r\n\
         content-type: text/plain\r\n\r\n{}\r\n--{BOUNDARY}--\r\n",
        content(number)
    );
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let (status, answer) = ask(connection, &format!("/api/v1/projects/{project}/files"), &kind, &part).await?;
    if status != 201 {
        return Ok(Err(status));
    }
    let id = answer["items"][0]["id"].as_i64();
    Ok(Ok(id.with_context(|| format!("a file has an id: {answer}"))?))
}

/// Whether what comes back is what was brought.
pub async fn is_whole(connection: &mut Connection, id: i64, number: usize) -> Result<bool> {
    let (name, value) = bearer(&Filled::token(0));
    let bytes = connection.get(&format!("/api/v1/files/{id}/content"), (name, &value)).await?;
    Ok(bytes == content(number))
}

/// Some 40 KB, other ones for each number.
fn content(number: usize) -> String {
    format!("plan {number} ").repeat(4_000)
}

async fn ask(connection: &mut Connection, path: &str, kind: &str, body: &str) -> Result<(u16, Value)> {
    let (name, value) = bearer(&Filled::token(0));
    let headers = [(name.as_str(), value.as_str()), ("content-type", kind)];
    let answer = connection.send(Method::POST, path, &headers, http::whole(body)).await?;
    let status = answer.status().as_u16();
    let bytes = answer.into_body().collect().await?.to_bytes();
    Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
}
