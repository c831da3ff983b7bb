//! `/projects`.

use serde_json::json;

use super::{found, refusal, register};
use crate::app::TestApp;

#[tokio::test]
async fn post_projects_makes_a_project_with_a_conversation_of_its_own() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let body = json!({"name": "Apollo", "description": "To the moon\nand back", "participant_ids": [lin.id]});
    let told = ada.post("/projects", &body).await;
    assert_eq!(
        told.to_string(),
        r#"201 {"message":"Project created successfully","project_id":1,"conversation_id":2}"#
    );
    lin.post("/conversations/2/messages", &json!({"content": "hello"})).await.is(201);
    let told = ada.post("/projects", &json!({"name": "Apollo"})).await.is(201);
    assert_eq!(told.number("project_id"), 2, "names need not be unique, and nobody else need be in it");
}

#[tokio::test]
async fn get_projects_lists_those_one_is_a_member_of() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "eve").await);
    assert_eq!(ada.get("/projects").await.to_string(), "200 []");
    let body = json!({"name": "Apollo", "description": "To the moon", "participant_ids": [lin.id]});
    ada.post("/projects", &body).await.is(201);
    lin.post("/projects", &json!({"name": "Alone"})).await.is(201);
    let apollo = r#"{"id":1,"name":"Apollo","description":"To the moon","creator_id":1,"created_at":"TIME","conversation_id":2}"#;
    let alone = r#"{"id":2,"name":"Alone","description":"","creator_id":2,"created_at":"TIME","conversation_id":3}"#;
    assert_eq!(ada.get("/projects").await.to_string(), format!("200 [{apollo}]"));
    assert_eq!(lin.get("/projects").await.to_string(), format!("200 [{alone},{apollo}]"));
    assert_eq!(eve.get("/projects").await.to_string(), "200 []");
}

#[tokio::test]
async fn post_projects_refuses_what_is_wrong() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for (body, sentence) in [
        (json!({"name": " "}), "A name can’t be empty."),
        (json!({"name": "x".repeat(65)}), "A name has at most 64 characters."),
        (json!({"name": "Apollo", "participant_ids": [77]}), "There is nobody of that name."),
    ] {
        assert_eq!(ada.post("/projects", &body).await.is(400).body, refusal(sentence), "{body}");
    }
    for body in [
        json!({}),
        json!({"name": null}),
        json!({"name": 7}),
        json!({"name": "Apollo", "description": 7}),
        json!({"name": "Apollo", "description": "x".repeat(2001)}),
        json!({"name": "Apollo", "participant_ids": 1}),
        json!({"name": "Apollo", "participant_ids": ["lin"]}),
    ] {
        ada.post("/projects", &body).await.is(400);
    }
    assert_eq!(ada.get("/projects").await.text, "[]", "nothing was made");
    let body = json!({"name": "Apollo", "description": null, "participant_ids": null});
    ada.post("/projects", &body).await.is(201);
}

#[tokio::test]
async fn a_project_shows_on_its_members_pages_at_once() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let mut socket = lin.person("lin").listen().await;
    found(&ada, &[&lin]).await;
    let entry = socket.until(|frame| match frame {
        protocol::ServerFrame::Event(protocol::Event::Person {
            change: protocol::PersonChange::Entry { entry },
            ..
        }) => Some(entry.conversation.clone()),
        _ => None,
    });
    let conversation = entry.await;
    assert_eq!((conversation.id.0, conversation.name.as_str()), (2, "Apollo"));
    assert_eq!(conversation.project_id.map(|id| id.0), Some(1));
}
