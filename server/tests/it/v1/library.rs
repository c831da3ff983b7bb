//! A project's library: folders, versions, the bin, and lists that are sorted and searched.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use super::{
    client::{Answer, Program, column},
    project::upload,
};
use crate::app::TestApp;

/// Someone with a project, and another member of it.
pub async fn two(app: &TestApp) -> (Program, Program, i64) {
    let stranger = Program::stranger(app).await;
    let (ada, bob) = (stranger.sign_up("ada").await, stranger.sign_up("bob").await);
    let project = ada.post("/projects", json!({"name": "Bridge", "people": [bob.id]})).await.is(201).number("id");
    (ada, bob, project)
}

/// Makes a folder; its id.
pub async fn folder(who: &Program, project: i64, parent: Option<i64>, name: &str) -> i64 {
    let new = json!({"name": name, "parent_id": parent});
    who.post(&format!("/projects/{project}/folders"), new).await.is(201).number("id")
}

pub async fn upload_into(who: &Program, project: i64, folder: i64, files: &[(&str, &[u8])]) -> Answer {
    let path = format!("/projects/{project}/files?folder_id={folder}");
    let part = |(name, bytes): &(&str, &[u8])| Part::bytes(bytes.to_vec()).file_name((*name).to_owned());
    let form = files.iter().fold(Form::new(), |form, file| form.part("file", part(file)));
    who.send(&path, who.request(Method::POST, &path).multipart(form)).await
}

#[tokio::test]
async fn a_library_has_folders() {
    let app = TestApp::start().await;
    let (ada, bob, project) = two(&app).await;
    let plans = folder(&bob, project, None, "Plans").await;
    let steel = folder(&ada, project, Some(plans), "steel").await;
    let taken = ada.post(&format!("/projects/{project}/folders"), json!({"name": "PLANS"})).await.is(409);
    assert_eq!(taken["message"], "There is a folder called “PLANS” there already.");
    let file = upload_into(&bob, project, steel, &[("beam.txt", b"steel")]).await.is(201)["items"][0].clone();
    assert_eq!((&file["folder_id"], &file["version"]), (&steel.into(), &1.into()));
    upload(&ada, project, "top.txt", b"1").await.is(201);

    let library = format!("/projects/{project}/library");
    let top = bob.get(&library).await.is(200);
    assert_eq!((top.column("name"), &top["folders"][0]["name"]), (vec!["top.txt".into()], &"Plans".into()));
    assert_eq!((top.number("file_count"), top.number("bytes"), top["path"].as_array().map(Vec::len)), (2, 6, Some(0)));
    let within = bob.get(&format!("{library}?folder_id={steel}")).await.is(200);
    assert_eq!(within.column("name"), ["beam.txt"]);
    assert_eq!(column(within["path"].as_array().expect("folders"), "name"), ["Plans", "steel"]);
    bob.get(&format!("{library}?folder_id=1000")).await.is(404);
    assert_eq!(upload_into(&bob, project, 1000, &[("a", b"1")]).await.status, 404);

    let path = format!("/folders/{steel}");
    let into_itself = ada.patch(&format!("/folders/{plans}"), json!({"parent_id": steel})).await.is(400);
    assert_eq!(into_itself["field"], "parent_id");
    let moved = ada.patch(&path, json!({"name": "Steel", "parent_id": null})).await.is(200);
    assert_eq!((&moved["name"], &moved["parent_id"]), (&"Steel".into(), &Value::Null));
    assert_eq!(ada.get(&path).await.is(200).body, moved.body);
    ada.patch(&path, json!({"colour": "red"})).await.is(400);
    ada.patch(&path, json!({"name": null})).await.is(400);
}

#[tokio::test]
async fn a_file_is_renamed_and_moved() {
    let app = TestApp::start().await;
    let (ada, bob, project) = two(&app).await;
    let plans = folder(&ada, project, None, "Plans").await;
    let file = upload(&ada, project, "a.txt", b"1").await.is(201)["items"][0]["id"].clone();
    upload(&ada, project, "b.txt", b"2").await.is(201);
    let path = format!("/files/{file}");
    let moved = bob.patch(&path, json!({"name": "c.txt", "folder_id": plans})).await.is(200);
    assert_eq!((&moved["name"], &moved["folder_id"]), (&"c.txt".into(), &plans.into()));
    let taken = bob.patch(&path, json!({"name": "B.txt", "folder_id": null})).await.is(409);
    assert_eq!(taken["message"], "There is a file called “B.txt” there already.");
    assert_eq!(bob.patch(&path, json!({"name": "a/b"})).await.is(400)["field"], "name");
    bob.patch(&path, json!({"folder_id": 1000})).await.is(404);
    assert_eq!(bob.patch(&path, json!({})).await.is(200).body, moved.body);
}

#[tokio::test]
async fn a_library_is_sorted_searched_and_read_page_by_page() {
    let app = TestApp::start().await;
    let (ada, _, project) = two(&app).await;
    let plans = folder(&ada, project, None, "Plans").await;
    for (name, bytes) in [("b.txt", &b"22"[..]), ("A.txt", b"333"), ("c.pdf", b"%PDF-1.7")] {
        upload(&ada, project, name, bytes).await.is(201);
    }
    upload_into(&ada, project, plans, &[("a plan.txt", b"1")]).await.is(201);
    let library = format!("/projects/{project}/library");
    for (sort, names) in [
        ("", ["A.txt", "b.txt", "c.pdf"]),
        ("-name", ["c.pdf", "b.txt", "A.txt"]),
        ("-size", ["c.pdf", "A.txt", "b.txt"]),
        ("type", ["c.pdf", "b.txt", "A.txt"]),
        ("time", ["b.txt", "A.txt", "c.pdf"]),
    ] {
        let rows = ada.all(&format!("{library}?sort={sort}&limit=1")).await;
        assert_eq!(column(&rows, "name"), names, "{sort}");
    }
    let found = ada.get(&format!("{library}?search=PLAN")).await.is(200);
    assert_eq!((found.column("name"), &found["folders"][0]["name"]), (vec!["a plan.txt".into()], &"Plans".into()));
    assert_eq!(ada.get(&format!("{library}?sort=colour")).await.is(400)["field"], "sort");
    let by_name = ada.get(&format!("{library}?limit=1")).await.is(200)["next_cursor"].clone();
    let cursor = by_name.as_str().expect("a cursor");
    assert_eq!(ada.get(&format!("{library}?limit=1&sort=size&cursor={cursor}")).await.is(400)["field"], "cursor");
}

#[tokio::test]
async fn what_is_uploaded_onto_a_name_is_another_version() {
    let app = TestApp::start().await;
    let (ada, bob, project) = two(&app).await;
    let file = upload(&ada, project, "plan.txt", b"first").await.is(201)["items"][0]["id"].clone();
    let second = upload(&bob, project, "Plan.txt", b"second").await.is(201)["items"][0].clone();
    assert_eq!((&second["id"], &second["version"], &second["name"]), (&file, &2.into(), &"plan.txt".into()));
    let versions = format!("/files/{file}/versions");
    assert_eq!(column(&ada.all(&format!("{versions}?limit=1")).await, "number"), [2, 1]);
    let old = ada.get(&format!("{versions}/1/content")).await.is(200);
    assert!(old.text == "first" && old.headers.contains_key("etag"));
    assert_eq!(ada.get(&format!("/files/{file}/content")).await.is(200).text, "second");
    ada.get(&format!("{versions}/3/content")).await.is(404);

    let restored = bob.post(&format!("{versions}/1/restore"), json!({})).await.is(200);
    assert_eq!((restored.number("version"), restored.number("uploader_id")), (3, bob.id));
    assert_eq!(ada.get(&format!("/files/{file}/content")).await.is(200).text, "first");
    for (who, number, status) in [(&bob, 1, 403), (&bob, 2, 204), (&ada, 1, 204), (&ada, 1, 404), (&bob, 3, 409)] {
        assert_eq!(who.delete(&format!("{versions}/{number}")).await.status, status, "{number}");
    }
}

#[tokio::test]
async fn a_refused_upload_leaves_what_was_there_before() {
    let app = TestApp::with(&["--max-upload", "1KB"]).await;
    let (ada, _, project) = two(&app).await;
    let plans = folder(&ada, project, None, "Plans").await;
    let file = upload_into(&ada, project, plans, &[("plan.txt", b"first")]).await.is(201)["items"][0].clone();
    let refused = upload_into(&ada, project, plans, &[("plan.txt", b"second"), ("large", &[7; 1_001])]).await;
    assert_eq!(refused.status, 413);
    assert_eq!(ada.get(&format!("/files/{}", file["id"])).await.is(200).body, file);
    assert_eq!(ada.get(&format!("/files/{}/content", file["id"])).await.is(200).text, "first");
}

#[tokio::test]
async fn what_is_thrown_away_comes_back_or_goes_for_good() {
    let app = TestApp::start().await;
    let (ada, bob, project) = two(&app).await;
    let plans = folder(&bob, project, None, "Plans").await;
    let file = upload(&bob, project, "a.txt", b"1").await.is(201)["items"][0]["id"].clone();
    let within = upload_into(&bob, project, plans, &[("b.txt", b"2")]).await.is(201)["items"][0]["id"].clone();
    let bin = format!("/projects/{project}/bin");
    bob.delete(&format!("/files/{file}")).await.is(204);
    bob.delete(&format!("/folders/{plans}")).await.is(204);
    let binned = ada.get(&bin).await.is(200);
    assert_eq!((binned["folders"][0]["id"].as_i64(), &binned["items"][0]["id"]), (Some(plans), &file));
    assert!(!binned["items"][0]["binned_at"].is_null() && binned["items"].as_array().map(Vec::len) == Some(1));
    for gone in [format!("/files/{file}"), format!("/files/{within}/content"), format!("/folders/{plans}")] {
        ada.get(&gone).await.is(404);
    }
    assert!(ada.all(&format!("/projects/{project}/files")).await.is_empty());
    bob.post(&format!("/files/{within}/restore"), json!({})).await.is(409);
    bob.post(&format!("/folders/{plans}/restore"), json!({})).await.is(200);
    upload(&bob, project, "a.txt", b"another").await.is(201);
    let restored = bob.post(&format!("/files/{file}/restore"), json!({})).await.is(200);
    assert_eq!((&restored["name"], &restored["binned_at"]), (&"a (2).txt".into(), &Value::Null));
    bob.post(&format!("/files/{file}/restore"), json!({})).await.is(409);

    bob.delete(&format!("/files/{file}?forever=true")).await.is(204);
    bob.delete(&format!("/folders/{plans}?forever=true")).await.is(204);
    bob.post(&format!("/folders/{plans}/restore"), json!({})).await.is(404);
    let left = ada.all(&format!("/projects/{project}/files")).await;
    bob.delete(&format!("/files/{}", left[0]["id"])).await.is(204);
    ada.delete(&bin).await.is(204);
    assert_eq!(ada.get(&bin).await.is(200).body, json!({"folders": [], "items": [], "next_cursor": null}));
    assert_eq!(bob.get("/account/storage").await.number("person_used"), 0);
    ada.delete(&format!("/files/{file}?forever=perhaps")).await.is(400);
}

#[tokio::test]
async fn a_bin_is_read_page_by_page() {
    let app = TestApp::start().await;
    let (_, bob, project) = two(&app).await;
    let plans = folder(&bob, project, None, "Plans").await;
    bob.delete(&format!("/folders/{plans}")).await.is(204);
    for name in ["a", "b", "c"] {
        let file = upload(&bob, project, name, b"1").await.is(201)["items"][0]["id"].clone();
        bob.delete(&format!("/files/{file}")).await.is(204);
    }
    let bin = format!("/projects/{project}/bin?limit=2");
    let first = bob.get(&bin).await.is(200);
    assert_eq!((first.column("name"), &first["folders"][0]["name"]), (vec!["c".into(), "b".into()], &"Plans".into()));
    let cursor = first["next_cursor"].as_str().expect("there is more");
    let second = bob.get(&format!("{bin}&cursor={cursor}")).await.is(200);
    let (folders, next) = (&second["folders"], &second["next_cursor"]);
    assert_eq!((second.column("name"), folders, next), (vec!["a".into()], &json!([]), &Value::Null));
    for odd in ["limit=0", "limit=101", "cursor=5b5d"] {
        bob.get(&format!("/projects/{project}/bin?{odd}")).await.is(400);
    }
}
