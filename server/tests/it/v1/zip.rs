//! Several files at once as one zip file.

use std::io::{Cursor, Read};

use reqwest::{Method, StatusCode, header};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};
use zip::ZipArchive;

use super::{
    client::Program,
    library::{folder, two, upload_into},
    project::upload,
};
use crate::app::TestApp;

/// What a zip file holds: the names and contents of its entries, in their order.
fn unpacked(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("is a zip file");
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("is there");
        assert!(entry.last_modified().is_some_and(|at| at.year() > 2020), "times are kept");
        let mut content = String::new();
        Read::read_to_string(&mut entry, &mut content).expect("has the sum that it says");
        entries.push((entry.name().expect("is text").to_string(), content));
    }
    entries
}

async fn pack(who: &Program, project: i64, query: &str) -> (String, Vec<(String, String)>) {
    let request = who.request(Method::GET, &format!("/projects/{project}/zip{query}"));
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/zip");
    let disposition = response.headers()[header::CONTENT_DISPOSITION].to_str().expect("text").to_owned();
    (disposition, unpacked(response.bytes().await.expect("comes whole").to_vec()))
}

fn entries(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
}

#[tokio::test]
async fn a_library_comes_with_its_folders() {
    let app = TestApp::start().await;
    let (ada, bob, project) = two(&app).await;
    let plans = folder(&ada, project, None, "Pläne").await;
    let steel = folder(&ada, project, Some(plans), "steel").await;
    folder(&ada, project, None, "empty").await;
    upload_into(&ada, project, steel, &[("beam.txt", b"steel")]).await.is(201);
    upload_into(&ada, project, plans, &[("plan.txt", b"plan")]).await.is(201);
    upload(&ada, project, "top.txt", b"first").await.is(201);
    let top = upload(&ada, project, "top.txt", b"second").await.is(201)["items"][0]["id"].clone();
    let binned = upload(&ada, project, "binned.txt", b"x").await.is(201)["items"][0]["id"].clone();
    ada.delete(&format!("/files/{binned}")).await.is(204);

    let (disposition, all) = pack(&bob, project, "").await;
    assert!(disposition.starts_with("attachment; filename=\"Bridge.zip\""), "{disposition}");
    let within = [("Pläne/", ""), ("Pläne/steel/", ""), ("Pläne/steel/beam.txt", "steel"), ("Pläne/plan.txt", "plan")];
    assert_eq!(all, entries(&[&[("empty/", "")][..], &within, &[("top.txt", "second")]].concat()));
    let (disposition, of_folder) = pack(&bob, project, &format!("?folders={plans}")).await;
    assert!(disposition.contains("Pl%C3%A4ne.zip"), "{disposition}");
    assert_eq!(of_folder, entries(&within));
    let (_, some) = pack(&bob, project, &format!("?files={top},{top}&folders={steel}")).await;
    assert_eq!(some, entries(&[("steel/", ""), ("steel/beam.txt", "steel"), ("top.txt", "second")]));

    for (query, status) in [
        ("?files=x", 400),
        ("?files=1,,2", 400),
        ("?folders=-", 400),
        ("?files=1000", 404),
        ("?folders=1000", 404),
        (&format!("?files={binned}"), 404),
    ] {
        assert_eq!(bob.get(&format!("/projects/{project}/zip{query}")).await.status, status, "{query}");
    }
    let other = ada.post("/projects", serde_json::json!({"name": "Tunnel"})).await.is(201).number("id");
    ada.get(&format!("/projects/{other}/zip?files={top}")).await.is(404);
    assert_eq!(pack(&ada, other, "").await.1, entries(&[]));
}

#[tokio::test]
async fn no_two_entries_have_one_path() {
    let app = TestApp::start().await;
    let (ada, _, project) = two(&app).await;
    let plan = folder(&ada, project, None, "plan").await;
    let one = upload_into(&ada, project, plan, &[("Plan", b"in the folder")]).await.is(201)["items"][0]["id"].clone();
    let two = upload(&ada, project, "PLAN", b"at the top").await.is(201)["items"][0]["id"].clone();
    let expected = [("plan/", ""), ("plan/Plan", "in the folder"), ("PLAN (2)", "at the top")];
    assert_eq!(pack(&ada, project, "").await.1, entries(&expected));
    let flat = pack(&ada, project, &format!("?files={one},{two}")).await.1;
    assert_eq!(flat, entries(&[("Plan", "in the folder"), ("PLAN (2)", "at the top")]));
}

/// More than the connection holds on its way.
const LARGE: usize = 24_000_000;

/// A download of a project's zip file over a connection that takes in little that nobody reads.
async fn begin(app: &TestApp, who: &Program, project: i64) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    let address = app.url.trim_start_matches("http://").parse().expect("an address");
    let mut stream = socket.connect(address).await.expect("a connection");
    let token = who.token.as_deref().expect("a token");
    let request = format!(
        "GET /api/v1/projects/{project}/zip HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("is sent");
    let mut head = [0; 15];
    stream.read_exact(&mut head).await.expect("begins");
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    stream
}

/// Whether all came that was to come: the last piece of a body says that it is.
async fn comes_whole(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    // A connection may also be reset.
    let _ = stream.read_to_end(&mut rest).await;
    rest.ends_with(b"\r\n0\r\n\r\n")
}

#[tokio::test]
async fn what_is_gone_before_its_turn_breaks_the_answer_off() {
    let app = TestApp::start().await;
    let (ada, bob, project) = two(&app).await;
    upload(&ada, project, "a", &vec![7; LARGE]).await.is(201);
    let last = upload(&ada, project, "b", b"last").await.is(201)["items"][0]["id"].clone();
    assert!(comes_whole(begin(&app, &bob, project).await).await);

    // Who is removed gets no more.
    let begun = begin(&app, &bob, project).await;
    let conversation = ada.get(&format!("/projects/{project}")).await.is(200).number("conversation_id");
    ada.delete(&format!("/conversations/{conversation}/members/{}", bob.id)).await.is(204);
    assert!(!comes_whole(begun).await);

    let begun = begin(&app, &ada, project).await;
    ada.delete(&format!("/files/{last}")).await.is(204);
    assert!(!comes_whole(begun).await, "a part must not be taken for the whole");
}
