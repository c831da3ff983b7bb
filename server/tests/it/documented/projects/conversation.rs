//! `/conversations`.

use serde_json::json;

use super::{STRANGER_TO_PROJECT, found, refusal, register};
use crate::app::TestApp;

#[tokio::test]
async fn post_conversations_makes_an_independent_one() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    let told = ada.post("/conversations", &json!({"name": "Lunch", "participant_ids": [lin.id]})).await;
    assert_eq!(
        told.to_string(),
        r#"201 {"message":"Conversation created successfully","conversation_id":2,"project_id":null}"#
    );
    lin.post("/conversations/2/messages", &json!({"content": "when?"})).await.is(201);
    let told = ada.post("/conversations", &json!({})).await.is(201);
    assert_eq!(told.number("conversation_id"), 3, "without a name, for oneself");
}

#[tokio::test]
async fn post_conversations_makes_one_of_a_project_for_its_members() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "eve").await);
    let project = found(&ada, &[&lin]).await;
    let told = lin.post("/conversations", &json!({"project_id": project, "participant_ids": [ada.id]})).await;
    assert_eq!(
        told.to_string(),
        r#"201 {"message":"Conversation created successfully","conversation_id":3,"project_id":1}"#
    );
    let outsider = json!({"project_id": project, "participant_ids": [eve.id]});
    let sentence = "Only members of the project can be in its conversations.";
    assert_eq!(lin.post("/conversations", &outsider).await.is(400).body, refusal(sentence));
    // Whether a project exists is not told to someone who isn't in it.
    for id in [project, 77] {
        let told = eve.post("/conversations", &json!({"project_id": id, "name": "In?"})).await;
        assert_eq!(told.to_string(), STRANGER_TO_PROJECT, "{id}");
    }
}

#[tokio::test]
async fn post_conversations_refuses_what_is_wrong() {
    let app = TestApp::start().await;
    let ada = register(&app, "ada").await;
    for (body, sentence) in [
        (json!({"participant_ids": [77]}), "There is nobody of that name."),
        (json!({"name": "x".repeat(65)}), "A name has at most 64 characters."),
    ] {
        assert_eq!(ada.post("/conversations", &body).await.is(400).body, refusal(sentence), "{body}");
    }
    for body in [json!({"name": 7}), json!({"participant_ids": "lin"}), json!({"project_id": "1"}), json!([])] {
        ada.post("/conversations", &body).await.is(400);
    }
    assert_eq!(ada.get("/conversations").await.text, "[]", "nothing was made");
}

#[tokio::test]
async fn get_conversations_lists_ones_own_with_who_is_in_them() {
    let app = TestApp::start().await;
    let (ada, lin, eve) = (register(&app, "ada").await, register(&app, "lin").await, register(&app, "eve").await);
    assert_eq!(ada.get("/conversations").await.to_string(), "200 []");
    found(&ada, &[&lin]).await;
    ada.post("/conversations", &json!({"project_id": 1, "name": "Engines", "participant_ids": [lin.id]})).await.is(201);
    lin.post("/conversations", &json!({"participant_ids": [ada.id]})).await.is(201);
    ada.post("/message", &json!({"content": "psst", "to": lin.id})).await.is(201);
    let person = |id, name| format!(r#"{{"user_id":{id},"username":"{name}","joined_at":"TIME"}}"#);
    let row = |id, project, name, creator, people: [String; 2]| {
        format!(
            r#"{{"id":{id},"project_id":{project},"name":{name},"creator_id":{creator},"created_at":"TIME","participants":[{}]}}"#,
            people.join(",")
        )
    };
    // Those who came at the same moment by their ids.
    let both = [person(1, "ada"), person(2, "lin")];
    let expected = [
        row(2, "1", "\"Apollo\"", 1, both.clone()),
        row(3, "1", "\"Engines\"", 1, both.clone()),
        row(4, "null", "null", 2, both.clone()),
        row(5, "null", "null", 1, both),
    ];
    for api in [&ada, &lin] {
        assert_eq!(api.get("/conversations").await.to_string(), format!("200 [{}]", expected.join(",")));
    }
    assert_eq!(eve.get("/conversations").await.to_string(), "200 []");
}

#[tokio::test]
async fn who_deleted_their_account_is_still_named_in_their_conversations() {
    let app = TestApp::start().await;
    let (ada, lin) = (register(&app, "ada").await, register(&app, "lin").await);
    ada.post("/conversations", &json!({"participant_ids": [lin.id]})).await.is(201);
    lin.post("/conversations/2/messages", &json!({"content": "farewell"})).await.is(201);
    lin.delete("/api/users/2").await.is(200);
    let told = ada.get("/conversations/2/messages").await.is(200);
    assert_eq!(told.body["messages"][0]["username"], "deleted-2");
    assert_eq!(told.body["messages"][0]["content"], "farewell");
}
