//! Uploads that broke off, on the library's page: seen by who began them, and discarded without script.

use reqwest::{StatusCode, header};

use super::browser::{Browser, Page};
use crate::{app::TestApp, v1::upload::metadata};

/// Begins an upload of so many bytes of a million and a half, and leaves it there; its number.
async fn leave(app: &TestApp, browser: &Browser, place: &[(&str, &str)], received: usize) -> String {
    let request = browser.client.post(format!("{}/api/v1/uploads", app.url));
    let request = request.header("tus-resumable", "1.0.0").header("upload-length", 1_500_000);
    let request = request.header("upload-metadata", metadata(place));
    let request = request.header(header::CONTENT_TYPE, "application/offset+octet-stream").body(vec![7; received]);
    let begun = Page::of(request.send().await.expect("an answer")).await;
    begun.is(StatusCode::CREATED);
    begun.location.rsplit_once('/').expect("an address").1.to_owned()
}

async fn project(browser: &Browser, name: &str) -> String {
    browser.post("/p", &[("name", name), ("description", "")]).await.location
}

#[tokio::test]
async fn what_broke_off_is_listed_where_it_goes() {
    let app = TestApp::start().await;
    let (ada, mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let (bridge, quay) = (project(&ada, "Bridge").await, project(&ada, "Quay").await);
    ada.submit(&format!("{bridge}/members"), &[("people", "mira")]).await;
    let files = format!("{bridge}/files");
    ada.get(&files).await.lacks("Unfinished uploads");
    let made = ada.submit(&format!("{bridge}/folders"), &[("new", "Plans")]).await;
    let folder = Browser::first(&made, "folder=");
    let number = bridge.rsplit_once('/').expect("an address").1;
    let top = leave(&app, &ada, &[("filename", "film <b>.mp4"), ("project", number)], 400_000).await;
    leave(&app, &ada, &[("filename", "beam.pdf"), ("project", number), ("folder", &folder)], 0).await;

    let page = ada.get(&files).await;
    page.says("Unfinished uploads").says("film &lt;b&gt;.mp4").lacks("film <b>");
    page.says("400 KB of 1.5 MB has arrived").says("Kept until <time").says("0 bytes of 1.5 MB has arrived");
    page.says(&format!(r#"id="upload-{top}""#));
    // Where it has to be chosen is told of what goes elsewhere.
    page.says(&format!(r#"It goes into <a href="{files}?folder={folder}">Plans"#));
    let inner = ada.get(&format!("{files}?folder={folder}")).await;
    inner.says(&format!(r#"It goes into <a href="{files}">Files"#));
    for page in [page, inner] {
        assert_eq!(page.body.matches("It goes into").count(), 1, "{}", page.body);
    }

    // They are nobody else's, and of no other library.
    mira.get(&files).await.is(StatusCode::OK).lacks("Unfinished uploads");
    ada.get(&format!("{quay}/files")).await.lacks("Unfinished uploads");
    let discard = |library: &str| format!("{library}/uploads/{top}/discard");
    mira.post(&discard(&bridge), &[]).await.is(StatusCode::NOT_FOUND);
    ada.post(&discard(&quay), &[]).await.is(StatusCode::NOT_FOUND);
    ada.post(&format!("{bridge}/uploads/nonsense/discard"), &[]).await.is(StatusCode::NOT_FOUND);

    let page = ada.submit(&format!("{}?view=grid", discard(&bridge)), &[]).await;
    page.says("What had arrived of it is discarded.").lacks("film").says("beam.pdf");
    assert!(page.location.contains("view=grid"), "{}", page.location);
    ada.post(&discard(&bridge), &[]).await.is(StatusCode::NOT_FOUND);
}
