//! A library by links and forms: folders, a file by itself with its versions, the bin, and several files at once.

use reqwest::{
    StatusCode, header,
    multipart::{Form, Part},
};

use super::browser::{Browser, Page};
use crate::app::TestApp;

/// Ada's browser and the address of a project of hers.
async fn start(app: &TestApp) -> (Browser, String) {
    let ada = Browser::of(app, "ada").await;
    let project = ada.post("/p", &[("name", "Bridge"), ("description", "")]).await.location;
    (ada, project)
}

/// Posts the form of a library that stands at `path`, and goes where that leads.
async fn upload(app: &TestApp, browser: &Browser, path: &str, name: &str, content: &[u8]) -> Page {
    let part = Part::bytes(content.to_vec()).file_name(name.to_owned());
    let request = browser.client.post(format!("{}{path}", app.url)).multipart(Form::new().part("file", part));
    let page = Page::of(request.send().await.expect("an answer")).await;
    page.is(StatusCode::SEE_OTHER);
    let next = browser.get(&page.location).await;
    Page { location: page.location, ..next }
}

/// The number of the folder whose address this is.
fn folder_of(page: &Page) -> String {
    page.location.split_once("folder=").expect("a folder").1.chars().take_while(char::is_ascii_digit).collect()
}

#[tokio::test]
async fn folders_are_made_opened_renamed_and_moved() {
    let app = TestApp::with(&["--quota-person", "1MB"]).await;
    let (ada, bridge) = start(&app).await;
    let files = format!("{bridge}/files");
    let first = ada.get(&files).await;
    first.says("0 files, 0 bytes · you have used 0 bytes of 1 MB").says("You have room for 1 MB more.");
    first.says(r#"id="uploads""#).says(r#"data-limit="100000000""#).says(r#"data-left="1000000""#);

    // Whatever was chosen stays: the order, the view.
    let plans = ada.submit(&format!("{bridge}/folders?sort=-size&view=grid"), &[("new", "Plans & <b>")]).await;
    plans.says("The folder is there.").says("Nothing in this folder").says("Plans &amp; &lt;b&gt;").lacks("<b>");
    assert!(plans.location.contains("sort=-size&view=grid"), "{}", plans.location);
    let id = folder_of(&plans);
    let there = format!("{files}?folder={id}");
    let page = ada.post(&format!("{bridge}/folders"), &[("new", "PLANS & <B>")]).await;
    page.is(StatusCode::CONFLICT).says(r#"id="new-problem""#).says("There is a folder called");
    ada.post(&format!("{bridge}/folders"), &[("new", "a/b")]).await.is(StatusCode::BAD_REQUEST).says("can’t contain /");

    let page = upload(&app, &ada, &there, "beam.txt", b"steel").await;
    page.says("It’s in the library.").says("beam.txt").says("1 file, 5 bytes");
    assert_eq!(folder_of(&page), id);
    ada.get(&files).await.lacks("beam.txt").says("1 file, 5 bytes").says(&format!("{files}?folder={id}"));
    ada.get(&format!("{files}?search=BEAM")).await.says("beam.txt").says("Clear");

    let steel = folder_of(&ada.submit(&format!("{bridge}/folders?folder={id}"), &[("new", "steel")]).await);
    let itself = [("name", "Plans"), ("folder", steel.as_str())];
    let page = ada.post(&format!("{bridge}/folders/{id}"), &itself).await;
    page.is(StatusCode::BAD_REQUEST).says("can’t lie in itself");
    let page = ada.submit(&format!("{bridge}/folders/{steel}"), &[("name", "Steel"), ("folder", "")]).await;
    page.says("Your changes are saved.").says("Steel");
    ada.get(&files).await.says("Steel");
    ada.get(&format!("{files}?folder=999")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_stand_in_the_order_and_the_view_that_is_asked_for() {
    let app = TestApp::start().await;
    let (ada, bridge) = start(&app).await;
    let files = format!("{bridge}/files");
    upload(&app, &ada, &files, "b.txt", b"1").await;
    upload(&app, &ada, &files, "a.txt", b"4444").await;
    upload(&app, &ada, &files, "c.pdf", b"%PDF-1.7").await;
    for (sort, names) in [("", ["a.txt", "b.txt", "c.pdf"]), ("size", ["b.txt", "a.txt", "c.pdf"])] {
        for view in ["", "grid"] {
            let page = ada.get(&format!("{files}?sort={sort}&view={view}")).await;
            let at: Vec<_> = names.map(|name| page.body.find(&format!("Choose {name}"))).into();
            assert!(at.is_sorted() && at.iter().all(Option::is_some), "{sort} {view}: {at:?}");
        }
    }
    ada.get(&files).await.says("sort=-name").says("view=grid").says(r#"class="list""#).lacks(r#"class="tiles""#);
    let grid = ada.get(&format!("{files}?view=grid&sort=-size")).await;
    grid.says(r#"class="tiles""#).says("/about?sort=-size&amp;view=grid").says("Show as a list");
    ada.get(&format!("{files}?sort=colour&view=3d&folder=x")).await.is(StatusCode::OK).says("a.txt");
}

#[tokio::test]
async fn a_file_has_a_page_of_its_own() {
    let app = TestApp::start().await;
    let (ada, bridge) = start(&app).await;
    let files = format!("{bridge}/files");
    let plans = folder_of(&ada.submit(&format!("{bridge}/folders"), &[("new", "Plans")]).await);
    let page = upload(&app, &ada, &files, "plan.html", b"<script>first</script>").await;
    let file = format!("{files}/{}", Browser::first(&page, &format!("{files}/")));
    upload(&app, &ada, &files, "PLAN.html", b"second").await;
    let about = format!("{file}/about");
    let page = ada.get(&about).await;
    page.says("second").lacks("<script>first").says("Version 2").says("Version 1").says("Download");
    assert_eq!(ada.get(&format!("{file}/versions/1")).await.body, "<script>first</script>");

    let page = ada.submit(&format!("{file}/versions/1/restore"), &[]).await;
    page.says("That version is the newest again.").says("&lt;script&gt;first").says("Version 3");
    ada.submit(&format!("{file}/versions/3/delete"), &[]).await.says("It’s deleted for good.").says("second");

    let page = ada.submit(&about, &[("name", "Plan.txt"), ("folder", &plans)]).await;
    page.says("Your changes are saved.").says("Plan.txt").says(">Plans<");
    upload(&app, &ada, &files, "plan.txt", b"another").await;
    let page = ada.post(&about, &[("name", "Plan.txt"), ("folder", "")]).await;
    page.is(StatusCode::CONFLICT).says(r#"id="name-problem""#).says("There is a file called");
    ada.post(&about, &[("name", "..")]).await.is(StatusCode::BAD_REQUEST).says("Give it a name.");

    for (name, content, shown) in [
        ("a.pdf", &b"%PDF-1.7"[..], "<iframe src"),
        ("a.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x00", "<audio"),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "<video"),
    ] {
        let page = upload(&app, &ada, &format!("{files}?search={name}"), name, content).await;
        let id = Browser::first(&page, &format!("{files}/"));
        ada.get(&format!("{files}/{id}/about")).await.says(shown);
    }
}

#[tokio::test]
async fn what_was_thrown_away_is_restored_or_deleted() {
    let app = TestApp::start().await;
    let (ada, bridge) = start(&app).await;
    let (files, bin) = (format!("{bridge}/files"), format!("{bridge}/bin"));
    ada.get(&bin).await.says("Nothing here").lacks("Delete all");
    let plans = folder_of(&ada.submit(&format!("{bridge}/folders"), &[("new", "Plans")]).await);
    upload(&app, &ada, &format!("{files}?folder={plans}"), "within.txt", b"1").await;
    let page = upload(&app, &ada, &files, "top.txt", b"2").await;
    let top = Browser::first(&page, &format!("{files}/"));
    let page = ada.submit(&format!("{bridge}/folders/{plans}/bin?folder={plans}&view=grid"), &[]).await;
    page.says("It’s thrown away.").lacks("Plans");
    assert!(page.location.contains("view=grid") && !page.location.contains("folder"), "{}", page.location);
    ada.submit(&format!("{files}/{top}/bin"), &[]).await.says("No files yet");
    ada.get(&format!("{files}/{top}")).await.is(StatusCode::NOT_FOUND);

    ada.get(&bin).await.says("Plans").says("top.txt").lacks("within.txt").says("Thrown away");
    ada.submit(&format!("{bin}/folders/{plans}/restore"), &[]).await.says("It’s back.").lacks("Plans");
    ada.post(&format!("{bin}/folders/{plans}/restore"), &[]).await.is(StatusCode::NOT_FOUND);
    ada.post(&format!("{bin}/folders/{plans}/delete"), &[]).await.is(StatusCode::NOT_FOUND);
    ada.get(&format!("{files}?folder={plans}")).await.says("within.txt");
    ada.submit(&format!("{bin}/files/{top}/delete"), &[]).await.says("It’s deleted for good.").says("Nothing here");
    ada.submit(&format!("{bridge}/folders/{plans}/bin"), &[]).await;
    ada.submit(&format!("{bin}/empty"), &[]).await.says("All of it is deleted for good.").says("Nothing here");
    ada.get(&files).await.says("0 files, 0 bytes · you have used 0 bytes");
}

#[tokio::test]
async fn what_is_ticked_comes_as_one_file() {
    let app = TestApp::start().await;
    let (ada, bridge) = start(&app).await;
    let files = format!("{bridge}/files");
    let plans = folder_of(&ada.submit(&format!("{bridge}/folders"), &[("new", "Plans")]).await);
    upload(&app, &ada, &format!("{files}?folder={plans}"), "within.txt", b"1").await;
    let page = upload(&app, &ada, &files, "top.txt", b"2").await;
    let top = Browser::first(&page, &format!("{files}/"));
    for (query, name, has) in [
        (String::new(), "Bridge.zip", ["within.txt", "top.txt"].as_slice()),
        (format!("?files={top}&folders={plans}"), "Bridge.zip", &["within.txt", "top.txt"]),
        (format!("?folder={plans}"), "Plans.zip", &["Plans/within.txt"]),
        (format!("?folder={plans}&files={top}"), "Bridge.zip", &["top.txt"]),
    ] {
        let request = ada.client.get(format!("{}{bridge}/zip{query}", app.url));
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{query}");
        let disposition = answer.headers()[header::CONTENT_DISPOSITION].to_str().expect("text").to_owned();
        assert!(disposition.contains(name), "{query}: {disposition}");
        let archive = zip::ZipArchive::new(std::io::Cursor::new(answer.bytes().await.expect("comes whole")));
        let archive = archive.expect("is a zip file");
        let names: Vec<_> = archive.file_names().map(|name| name.expect("is text").into_owned()).collect();
        let found = has.iter().all(|name| names.iter().any(|there| there.ends_with(name)));
        assert!(found && names.len() <= 3, "{query}: {names:?}");
    }
}
