//! Lists: every row once, whatever comes meanwhile; a cursor that is none is refused.

use serde_json::json;

use super::client::{Program, column};
use crate::app::TestApp;

#[tokio::test]
async fn every_row_comes_once_while_others_are_made() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let ada = stranger.sign_up("ada").await;
    for name in ["carol", "bob", "Dave"] {
        stranger.sign_up(name).await;
    }
    for name in ["carpets", "bridges", "Drums"] {
        ada.room(name, false).await;
    }
    let names = async |path: &str, first| {
        let rows = ada.rest(path, first).await;
        let people = rows.iter().map(|row| row["user"]["username"].as_str().or(row["name"].as_str()));
        people.map(|name| name.expect("a name").to_owned()).collect::<Vec<_>>()
    };
    // Each time one comes that stands before what was read, and one that stands after.
    let first = ada.get("/users?limit=2").await.is(200);
    stranger.sign_up("aaron").await;
    stranger.sign_up("zoe").await;
    assert_eq!(names("/users?limit=2", first).await, ["ada", "bob", "carol", "Dave", "zoe"]);
    let first = ada.get("/rooms?limit=1").await.is(200);
    ada.room("apples", false).await;
    ada.room("zebras", false).await;
    assert_eq!(names("/rooms?limit=1", first).await, ["bridges", "carpets", "Drums", "zebras"]);
}

#[tokio::test]
async fn ones_own_lists_come_in_pages_newest_first() {
    let app = TestApp::start().await;
    let ada = Program::stranger(&app).await.sign_up("ada").await;
    for n in 0..5 {
        ada.room(&format!("room {n}"), n % 2 == 0).await;
        ada.post("/projects", json!({"name": format!("project {n}")})).await.is(201);
    }
    let conversations = ada.all("/conversations?limit=3").await;
    assert_eq!(conversations.len(), 11, "the public chat is among them");
    let ids: Vec<_> = column(&conversations, "id").iter().filter_map(serde_json::Value::as_i64).collect();
    assert!(ids.is_sorted_by(|a, b| a > b), "{ids:?}");
    assert_eq!(column(&ada.all("/projects?limit=2").await, "name")[..2], ["project 4", "project 3"]);
}

#[tokio::test]
async fn a_cursor_that_is_none_is_refused() {
    let app = TestApp::start().await;
    let stranger = Program::stranger(&app).await;
    let ada = stranger.sign_up("ada").await;
    stranger.sign_up("bob").await;
    let of_users = ada.get("/users?limit=1").await.is(200)["next_cursor"].as_str().expect("more").to_owned();
    for list in ["sessions", "tokens", "conversations", "rooms", "projects"] {
        for nonsense in ["", "x", "0", "ff00", "%F0%9F%91%8D", of_users.as_str()] {
            let told = ada.get(&format!("/{list}?cursor={nonsense}")).await.is(400);
            assert_eq!(told["field"], "cursor", "{list} {nonsense}");
        }
        for limit in ["0", "-1", "101", "x", "", "99999999999999999999"] {
            ada.get(&format!("/{list}?limit={limit}")).await.is(400);
        }
    }
}
