//! `/files/<id>/content`: parts of a file, whether it is still the same, and what may be shown.

use futures::StreamExt as _;
use reqwest::{
    Method, Response,
    header::{HeaderMap, HeaderValue},
    multipart::{Form, Part},
};
use serde_json::json;

use super::client::Program;
use crate::{app::TestApp, person::client};

const HELLO: &str = "hello, world";
/// SHA-256 of that, as `sha256sum` prints it.
const TAG: &str = "\"09ca7e4eaa6e8ae9c7d261167129184883644d07dfba7cbfbc4c8a2e08360d5b\"";

struct World {
    app: TestApp,
    ada: Program,
    eve: Program,
    project: i64,
}

impl World {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let stranger = Program::stranger(&app).await;
        let (ada, eve) = (stranger.sign_up("ada").await, stranger.sign_up("eve").await);
        let project = ada.post("/projects", json!({"name": "Bridge"})).await.is(201).number("id");
        Self { app, ada, eve, project }
    }

    /// Uploads a file; its path.
    async fn file(&self, name: &str, bytes: impl Into<Vec<u8>>) -> String {
        let path = format!("/projects/{}/files", self.project);
        let form = Form::new().part("file", Part::bytes(bytes.into()).file_name(name.to_owned()));
        let told = self.ada.send(&path, self.ada.request(Method::POST, &path).multipart(form)).await.is(201);
        format!("/files/{}/content", told["items"][0]["id"])
    }
}

/// Asks as written, even what no client would write. Each answer is one that is described.
async fn ask(who: &Program, method: Method, path: &str, headers: &[(&'static str, &str)]) -> Told {
    let mut request = who.request(method.clone(), path);
    for (name, value) in headers {
        request = request.header(*name, HeaderValue::from_bytes(value.as_bytes()).expect("a header"));
    }
    if method == Method::GET {
        let answer = who.send(path, request).await;
        return Told { status: answer.status, headers: answer.headers, text: answer.text };
    }
    let response = client().execute(request.build().expect("a request")).await.expect("an answer");
    Told::of(response).await
}

struct Told {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Told {
    async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.expect("text") }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

#[tokio::test]
async fn a_file_is_given_in_parts() {
    let world = World::start().await;
    let path = world.file("a.txt", HELLO).await;
    for (range, status, told, text) in [
        ("bytes=0-0", 206, "bytes 0-0/12", "h"),
        ("bytes=7-11", 206, "bytes 7-11/12", "world"),
        ("bytes=7-", 206, "bytes 7-11/12", "world"),
        ("bytes=-5", 206, "bytes 7-11/12", "world"),
        ("bytes=0-11", 206, "bytes 0-11/12", HELLO),
        ("bytes=0-", 206, "bytes 0-11/12", HELLO),
        ("bytes=7-99999", 206, "bytes 7-11/12", "world"),
        ("bytes=-99999", 206, "bytes 0-11/12", HELLO),
        ("bytes=0-18446744073709551615", 206, "bytes 0-11/12", HELLO),
        ("bytes=12-", 416, "bytes */12", ""),
        ("bytes=12-13", 416, "bytes */12", ""),
        ("bytes=18446744073709551615-", 416, "bytes */12", ""),
        ("bytes=-0", 416, "bytes */12", ""),
        ("bytes=0-1,3-4", 200, "", HELLO),
        ("bytes=5-2", 200, "", HELLO),
        ("lines=0-1", 200, "", HELLO),
        ("bytes", 200, "", HELLO),
        ("bytes=", 200, "", HELLO),
        ("bytes=-", 200, "", HELLO),
        ("bytes=--5", 200, "", HELLO),
        ("bytes=0x1-0x2", 200, "", HELLO),
        ("bytes=99999999999999999999999999-", 200, "", HELLO),
        ("bytes=\u{e9}-", 200, "", HELLO),
        ("", 200, "", HELLO),
    ] {
        let answer = ask(&world.ada, Method::GET, &path, &[("range", range)]).await;
        assert_eq!((answer.status, answer.header("content-range")), (status, told), "{range}");
        if status == 416 {
            let body: serde_json::Value = serde_json::from_str(&answer.text).expect("JSON");
            assert_eq!(body, json!({"error": "invalid", "field": "Range", "message": "The file has no such bytes."}));
            continue;
        }
        assert_eq!(answer.text, text, "{range}");
        let length = answer.header("content-length").to_owned();
        assert_eq!((length, answer.header("accept-ranges")), (text.len().to_string(), "bytes"), "{range}");
        assert_eq!((answer.header("etag"), answer.header("content-encoding")), (TAG, ""), "{range}");
        assert_eq!(answer.header("cache-control"), "private, no-cache");
    }
}

#[tokio::test]
async fn a_crowd_of_ranges_brings_the_file_once() {
    let world = World::start().await;
    let path = world.file("a.txt", HELLO).await;
    let crowd = format!("bytes={}", vec!["0-"; 2_000].join(","));
    let answer = ask(&world.ada, Method::GET, &path, &[("range", &crowd)]).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, HELLO));
    let answer = ask(&world.ada, Method::GET, &path, &[("range", "bytes=0-1"), ("range", "bytes=3-4")]).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, HELLO), "two headers are two ranges");
}

#[tokio::test]
async fn an_empty_file_has_no_parts() {
    let world = World::start().await;
    let path = world.file("empty", "").await;
    assert_eq!(ask(&world.ada, Method::GET, &path, &[]).await.header("content-length"), "0");
    for range in ["bytes=0-", "bytes=0-0", "bytes=-1"] {
        let answer = ask(&world.ada, Method::GET, &path, &[("range", range)]).await;
        assert_eq!((answer.status, answer.header("content-range")), (416, "bytes */0"), "{range}");
    }
}

#[tokio::test]
async fn head_tells_of_all_of_it_whatever_the_range() {
    let world = World::start().await;
    let path = world.file("a.txt", HELLO).await;
    for range in ["bytes=0-0", "bytes=99-"] {
        let answer = ask(&world.ada, Method::HEAD, &path, &[("range", range)]).await;
        assert_eq!((answer.status, answer.header("content-length"), answer.text.as_str()), (200, "12", ""), "{range}");
        assert_eq!((answer.header("accept-ranges"), answer.header("etag")), ("bytes", TAG));
    }
    assert_eq!(ask(&world.ada, Method::HEAD, &path, &[("if-none-match", TAG)]).await.status, 304);
}

#[tokio::test]
async fn what_is_still_the_same_is_not_sent_again() {
    let world = World::start().await;
    let path = world.file("a.txt", HELLO).await;
    let weak = format!("W/{TAG}");
    let several = format!("\"other\", {TAG}");
    for (known, status) in [
        (TAG, 304),
        (weak.as_str(), 304),
        (several.as_str(), 304),
        ("*", 304),
        ("\"other\"", 200),
        (TAG.trim_matches('"'), 200),
        ("\"", 200),
        ("W/", 200),
        ("\u{e9}", 200),
        ("", 200),
    ] {
        let answer = ask(&world.ada, Method::GET, &path, &[("if-none-match", known)]).await;
        assert_eq!((answer.status, answer.header("etag")), (status, TAG), "{known}");
        assert_eq!(answer.text, if status == 304 { "" } else { HELLO }, "{known}");
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
    }
    let both = [("if-none-match", TAG), ("range", "bytes=99-")];
    assert_eq!(ask(&world.ada, Method::GET, &path, &both).await.status, 304, "that is asked first");
}

#[tokio::test]
async fn a_range_may_depend_on_the_tag() {
    let world = World::start().await;
    let path = world.file("a.txt", HELLO).await;
    let weak = format!("W/{TAG}");
    for (tag, status) in [
        (TAG, 206),
        ("\"other\"", 200),
        (weak.as_str(), 200),
        ("Sat, 29 Oct 1994 19:43:31 GMT", 200),
        ("Sat, 29 Oct 2994 19:43:31 GMT", 200),
        ("nonsense", 200),
        ("", 200),
    ] {
        let answer = ask(&world.ada, Method::GET, &path, &[("range", "bytes=0-0"), ("if-range", tag)]).await;
        assert_eq!((answer.status, answer.text.as_str()), (status, if status == 206 { "h" } else { HELLO }), "{tag}");
    }
}

#[tokio::test]
async fn a_large_file_in_parts_is_the_whole() {
    let world = World::start().await;
    let bytes: Vec<u8> = (0..5_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let path = world.file("large", bytes.clone()).await;
    let mut found = Vec::new();
    for start in (0..bytes.len()).step_by(333_333) {
        let range = format!("bytes={start}-{}", start + 333_332);
        let request = world.ada.request(Method::GET, &path).header("range", range);
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 206);
        found.extend_from_slice(&response.bytes().await.expect("a body"));
    }
    assert!(found == bytes, "the parts make the whole");
    let whole = world.ada.request(Method::GET, &path).send().await.expect("an answer");
    assert!(whole.bytes().await.expect("a body") == bytes, "and so does all at once");
    // Someone who goes away in the middle goes on where they were.
    let mut stream = world.ada.request(Method::GET, &path).send().await.expect("an answer").bytes_stream();
    let mut begun = Vec::new();
    while begun.len() < 1_000_000 {
        begun.extend_from_slice(&stream.next().await.expect("a piece").expect("a piece"));
    }
    drop(stream);
    let request = world.ada.request(Method::GET, &path).header("range", format!("bytes={}-", begun.len()));
    begun.extend_from_slice(&request.send().await.expect("an answer").bytes().await.expect("a body"));
    assert!(begun == bytes, "what was broken off is whole");
}

#[tokio::test]
async fn a_stranger_learns_nothing_by_asking_otherwise() {
    let world = World::start().await;
    let path = world.file("secret.txt", HELLO).await;
    let nobody = Program::stranger(&world.app).await;
    for headers in [
        &[][..],
        &[("range", "bytes=0-0")],
        &[("range", "bytes=99-")],
        &[("if-none-match", TAG)],
        &[("if-none-match", "*")],
        &[("range", "bytes=0-0"), ("if-range", TAG)],
    ] {
        for suffix in ["", "?inline=1"] {
            let told = ask(&world.eve, Method::GET, &format!("{path}{suffix}"), headers).await;
            let unknown = ask(&world.eve, Method::GET, &format!("/files/987654321/content{suffix}"), headers).await;
            assert_eq!((told.status, &told.text), (404, &unknown.text), "{headers:?}");
            assert_eq!(unknown.status, 404);
            for name in ["etag", "content-range", "accept-ranges", "content-disposition"] {
                assert!(!told.headers.contains_key(name), "{name} with {headers:?}");
            }
            let told = ask(&nobody, Method::GET, &format!("{path}{suffix}"), headers).await;
            assert_eq!((told.status, told.header("etag")), (401, ""), "{headers:?}");
        }
    }
    // Who saw it before is asked for their rights again.
    let (id, members) = (world.eve.id, format!("/projects/{}", world.project));
    let conversation = world.ada.get(&members).await.is(200).number("conversation_id");
    world.ada.post(&format!("/conversations/{conversation}/members"), json!({"people": [id]})).await;
    assert_eq!(ask(&world.eve, Method::GET, &path, &[("if-none-match", TAG)]).await.status, 304);
    world.ada.delete(&format!("/conversations/{conversation}/members/{id}")).await;
    assert_eq!(ask(&world.eve, Method::GET, &path, &[("if-none-match", TAG)]).await.status, 404);
}

#[tokio::test]
async fn only_what_can_run_nothing_is_shown_in_place() {
    let world = World::start().await;
    let utf8 = "text/plain; charset=utf-8";
    for (name, bytes, kind, shown) in [
        ("a.png", &b"\x89PNG\r\n\x1a\n rest"[..], "image/png", true),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/jpeg", true),
        ("a.gif", b"GIF89a<script>alert(1)</script>", "image/gif", true),
        ("a.webp", b"RIFF\x24\x00\x00\x00WEBPVP8 \x00\x00", "image/webp", true),
        ("a.bmp", b"BM\x3a\x00\x00\x00\x00\x00", "image/bmp", true),
        ("a.flac", b"fLaC\x00\x00\x00\x22", "audio/x-flac", true),
        ("a.mp4", b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42", "video/mp4", true),
        ("a.pdf", b"%PDF-1.7\n", "application/pdf", true),
        ("a.txt", b"plain", utf8, true),
        ("page.html", b"<!doctype html><script>alert(1)</script>", utf8, true),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", utf8, true),
        ("a.tif", b"II*\x00\x08\x00\x00\x00\x01\x00\x00\x01", "image/tiff", false),
        ("a.zip", b"PK\x03\x04 rest", "application/zip", false),
        ("a.exe", b"MZ\x90\x00\x03\x00", "application/vnd.microsoft.portable-executable", false),
        ("a.bin", b"\x00\x01\x02", "application/octet-stream", false),
    ] {
        let path = world.file(name, bytes).await;
        for (suffix, manner) in [
            ("", "attachment"),
            ("?inline=0", "attachment"),
            ("?inline=1", if shown { "inline" } else { "attachment" }),
        ] {
            let answer = world.ada.request(Method::GET, &format!("{path}{suffix}")).send().await.expect("an answer");
            let headers = answer.headers();
            let told = |name: &str| headers[name].to_str().expect("text");
            let expected = format!("{manner}; filename=\"{name}\"; filename*=UTF-8''{name}");
            assert_eq!((answer.status().as_u16(), told("content-disposition")), (200, expected.as_str()));
            let plain = if suffix == "?inline=1" { kind } else { kind.split(';').next().expect("a type") };
            assert_eq!(told("content-type"), plain, "{name}");
            assert_eq!(told("x-content-type-options"), "nosniff");
            assert_eq!(told("cross-origin-resource-policy"), "same-origin");
            let policy = told("content-security-policy");
            let viewer = (name, suffix) == ("a.pdf", "?inline=1");
            assert!(policy.starts_with("default-src 'none'; ") && policy.contains("sandbox;") != viewer, "{policy}");
        }
    }
    for inline in ["2", "yes", "true", "-1"] {
        assert_eq!(world.ada.get(&format!("/files/1/content?inline={inline}")).await.status, 400, "{inline}");
    }
    assert_eq!(world.ada.get("/files/1/content?inline=").await.status, 400);
}
