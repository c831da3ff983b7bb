//! `/api/users`.

use serde_json::json;

use super::register;
use crate::{
    app::TestApp,
    documented::client::Api,
    person::{PASSWORD, Person},
};

#[tokio::test]
async fn get_users_lists_everyone() {
    let app = TestApp::start().await;
    let (ada, _) = (register(&app, "ada").await, register(&app, "lin").await);
    ada.put("/api/users/1", &json!({"avatar_url": "http://example.com/avatar.jpg"})).await.is(200);
    assert_eq!(
        ada.get("/api/users/").await.to_string(),
        concat!(
            r#"200 {"users":["#,
            r#"{"id":1,"username":"ada","email":"ada@example.com","avatar_url":"http://example.com/avatar.jpg","created_at":"TIME"},"#,
            r#"{"id":2,"username":"lin","email":"lin@example.com","avatar_url":null,"created_at":"TIME"}"#,
            r#"]}"#
        )
    );
}

#[tokio::test]
async fn get_users_shows_one() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    assert_eq!(
        ada.get("/api/users/1").await.to_string(),
        r#"200 {"user":{"id":1,"username":"ada","email":"ada@example.com","avatar_url":null,"created_at":"TIME"}}"#
    );
    for id in ["2", "0", "-1"] {
        let told = ada.get(&format!("/api/users/{id}")).await;
        assert_eq!(told.to_string(), r#"404 {"message":"User not found"}"#, "{id}");
    }
    ada.get("/api/users/ada").await.is(404);
}

#[tokio::test]
async fn strangers_see_people_but_no_addresses() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    ada.post("/api/auth/logout", &json!({})).await.is(200);
    // Whoever brings a token that is no longer good is a stranger too.
    for api in [Api::stranger(&app), ada] {
        assert_eq!(
            api.get("/api/users").await.to_string(),
            r#"200 {"users":[{"id":1,"username":"ada","email":null,"avatar_url":null,"created_at":"TIME"}]}"#
        );
        assert_eq!(api.get("/api/users/1").await.is(200).body["user"]["email"], json!(null));
        assert_eq!(api.get("/api/users/2").await.to_string(), r#"404 {"message":"User not found"}"#);
    }
}

#[tokio::test]
async fn put_users_changes_ones_own_account() {
    let app = TestApp::start().await;
    let (_, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let body = json!({
        "username": "mira", "email": "mira@example.com", "avatar_url": "http://example.com/mira.jpg",
    });
    let told = lin.put("/api/users/2", &body).await;
    assert_eq!(
        told.to_string(),
        r#"200 {"message":"User updated successfully","user":{"id":2,"username":"mira","email":"mira@example.com"}}"#
    );
    assert_eq!(lin.get("/api/users/2").await.body["user"]["avatar_url"], "http://example.com/mira.jpg");
    let told = lin.put("/api/users/2", &json!({"username": "Mira"})).await.is(200);
    assert_eq!(told.body["user"], json!({"id": 2, "username": "Mira", "email": "mira@example.com"}));
    let nothing = json!({"username": null, "email": null, "avatar_url": null});
    for body in [json!({}), nothing] {
        let told = lin.put("/api/users/2", &body).await.is(200);
        assert_eq!(told.body["user"]["email"], "mira@example.com", "what is not given stays");
    }
    lin.put("/api/users/2", &json!({"avatar_url": ""})).await.is(200);
    assert_eq!(lin.get("/api/users/2").await.body["user"]["avatar_url"], json!(null));
}

#[tokio::test]
async fn put_users_refuses_what_is_wrong_or_taken() {
    let app = TestApp::start().await;
    let (_, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    for (field, value, sentence) in [
        ("username", "ADA", "That user name is taken."),
        ("username", " ", "A user name can’t be empty."),
        ("username", "message", "That user name is reserved."),
        ("username", "deleted-1", "That user name is reserved."),
        ("email", "ada@example.com", "That e-mail address is in use."),
        ("email", "lin", "That doesn’t look like an e-mail address."),
        ("avatar_url", "javascript:alert(1)", "That doesn’t look like a web address (https://…)."),
    ] {
        let told = lin.put("/api/users/2", &json!({field: value})).await.is(400);
        assert_eq!(told.body, json!({"message": sentence}), "{field}: {value}");
        lin.put("/api/users/2", &json!({field: 7})).await.is(400);
    }
}

#[tokio::test]
async fn an_account_is_changed_and_deleted_only_by_its_owner_and_by_who_administers_the_place() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "eve").await);
    let (stranger, change) = (Api::stranger(&app), json!({"username": "gone"}));
    let told = stranger.put("/api/users/2", &change).await;
    assert_eq!(told.to_string(), r#"401 {"message":"Please sign in."}"#);
    stranger.delete("/api/users/2").await.is(401);
    stranger.put("/api/users/77", &change).await.is(401);
    eve.put("/api/users/2", &change).await.is(403);
    eve.delete("/api/users/2").await.is(403);
    for api in [&eve, &ada] {
        assert_eq!(api.put("/api/users/77", &change).await.to_string(), r#"404 {"message":"User not found"}"#);
        assert_eq!(api.delete("/api/users/77").await.to_string(), r#"404 {"message":"User not found"}"#);
    }
    assert_eq!(lin.get("/api/users/2").await.body["user"]["username"], "lin", "nothing was changed");
    ada.put("/api/users/2", &json!({"username": "linda"})).await.is(200);
    ada.delete("/api/users/2").await.is(200);
    lin.get("/api/messages").await.is(401);
}

#[tokio::test]
async fn delete_users_closes_the_account_and_frees_its_name() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let mut socket = lin.person("lin").listen().await;
    let told = lin.delete("/api/users/2").await;
    assert_eq!(told.to_string(), r#"200 {"message":"User deleted successfully"}"#);
    assert_eq!(socket.closed().await, Some(4001));
    assert_eq!(ada.get("/api/users/2").await.to_string(), r#"404 {"message":"User not found"}"#);
    assert_eq!(ada.delete("/api/users/2").await.to_string(), r#"404 {"message":"User not found"}"#);
    assert_eq!(ada.get("/api/users").await.body["users"].as_array().map(Vec::len), Some(1));
    let login = json!({"username": "lin", "password": PASSWORD});
    Api::stranger(&app).post("/api/auth/login", &login).await.is(401);
    assert_eq!(register(&app, "lin").await.id, 3);
}

#[tokio::test]
async fn the_last_administrator_cannot_be_deleted_while_others_stay() {
    let app = TestApp::start().await;
    let (ada, _) = (register(&app, "ada").await, register(&app, "lin").await);
    let told = ada.delete("/api/users/1").await;
    let sentence = "Without its only administrator, nobody could look after the place.";
    assert_eq!((told.status, told.body), (400, json!({"message": sentence})));
}

#[tokio::test]
async fn where_the_place_is_opened_so_anyone_changes_and_deletes_accounts_as_documented() {
    let app = TestApp::with(&["--open-user-api"]).await;
    let (_, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let stranger = Api::stranger(&app);
    assert_eq!(stranger.get("/api/users/2").await.body["user"]["email"], "lin@example.com");
    assert_eq!(stranger.get("/api/users").await.body["users"][0]["email"], "ada@example.com");
    let told = stranger.put("/api/users/2", &json!({"username": "linda"})).await;
    assert_eq!(
        told.to_string(),
        r#"200 {"message":"User updated successfully","user":{"id":2,"username":"linda","email":"lin@example.com"}}"#
    );
    assert_eq!(stranger.put("/api/users/77", &json!({})).await.to_string(), r#"404 {"message":"User not found"}"#);
    let told = stranger.delete("/api/users/2").await;
    assert_eq!(told.to_string(), r#"200 {"message":"User deleted successfully"}"#);
    lin.get("/api/messages").await.is(401);
    stranger.get("/api/messages").await.is(401);
}

#[tokio::test]
async fn a_new_name_shows_on_the_pages_at_once() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let mut socket = ada.person("ada").listen().await;
    lin.put("/api/users/2", &json!({"username": "linda"})).await.is(200);
    let renamed = socket.until(|frame| match frame {
        protocol::ServerFrame::Event(protocol::Event::Place { user, .. }) if user.id.0 == 2 => Some(user.clone()),
        _ => None,
    });
    let lin = renamed.await;
    assert_eq!((lin.username.as_str(), lin.display_name.as_str()), ("linda", "linda"));
    assert!(Person::sign_in(&app.url, "linda").await.is_signed_in().await);
}
