//! Hostile uploads over the wire: a browser never runs what it is given of them, and the server stays as it is.

use std::{fs, path::Path};

use futures::{StreamExt as _, stream};
use percent_encoding::percent_decode_str;
use reqwest::{
    Method, RequestBuilder, Response,
    header::HeaderMap,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use super::{client::Program, project::upload};
use crate::{
    app::TestApp,
    person::{Person, client},
    program,
    uploads::{
        hostile::{Hostile, uploads},
        pictures::{flag, written},
    },
};

/// How many bring them at once, and how many each brings.
const PEOPLE: u64 = 8;
const EACH: usize = 125;
/// How much more memory the server may ever have had, in bytes: one picture of the largest kind, and what goes with it.
const MEMORY: u64 = 300 << 20;

/// What a browser shows in place without running anything in it, as it is told in a header.
const SHOWN: [&str; 8] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/bmp",
    "image/avif",
    "application/pdf",
    "text/plain; charset=utf-8",
];

struct Uploader {
    person: Person,
    project: i64,
}

impl Uploader {
    async fn new(url: &str, name: &str) -> Self {
        let uploader = Self { person: Person::sign_up(url, name).await, project: 0 };
        let made =
            uploader.ask(Method::POST, "/projects").json(&json!({"name": name})).send().await.expect("an answer");
        let project = made.json::<Value>().await.expect("JSON")["id"].as_i64().expect("an id");
        Self { project, ..uploader }
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        client().request(method, format!("{}/api/v1{path}", self.person.url)).bearer_auth(&self.person.token)
    }

    async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path).send().await.expect("an answer")
    }

    /// Uploads a file; what is told of it, unless it was refused.
    async fn upload(&self, Hostile { kind, name, bytes }: Hostile) -> Option<Value> {
        let form = Form::new().part("file", Part::bytes(bytes).file_name(name.clone()));
        let sent = self.ask(Method::POST, &format!("/projects/{}/files", self.project)).multipart(form).send().await;
        let answer = sent.expect("an answer");
        let status = answer.status().as_u16();
        let mut told: Value = answer.json().await.expect("JSON");
        // A name with such characters in it isn't even a header.
        let is_odd = name.contains(char::is_control);
        assert!(status == 201 || (status == 400 && is_odd), "{kind} {name:?}: {status} {told}");
        (status == 201).then(|| told["items"][0].take())
    }

    /// Uploads it, and looks at it as a browser does.
    async fn try_to_harm(&self, hostile: Hostile) {
        let kind = hostile.kind;
        let Some(file) = self.upload(hostile).await else { return };
        for suffix in ["", "?inline=1"] {
            let content = self.get(&format!("/files/{}/content{suffix}", file["id"])).await;
            assert_eq!(content.status(), 200, "{kind}");
            let shown = is_safe(kind, content.headers(), file["name"].as_str().expect("text"));
            assert!(!shown || !suffix.is_empty(), "{kind}: nothing is shown unless somebody asks for it");
        }
        let preview = self.get(&format!("/files/{}/preview?size=small", file["id"])).await;
        assert!(matches!(preview.status().as_u16(), 200 | 404), "{kind}: {}", preview.status());
        if preview.status() == 200 {
            assert!(!file["width"].is_null(), "{kind}");
            let (described, policy) =
                (&preview.headers()["content-type"], &preview.headers()["content-security-policy"]);
            assert!(["image/jpeg", "image/png", "image/gif"].contains(&described.to_str().expect("text")), "{kind}");
            assert!(policy.to_str().expect("text").contains("sandbox"), "{kind}");
            assert_eq!(preview.headers()["x-content-type-options"], "nosniff", "{kind}");
        }
    }
}

/// Whether a browser shows this in place; it must be something that runs nothing then, and called what it is called.
fn is_safe(kind: &str, headers: &HeaderMap, name: &str) -> bool {
    let told = |name: &str| headers[name].to_str().expect("ASCII").to_owned();
    let disposition = told("content-disposition");
    let (manner, names) = disposition.split_once("; filename=\"").expect("a name");
    let (plain, exact) = names.split_once("\"; filename*=UTF-8''").expect("two names");
    assert!(!plain.contains(['"', '\\', '/']) && !exact.contains(['"', ';', '\'']), "{kind}: {disposition}");
    assert_eq!(percent_decode_str(exact).decode_utf8().expect("UTF-8"), name, "{kind}");
    assert_eq!(told("x-content-type-options"), "nosniff", "{kind}");
    let content_type = told("content-type");
    // Outside of a sandbox stands only what the browser's own viewer of PDFs opens.
    let sandboxed = content_type != "application/pdf" || manner != "inline";
    let expected =
        if sandboxed { "default-src 'none'; sandbox;" } else { "default-src 'none'; frame-ancestors 'self';" };
    assert!(told("content-security-policy").starts_with(expected), "{kind}");
    let inert = SHOWN.contains(&content_type.as_str())
        || ["audio/", "video/"].iter().any(|group| content_type.starts_with(group));
    assert!(manner == "attachment" || (manner == "inline" && inert), "{kind}: {manner} {content_type}");
    manner == "inline"
}

fn under_way(data: &Path) -> usize {
    fs::read_dir(data.join("uploads/incoming")).expect("is there").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_hostile_upload_harms_a_browser_or_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = program::Program::start(folder.path(), &[]).await;
    let ada = Uploader::new(&server.url, "ada").await;
    let before = server.peak_memory();
    stream::iter(0..PEOPLE)
        .map(async |seed| {
            let mallory = Uploader::new(&server.url, &format!("mallory{seed}")).await;
            for hostile in uploads(seed, EACH) {
                mallory.try_to_harm(hostile).await;
            }
        })
        .buffer_unordered(usize::MAX)
        .collect::<Vec<()>>()
        .await;
    assert_eq!(under_way(&folder.path().join("data")), 0, "nothing is left of what was under way");
    if let (Some(before), Some(after)) = (before, server.peak_memory()) {
        assert!(after - before < MEMORY, "it had {} MiB more", (after - before) >> 20);
    }
    let bytes = written(flag(900, 9), image::ImageFormat::Png);
    let file = ada.upload(Hostile { kind: "ordinary", name: "flag.png".to_owned(), bytes }).await.expect("is taken");
    assert_eq!(ada.get(&format!("/files/{}/preview?size=large", file["id"])).await.status(), 200, "and it goes on");
    server.kill();
}

/// The body of a form, with the same text in each part.
fn form(parts: impl Iterator<Item = String>) -> String {
    let parts = parts.map(|part| format!("--border\r\nContent-Disposition: form-data; {part}\r\n\r\nx\r\n"));
    parts.chain(["--border--\r\n".to_owned()]).collect()
}

fn of_parts(request: RequestBuilder, body: String) -> RequestBuilder {
    request.header("content-type", "multipart/form-data; boundary=border").body(body)
}

#[tokio::test]
async fn a_form_of_ten_thousand_parts_is_read_or_refused_and_nothing_else() {
    let app = TestApp::start().await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    let project = ada.post("/projects", json!({"name": "Bridge"})).await.is(201).number("id");
    let path = format!("/projects/{project}/files");
    let files = form((0..10_000).map(|n| format!("name=\"file\"; filename=\"{n}\"")));
    let refused = ada.send(&path, of_parts(ada.request(Method::POST, &path), files)).await.is(400);
    assert_eq!(refused["field"], "file");
    assert!(ada.all(&path).await.is_empty(), "none of them stays");
    let one = "name=\"file\"; filename=\"one.txt\"".to_owned();
    let fields = form((0..10_000).map(|n| format!("name=\"field{n}\"")).chain([one]));
    ada.send(&path, of_parts(ada.request(Method::POST, &path), fields)).await.is(201);
    upload(&ada, project, "another.txt", b"and it goes on").await.is(201);
}
