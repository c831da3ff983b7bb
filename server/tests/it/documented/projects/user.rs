//! `/conversations/users`.

use serde_json::json;

use super::{refusal, register};
use crate::{app::TestApp, documented::client::Api};

#[tokio::test]
async fn get_conversations_users_finds_people_by_a_part_of_their_name() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for name in ["linda", "Colin", "mira"] {
        register(&app, name).await;
    }
    let told = ada.get("/conversations/users?search=LIN").await;
    assert_eq!(told.to_string(), r#"200 [{"id":3,"username":"Colin"},{"id":2,"username":"linda"}]"#);
    assert_eq!(ada.get("/conversations/users?search=%25").await.text, "[]", "a sign of the database's is a sign");
    assert_eq!(ada.get("/conversations/users?search=nobody").await.text, "[]");
    assert_eq!(ada.get("/conversations/users").await.column("username"), ["Colin", "linda", "mira"]);
}

#[tokio::test]
async fn get_conversations_users_finds_at_most_10_and_never_the_caller_nor_who_is_gone() {
    let app = TestApp::start().await;
    let ada = register(&app, "user-00").await;
    let mut last = ada.clone();
    for n in 1..=12 {
        last = register(&app, &format!("user-{n:02}")).await;
    }
    let found = ada.get("/conversations/users?search=user").await.column("username");
    assert_eq!(found.first(), Some(&json!("user-01")));
    assert_eq!(found.len(), 10);
    assert_eq!(ada.get("/conversations/users?search=user-12").await.column("id"), [json!(last.id)]);
    last.delete(&format!("/api/users/{}", last.id)).await.is(200);
    assert_eq!(ada.get("/conversations/users?search=user-12").await.text, "[]");
    let told = Api::stranger(&app).get("/conversations/users?search=user").await;
    assert_eq!((told.status, told.body), (401, refusal("Please sign in.")));
}
