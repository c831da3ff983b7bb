//! `/files/<id>/preview`: smaller pictures, with what goes out beside them.

use image::ImageFormat;
use reqwest::{Method, Response};
use serde_json::json;

use super::{client::Program, project::upload};
use crate::{
    app::TestApp,
    uploads::pictures::{SECRET, film, glass, photo, written},
};

struct World {
    app: TestApp,
    ada: Program,
    project: i64,
}

impl World {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let ada = Program::stranger(&app).await.sign_up("ada").await;
        let project = ada.post("/projects", json!({"name": "Bridge"})).await.is(201).number("id");
        Self { app, ada, project }
    }

    /// Uploads a file; what is told of it.
    async fn file(&self, name: &str, bytes: &[u8]) -> serde_json::Value {
        upload(&self.ada, self.project, name, bytes).await.is(201)["items"][0].clone()
    }
}

async fn ask(who: &Program, method: Method, path: &str, known: &str) -> Response {
    let request = who.request(method, path).header("if-none-match", known);
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn a_file_tells_how_large_it_is_shown_and_which_version_it_is() {
    let world = World::start().await;
    let told = |file: &serde_json::Value| json!([file["width"], file["height"], file["version"]]);
    assert_eq!(told(&world.file("photo.jpeg", &photo(40, 30, 6)).await), json!([30, 40, 1]));
    assert_eq!(told(&world.file("notes.txt", b"text").await), json!([null, null, 1]));
    assert_eq!(told(&world.file("photo.jpeg", &photo(40, 30, 1)).await), json!([40, 30, 2]));
}

#[tokio::test]
async fn a_preview_is_a_picture_and_nothing_else() {
    let world = World::start().await;
    for (name, bytes, content_type) in [
        ("photo.jpeg", photo(900, 600, 1), "image/jpeg"),
        ("glass.png", written(glass(900, 600), ImageFormat::Png), "image/png"),
        ("film.gif", film(400, 100, 3), "image/gif"),
    ] {
        let path = format!("/files/{}/preview", world.file(name, &bytes).await["id"]);
        let mut tags = Vec::new();
        for size in ["small", "medium", "large"] {
            let shown = ask(&world.ada, Method::GET, &format!("{path}?size={size}"), "").await;
            let told = |name: &str| shown.headers()[name].to_str().expect("text").to_owned();
            assert_eq!((shown.status().as_u16(), told("content-type").as_str()), (200, content_type), "{name}");
            assert_eq!(
                (told("content-disposition").as_str(), told("x-content-type-options").as_str()),
                ("inline", "nosniff")
            );
            assert_eq!(told("cache-control"), "private, no-cache");
            assert_eq!(told("cross-origin-resource-policy"), "same-origin");
            assert!(told("content-security-policy").contains("default-src 'none'; sandbox;"));
            let (tag, length) = (told("etag"), told("content-length"));
            let content = shown.bytes().await.expect("a body");
            assert_eq!(length, content.len().to_string());
            assert!(!content.windows(SECRET.len()).any(|part| part == SECRET), "what the camera told is gone");
            let head = ask(&world.ada, Method::HEAD, &format!("{path}?size={size}"), "").await;
            assert_eq!((head.status().as_u16(), head.headers()["etag"].to_str().expect("text")), (200, tag.as_str()));
            let same = ask(&world.ada, Method::GET, &format!("{path}?size={size}"), &tag).await;
            assert_eq!(
                (same.status().as_u16(), &same.headers()["cache-control"]),
                (304, &"private, no-cache".parse().expect("text"))
            );
            tags.push(tag);
        }
        assert_ne!(tags[0], tags[1], "each size has a tag of its own");
    }
}

#[tokio::test]
async fn what_is_no_picture_has_none_and_a_stranger_learns_nothing() {
    let world = World::start().await;
    let (picture, text) = (world.file("photo.jpeg", &photo(9, 9, 1)).await, world.file("notes.txt", b"text").await);
    let cut_off = &written(glass(90, 90), ImageFormat::Png)[..120];
    let broken = world.file("broken.png", cut_off).await;
    assert_eq!(broken["width"], 90, "its header is whole");
    for file in [&text, &broken] {
        let none = world.ada.get(&format!("/files/{}/preview?size=small", file["id"])).await.is(404);
        assert_eq!(none["message"], "We couldn’t find that preview.");
    }
    let path = format!("/files/{}/preview", picture["id"]);
    world.ada.get(&format!("{path}?size=small")).await.is(200);
    let eve = Program::stranger(&world.app).await.sign_up("eve").await;
    let unknown = eve.get("/files/987654321/preview?size=small").await.is(404);
    assert_eq!(eve.get(&format!("{path}?size=small")).await.is(404).text, unknown.text);
    Program::stranger(&world.app).await.get(&format!("{path}?size=small")).await.is(401);
    for query in ["", "?size=", "?size=huge", "?size=Small", "?size=small&size=large"] {
        world.ada.get(&format!("{path}{query}")).await.is(400);
    }
}
