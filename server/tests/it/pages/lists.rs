//! Lists that are longer than a page: everything in them is reached by links, once.

use std::collections::BTreeSet;

use futures::{StreamExt as _, stream};
use reqwest::{
    StatusCode,
    multipart::{Form, Part},
};

use super::browser::{Browser, Page};
use crate::app::TestApp;

/// A page and all that follow it by its links.
async fn follow(browser: &Browser, path: &str) -> Vec<Page> {
    let (mut pages, mut next) = (Vec::new(), Some(path.to_owned()));
    while let Some(path) = next {
        let page = browser.get(&path).await;
        page.is(StatusCode::OK);
        let link = page.body.split_once(r#"rel="next" href=""#).map(|(_, rest)| rest.split('"').next());
        next = link.flatten().map(|link| {
            let link = link.replace("&amp;", "&");
            if link.starts_with('?') { path.split('?').next().expect("a path").to_owned() + &link } else { link }
        });
        pages.push(page);
    }
    pages
}

/// The numbers of the files that these pages link to.
fn files(pages: &[Page], start: &str, end: &str) -> Vec<String> {
    let ids = pages.iter().flat_map(|page| page.body.split(start).skip(1));
    let ids = ids.filter_map(|rest| Some(rest.split_once(end)?.0.to_owned()));
    ids.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit())).collect()
}

fn distinct(ids: &[String]) -> usize {
    ids.iter().collect::<BTreeSet<_>>().len()
}

/// Posts so many files to a form, as many at once as it takes.
async fn post(app: &TestApp, browser: &Browser, path: &str, count: usize) {
    let names: Vec<_> = (0..count).map(|number| format!("{number:03}.txt")).collect();
    for names in names.chunks(50) {
        let part = |name: &String| Part::text(name.clone()).file_name(name.clone());
        let form = names.iter().fold(Form::new(), |form, name| form.part("file", part(name)));
        let request = browser.client.post(format!("{}{path}", app.url)).multipart(form);
        Page::of(request.send().await.expect("an answer")).await.is(StatusCode::SEE_OTHER);
    }
}

async fn throw(browser: &Browser, path: String) {
    browser.post(&path, &[]).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_library_and_its_bin_are_read_page_by_page() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let bridge = ada.post("/p", &[("name", "Bridge"), ("description", "")]).await.location;
    let (library, bin) = (format!("{bridge}/files"), format!("{bridge}/bin"));
    ada.submit(&format!("{bridge}/folders"), &[("new", "Plans")]).await;
    post(&app, &ada, &library, 203).await;

    for (way, first, last) in [
        ("", "000.txt", "202.txt"),
        ("?sort=-name&view=grid", "202.txt", "000.txt"),
        ("?sort=time&search=.txt", "000.txt", "202.txt"),
    ] {
        let pages = follow(&ada, &format!("{library}{way}")).await;
        let [one, two] = pages.as_slice() else { panic!("{} pages", pages.len()) };
        one.says(first).lacks(last).says("Next page").lacks("First page");
        two.says(last).lacks(first).lacks("Next page").says("First page").lacks(">Plans<");
        let ids = files(&pages, "name=\"files\" value=\"", "\"");
        assert_eq!((ids.len(), distinct(&ids)), (203, 203), "{way}");
        for word in way.trim_start_matches('?').split('&') {
            two.says(word);
        }
        // From one page to another nothing of the way is lost, and the first page is as it was.
        let back = two.body.split_once(">First page").expect("a link").0.rsplit_once("href=\"").expect("an address").1;
        let back = back.split('"').next().expect("an address").replace("&amp;", "&");
        assert_eq!(back, format!("{library}{way}"));
    }
    // A cursor of another order, or of nothing, leads to the first page.
    for odd in ["after=zz", "after=5b5d", "after=", "sort=size&after=5b226e616d65222c2261225d"] {
        ada.get(&format!("{library}?{odd}")).await.is(StatusCode::OK).says("000.txt").lacks("First page");
    }

    let pages = follow(&ada, &library).await;
    let ids = files(&pages, "name=\"files\" value=\"", "\"");
    let thrown = stream::iter(&ids).map(|id| throw(&ada, format!("{library}/{id}/bin")));
    thrown.buffer_unordered(8).collect::<()>().await;
    let pages = follow(&ada, &bin).await;
    let [one, two] = pages.as_slice() else { panic!("{} pages", pages.len()) };
    one.says("Next page").lacks("First page");
    two.says("First page").lacks("Next page").says("/restore?after=");
    let ids = files(&pages, "/bin/files/", "/restore");
    assert_eq!((ids.len(), distinct(&ids)), (203, 203));
    ada.get(&format!("{bin}?after=zz")).await.is(StatusCode::OK).lacks("First page");
    ada.submit(&format!("{bin}/empty"), &[]).await.lacks("/bin/files/");
}

#[tokio::test]
async fn the_files_of_a_conversation_are_read_page_by_page() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let room = ada.room("notes", false).await;
    for _ in 0..6 {
        post(&app, &ada, &format!("{room}/messages"), 10).await;
    }
    let list = format!("{room}/files");
    let pages = follow(&ada, &list).await;
    let [one, two] = pages.as_slice() else { panic!("{} pages", pages.len()) };
    one.lacks("First page");
    two.says("First page").says(&format!("href=\"{list}\""));
    let ids = files(&pages, &format!("href=\"{list}/"), "\"");
    assert_eq!((ids.len(), distinct(&ids)), (60, 60));
}
