//! Rooms, members, people, groups and messages, all by forms.

use reqwest::{
    StatusCode,
    multipart::{Form, Part},
};

use super::browser::{Browser, Page};
use crate::app::TestApp;

#[tokio::test]
async fn a_room_is_made_found_joined_described_left_and_archived() {
    let app = TestApp::start().await;
    let (ada, mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let made = ada.submit("/rooms", &[("name", "# launch"), ("topic", "Ship it"), ("private", "false")]).await;
    let room = made.location.clone();
    made.is(StatusCode::OK).says("launch");

    mira.get("/rooms?search=laun").await.says("launch").says("Ship it").says("1 member").says(&format!("{room}/join"));
    mira.get("/rooms?search=zebra").await.says("No room matches “zebra”").lacks("Ship it");
    mira.submit(&format!("{room}/join"), &[]).await.is(StatusCode::OK);
    mira.get("/rooms").await.says("2 members").lacks(&format!("{room}/join"));

    let details = format!("{room}/details");
    ada.submit(&details, &[("name", "liftoff"), ("topic", "Up"), ("private", "false")])
        .await
        .says("Your changes are saved.");
    let page = mira.get(&details).await;
    page.says("liftoff").says("Up").says("Owner").lacks("Archive…").lacks(r#"name="topic""#).says("Leave…");
    let page = ada.post(&details, &[("name", ""), ("topic", "kept while refused")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="name-problem""#).says("kept while refused");

    mira.submit(&format!("{room}/leave"), &[]).await.says("You left the conversation.");
    ada.submit(&format!("{room}/archive"), &[]).await.says("archived").says("Open it again");
    ada.submit(&format!("{room}/archive"), &[("archived", "false")]).await.says("It’s open again.");
}

#[tokio::test]
async fn members_are_added_appointed_and_removed() {
    let app = TestApp::start().await;
    let (ada, mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let room = ada.room("hiring", true).await;
    mira.get(&room).await.is(StatusCode::NOT_FOUND).says("Nothing here");
    mira.get(&format!("{room}/details")).await.is(StatusCode::NOT_FOUND);

    let members = format!("{room}/members");
    let page = ada.post(&members, &[("people", "mira, nobody-here")]).await;
    page.is(StatusCode::BAD_REQUEST).says("There is nobody called “nobody-here”.").says(r#"value="mira, nobody-here""#);
    mira.get(&room).await.is(StatusCode::NOT_FOUND);
    let page = ada.submit(&members, &[("people", "mira")]).await;
    page.says("They’re in.").says("2 members").says("Manage mira");
    mira.get(&room).await.is(StatusCode::OK);

    // Nobody is offered to remove themselves, so the only removal on the page is mira's.
    let her = page.body.split_once("/remove\"").unwrap().0.rsplit('"').next().unwrap().to_owned();
    mira.get(&format!("{room}/details")).await.lacks("Manage ").lacks("Add people");
    mira.post(&format!("{her}/role"), &[("role", "owner")]).await.is(StatusCode::FORBIDDEN);
    ada.post(&format!("{her}/role"), &[("role", "king")]).await.is(StatusCode::BAD_REQUEST);
    ada.submit(&format!("{her}/role"), &[("role", "admin")]).await.says("Their role is changed.").says(">Admin<");
    ada.submit(&format!("{her}/remove"), &[]).await.says("They’re no longer a member.").says("1 member");
    mira.get(&room).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn people_are_found_and_written_to() {
    let app = TestApp::start().await;
    let (ada, _mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let page = ada.get("/people?search=MIR").await;
    page.says("@mira").lacks("@ada<");
    let direct = format!("/direct/{}", Browser::first(&page, "/direct/"));
    let chat = ada.post(&direct, &[]).await;
    chat.is(StatusCode::SEE_OTHER);
    assert_eq!(ada.post(&direct, &[]).await.location, chat.location, "the same two, the same chat");
    ada.get(&format!("{}/details", chat.location)).await.says("between the two of you").lacks("Leave…");
    ada.get("/people?search=zebra").await.says("Nobody matches “zebra”");
}

#[tokio::test]
async fn a_group_is_chosen_over_several_searches() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    for name in ["mira", "jonas"] {
        Browser::of(&app, name).await;
    }
    let page = ada.get("/groups/new?people=mira&search=jon&name=Trio").await;
    page.says(r#"value="mira" checked"#)
        .says(r#"value="jonas""#)
        .says(r#"value="Trio""#)
        .lacks(r#"value="jonas" checked"#);
    ada.post("/groups", &[("name", "Trio")]).await.is(StatusCode::BAD_REQUEST).says("Choose at least one person.");
    let chat = ada.submit("/groups", &[("people", "mira"), ("people", "jonas"), ("name", "Trio")]).await;
    chat.is(StatusCode::OK).says("Trio");
    ada.get(&format!("{}/details", chat.location)).await.says("3 members");
}

#[tokio::test]
async fn a_message_is_sent_edited_and_deleted_without_script() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let room = ada.room("notes", false).await;
    let messages = format!("{room}/messages");
    let fields = [("body", "first words"), ("client_id", "form-1")];
    ada.submit(&messages, &fields).await.says("first words");
    let page = ada.submit(&messages, &fields).await;
    assert_eq!(page.body.matches(">first words<").count(), 1, "{}", page.body);
    let message = Browser::first(&page, &format!("{room}?at="));
    ada.submit(&format!("{messages}/{message}/edit"), &[("body", "second words")])
        .await
        .says("second words")
        .lacks("first words");
    ada.submit(&format!("{messages}/{message}/react"), &[("emoji", "👍")]).await.says("👍");
    ada.submit(&format!("{messages}/{message}/delete"), &[]).await.lacks("second words");
    ada.post(&messages, &[("body", "  ")]).await.is(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn files_are_sent_shown_and_listed_without_script() {
    let app = TestApp::start().await;
    let (ada, mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let room = ada.room("notes", false).await;
    let part = |name: &'static str| Part::text("steel").file_name(name);
    let post = async |form: Form| {
        let url = format!("{}{room}/messages", app.url);
        Page::of(ada.client.post(url).multipart(form).send().await.expect("an answer")).await
    };
    // As a browser sends it where no file was chosen.
    let none = Form::new().text("client_id", "").text("body", "only words").part("file", Part::text("").file_name(""));
    post(none).await.is(StatusCode::SEE_OTHER);
    let form = Form::new().text("client_id", "").text("body", "with <files>");
    let sent = post(form.part("file", part("plan.txt")).part("file", part("<b>.zip"))).await;
    sent.is(StatusCode::SEE_OTHER);
    let page = ada.get(&room).await;
    page.says("only words").says("with &lt;files&gt;").says(">plan.txt<").says(">&lt;b&gt;.zip<").lacks("<b>.zip");

    let file = Browser::first(&page, &format!("{room}/files/"));
    let viewer = mira.get(&format!("{room}/files/{file}")).await;
    viewer.is(StatusCode::OK).says("<iframe sandbox").says(r#"rel="next""#).lacks("<script");
    mira.get(&format!("{room}/files")).await.is(StatusCode::OK).says("plan.txt").says("ada").lacks("Next page");
    mira.get(&format!("{room}/details")).await.says(&format!("{room}/files"));
    mira.get(&format!("{room}/files/987654321")).await.is(StatusCode::NOT_FOUND);

    let secret = ada.room("secret", true).await;
    mira.get(&format!("{secret}/files")).await.is(StatusCode::NOT_FOUND);
    mira.get(&format!("{secret}/files/{file}")).await.is(StatusCode::NOT_FOUND);
    ada.get(&format!("{secret}/files")).await.says("No files yet");
    ada.get(&format!("{secret}/files/{file}")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_of_a_message_that_is_refused_keeps_no_file() {
    let app = TestApp::with(&["--max-upload", "1KB"]).await;
    let ada = Browser::of(&app, "ada").await;
    let room = ada.room("notes", false).await;
    let url = format!("{}{room}/messages", app.url);
    let post =
        async |form: Form| Page::of(ada.client.post(&url).multipart(form).send().await.expect("an answer")).await;
    let large = Part::bytes(vec![7; 1_001]).file_name("large");
    post(Form::new().text("body", "look").part("file", large)).await.is(StatusCode::PAYLOAD_TOO_LARGE);
    let endless = Form::new().text("body", "x".repeat(300 * 1024));
    post(endless).await.is(StatusCode::PAYLOAD_TOO_LARGE);
    let long = Form::new().text("body", "x".repeat(17 * 1024)).part("file", Part::text("a").file_name("a.txt"));
    post(long).await.is(StatusCode::PAYLOAD_TOO_LARGE);
    post(Form::new().text("body", " ")).await.is(StatusCode::BAD_REQUEST);
    ada.get("/api/v1/account/storage").await.says(r#""person_used":0"#);
}
