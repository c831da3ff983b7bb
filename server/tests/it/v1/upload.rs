//! `/api/v1/uploads`: files that come in parts, as tus 1.0 says.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{self, HeaderMap},
};
use serde_json::{Value, json};

use super::client::{Answer, Program};
use crate::{app::TestApp, person::client};

const BYTES: &str = "application/offset+octet-stream";

/// What tus asks with: to begin an upload of four bytes into a project, and to add them to one.
pub fn fill(request: RequestBuilder, project: &str) -> RequestBuilder {
    let request = request.header("tus-resumable", "1.0.0");
    if project.is_empty() {
        return request.header("upload-offset", 0).header(header::CONTENT_TYPE, BYTES).body("text");
    }
    request
        .header("upload-length", 4)
        .header("upload-metadata", metadata(&[("filename", "a.txt"), ("project", project)]))
}

pub fn metadata(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().map(|(key, value)| format!("{key} {}", BASE64_STANDARD.encode(value)));
    pairs.collect::<Vec<_>>().join(",")
}

struct World {
    app: TestApp,
    ada: Program,
    eve: Program,
    project: i64,
}

impl World {
    async fn start() -> Self {
        Self::with(&[]).await
    }

    async fn with(flags: &[&str]) -> Self {
        let app = TestApp::with(flags).await;
        let stranger = Program::stranger(&app).await;
        let (ada, eve) = (stranger.sign_up("ada").await, stranger.sign_up("eve").await);
        let project = ada.post("/projects", json!({"name": "Bridge"})).await.is(201).number("id");
        Self { app, ada, eve, project }
    }

    async fn try_begin(&self, size: u64) -> Answer {
        let place = metadata(&[("filename", "film.mp4"), ("project", &self.project.to_string())]);
        tus(
            &self.ada,
            Method::POST,
            "/uploads",
            &[("upload-length", &size.to_string()), ("upload-metadata", &place)],
            "",
        )
        .await
    }

    /// Begins an upload; its path.
    async fn begin(&self, size: u64) -> String {
        path(&self.try_begin(size).await.is(201))
    }

    async fn content(&self, file: &str) -> String {
        self.ada.get(&format!("/files/{file}/content")).await.is(200).text
    }
}

/// A request of tus, which may be wrong on purpose.
async fn tus(who: &Program, method: Method, path: &str, headers: &[(&str, &str)], body: &'static str) -> Answer {
    let request = who.request(method, path).header("tus-resumable", "1.0.0");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    who.send(path, if body.is_empty() { request } else { request.body(body) }).await
}

async fn append(who: &Program, path: &str, offset: u64, body: &'static str) -> Answer {
    tus(who, Method::PATCH, path, &[("upload-offset", &offset.to_string()), ("content-type", BYTES)], body).await
}

async fn stand(who: &Program, path: &str) -> Answer {
    tus(who, Method::HEAD, path, &[], "").await
}

fn path(begun: &Answer) -> String {
    told(&begun.headers, "location").strip_prefix("/api/v1").expect("an address of the API").to_owned()
}

fn told<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).unwrap_or_else(|| panic!("no {name} in {headers:?}")).to_str().expect("text")
}

#[tokio::test]
async fn what_is_spoken_here_is_told_to_anyone() {
    let world = World::with(&["--max-upload", "1MB"]).await;
    let request = client().request(Method::OPTIONS, format!("{}/api/v1/uploads", world.app.url));
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    for (name, value) in [
        ("tus-resumable", "1.0.0"),
        ("tus-version", "1.0.0"),
        ("tus-extension", "creation,creation-with-upload,termination,expiration"),
        ("tus-max-size", "1000000"),
    ] {
        assert_eq!(told(answer.headers(), name), value);
    }
}

#[tokio::test]
async fn a_file_comes_in_parts() {
    let world = World::start().await;
    let begun = world.try_begin(10).await.is(201);
    let path = path(&begun);
    let id = path.rsplit('/').next().expect("an id").to_owned();
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    assert_eq!((told(&begun.headers, "upload-offset"), told(&begun.headers, "tus-resumable")), ("0", "1.0.0"));
    assert!(told(&begun.headers, "upload-expires").ends_with(" GMT"));

    let part = append(&world.ada, &path, 0, "hello").await.is(204);
    assert_eq!(told(&part.headers, "upload-offset"), "5");
    assert!(!part.headers.contains_key("upload-file"));
    let stands = stand(&world.ada, &path).await.is(200);
    assert_eq!((told(&stands.headers, "upload-offset"), told(&stands.headers, "upload-length")), ("5", "10"));
    assert_eq!(told(&stands.headers, "cache-control"), "no-store");
    let known = json!({"id": id, "name": "film.mp4", "size": 10, "received": 5, "file_id": null});
    assert_eq!(world.ada.get(&path).await.is(200).body, known);
    assert_eq!(world.ada.get("/uploads").await.is(200).body, json!({"items": [known], "next_cursor": null}));

    let last = append(&world.ada, &path, 5, "world").await.is(204);
    let file = told(&last.headers, "upload-file").to_owned();
    assert_eq!(world.content(&file).await, "helloworld");
    // An answer that was lost on the way is given once more.
    assert_eq!(told(&append(&world.ada, &path, 10, "").await.is(204).headers, "upload-file"), file);
    assert_eq!(told(&stand(&world.ada, &path).await.is(200).headers, "upload-file"), file);
    assert_eq!(world.ada.get(&path).await.is(200).number("file_id").to_string(), file);
    assert_eq!(world.ada.get("/uploads").await.is(200).body["items"], json!([]));
}

#[tokio::test]
async fn an_upload_may_begin_with_its_bytes() {
    let world = World::start().await;
    let project = world.project.to_string();
    let begin = async |length: &str, kind: &str, body| {
        let place = metadata(&[("filename", "a.txt"), ("project", &project), ("filetype", "text/plain")]);
        let headers = [("upload-length", length), ("upload-metadata", &place), ("content-type", kind)];
        tus(&world.ada, Method::POST, "/uploads", &headers, body).await
    };
    let whole = begin("5", BYTES, "hello").await.is(201);
    assert_eq!(told(&whole.headers, "upload-offset"), "5");
    assert_eq!(world.content(told(&whole.headers, "upload-file")).await, "hello");
    let part = begin("10", BYTES, "hello").await.is(201);
    assert_eq!(told(&part.headers, "upload-offset"), "5");
    let last = append(&world.ada, &path(&part), 5, "world").await.is(204);
    assert_eq!(world.content(told(&last.headers, "upload-file")).await, "helloworld");
    let empty = begin("0", "", "").await.is(201);
    assert_eq!(world.content(told(&empty.headers, "upload-file")).await, "");
    begin("4", BYTES, "hello").await.is(413);
    begin("5", "text/plain", "hello").await.is(415);
    assert_eq!(world.ada.get("/uploads").await.is(200).body["items"], json!([]), "nothing stays of what was refused");
}

#[tokio::test]
async fn it_goes_to_a_folder_s_place_or_to_a_conversation() {
    let world = World::start().await;
    let room = world.ada.room("slipway", true).await.to_string();
    let begin = async |who: &Program, pairs: &[(&str, &str)]| {
        tus(who, Method::POST, "/uploads", &[("upload-length", "4"), ("upload-metadata", &metadata(pairs))], "").await
    };
    let project = world.project.to_string();
    let brought = path(&begin(&world.ada, &[("filename", "plan"), ("conversation", &room)]).await.is(201));
    let last = append(&world.ada, &brought, 0, "text").await.is(204);
    assert_eq!(world.content(told(&last.headers, "upload-file")).await, "text");
    begin(&world.eve, &[("conversation", &room)]).await.is(404);
    begin(&world.ada, &[("project", &project), ("folder", "4711")]).await.is(404);
    for nowhere in [&[("filename", "a")][..], &[("project", &project), ("conversation", &room)], &[("project", "four")]]
    {
        let refused = begin(&world.ada, nowhere).await.is(400);
        assert_eq!(refused["field"], "upload-metadata");
    }
}

#[tokio::test]
async fn what_tus_forbids_is_refused_with_its_statuses() {
    let world = World::start().await;
    let path = world.begin(10).await;
    append(&world.ada, &path, 0, "hello").await.is(204);
    append(&world.ada, &path, 4, "world").await.is(409);
    append(&world.ada, &path, 5, "world and more").await.is(413);
    tus(&world.ada, Method::PATCH, &path, &[("upload-offset", "5"), ("content-type", "text/plain")], "world")
        .await
        .is(415);
    for offset in [&[("content-type", BYTES)][..], &[("content-type", BYTES), ("upload-offset", "-1")]] {
        tus(&world.ada, Method::PATCH, &path, offset, "world").await.is(400);
    }
    for version in ["", "0.2.2"] {
        for (method, path) in
            [(Method::POST, "/uploads"), (Method::HEAD, path.as_str()), (Method::PATCH, &path), (Method::DELETE, &path)]
        {
            let request = world.ada.request(method, path);
            let request = if version.is_empty() { request } else { request.header("tus-resumable", version) };
            let refused = world.ada.send(path, request).await.is(412);
            assert_eq!(told(&refused.headers, "tus-version"), "1.0.0");
        }
    }
    assert_eq!(told(&stand(&world.ada, &path).await.is(200).headers, "upload-offset"), "5");
    let unknown = stand(&world.ada, "/uploads/0123456789abcdef0123456789abcdef").await.is(404);
    assert_eq!(told(&unknown.headers, "tus-resumable"), "1.0.0", "refusals speak it too");
    for size in ["", "ten", "-1", "9223372036854775808"] {
        let place = metadata(&[("project", &world.project.to_string())]);
        let headers = [("upload-length", size), ("upload-metadata", &place)];
        assert_eq!(tus(&world.ada, Method::POST, "/uploads", &headers, "").await.is(400)["field"], "upload-length");
    }
}

#[tokio::test]
async fn what_would_not_fit_is_refused_before_a_byte_comes() {
    let world = World::with(&["--max-upload", "1KB", "--quota-person", "1500"]).await;
    assert_eq!(world.try_begin(1_001).await.is(413)["limit"], 1_000);
    world.begin(1_000).await;
    assert_eq!(world.try_begin(501).await.is(507)["error"], "no_room", "what is promised counts");
}

#[tokio::test]
async fn a_type_that_is_not_taken_is_refused_with_its_bytes() {
    let world = World::with(&["--upload-allow", "image/*"]).await;
    let path = world.begin(5).await;
    let refused = append(&world.ada, &path, 0, "hello").await.is(415);
    assert_eq!(refused["error"], "refused_media");
    stand(&world.ada, &path).await.is(404);
}

#[tokio::test]
async fn what_is_cancelled_is_gone() {
    let world = World::start().await;
    let path = world.begin(10).await;
    append(&world.ada, &path, 0, "hello").await.is(204);
    tus(&world.ada, Method::DELETE, &path, &[], "").await.is(204);
    stand(&world.ada, &path).await.is(404);
    append(&world.ada, &path, 5, "world").await.is(404);
}

#[tokio::test]
async fn a_listed_origin_may_send_and_read_what_tus_needs() {
    let world = World::with(&["--cors-origins", "https://board.example"]).await;
    let url = format!("{}/api/v1/uploads", world.app.url);
    let asked = client().request(Method::OPTIONS, &url).header(header::ORIGIN, "https://board.example");
    let preflight = asked
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "tus-resumable,upload-length,upload-metadata");
    let preflight = preflight.send().await.expect("an answer");
    let allowed = told(preflight.headers(), "access-control-allow-headers");
    for name in ["tus-resumable", "upload-length", "upload-metadata", "upload-offset", "content-type"] {
        assert!(allowed.contains(name), "{allowed}");
    }
    let described = client().request(Method::OPTIONS, &url).send().await.expect("an answer");
    assert_eq!(told(described.headers(), "tus-version"), "1.0.0", "what is no preflight is answered by tus");
    let path = world.begin(5).await;
    let request = world.ada.request(Method::HEAD, &path).header("tus-resumable", "1.0.0");
    let answer = world.ada.send(&path, request.header(header::ORIGIN, "https://board.example")).await.is(200);
    let exposed = told(&answer.headers, "access-control-expose-headers");
    for name in ["location", "tus-resumable", "upload-offset", "upload-length", "upload-file"] {
        assert!(exposed.contains(name), "{exposed}");
    }
}

#[tokio::test]
async fn another_site_begins_nothing_with_a_visitors_cookie() {
    let world = World::start().await;
    let cookie = format!("confab_session={}", world.ada.token.as_deref().expect("a token"));
    let begin = async |site: &str| {
        let request = client().post(format!("{}/api/v1/uploads", world.app.url));
        let request = fill(request, &world.project.to_string()).header(header::COOKIE, &cookie);
        request.header("sec-fetch-site", site).send().await.expect("an answer").status().as_u16()
    };
    assert_eq!((begin("cross-site").await, begin("same-origin").await), (403, 201));
    let listed: Value = world.ada.get("/uploads").await.is(200).body;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
}
