//! Projects by forms: made, described, filled with people, talk and files, archived and left.

use reqwest::{
    StatusCode,
    multipart::{Form, Part},
};

use super::browser::{Browser, Page};
use crate::app::TestApp;

/// Makes a project; its address comes back.
async fn project(browser: &Browser, name: &str, people: &[&str]) -> String {
    let mut fields = vec![("name", name), ("description", "")];
    fields.extend(people.iter().map(|person| ("people", *person)));
    let page = browser.post("/p", &fields).await;
    page.is(StatusCode::SEE_OTHER);
    page.location
}

/// Posts the form of a library.
async fn upload(app: &TestApp, browser: &Browser, project: &str, files: &[(&str, &str)]) -> Page {
    let part = |(name, content): &(&str, &str)| Part::text((*content).to_owned()).file_name((*name).to_owned());
    let form = files.iter().fold(Form::new(), |form, file| form.part("file", part(file)));
    let url = format!("{}{project}/files", app.url);
    Page::of(browser.client.post(url).multipart(form).send().await.expect("an answer")).await
}

#[tokio::test]
async fn a_project_is_made_listed_described_archived_and_opened_again() {
    let app = TestApp::start().await;
    let (ada, _mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    ada.get("/p").await.is(StatusCode::OK).says("No projects yet").says(r#"href="/p/new""#);
    ada.get("/c/1").await.says(r#"href="/p""#);

    let page = ada.get("/p/new?name=Bridge&description=Of+steel&people=mira&search=zzz").await;
    page.says(r#"value="Bridge""#).says("Of steel").says(r#"value="mira" checked"#).says("Nobody else matches “zzz”");
    let page = ada.post("/p", &[("name", " "), ("description", "kept while refused"), ("people", "mira")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="name-problem""#).says("kept while refused");
    page.says(r#"value="mira" checked"#);
    let page = ada.post("/p", &[("name", "Bridge"), ("people", "nobody-here")]).await;
    page.is(StatusCode::BAD_REQUEST).says("There is nobody called “nobody-here”.").says(r#"value="Bridge""#);

    let fields = [("name", "Bridge"), ("description", "Of steel.\nOver the harbour."), ("people", "mira")];
    let made = ada.submit("/p", &fields).await;
    made.is(StatusCode::OK).says("Of steel.\nOver the harbour.").says("2 members").says("Everyone in the project");
    let bridge = made.location.clone();
    // The sidebar comes first.
    let main = made.body.split_once("<main").expect("a main part").1;
    let chat: String = main.split_once("/c/").expect("a link").1.chars().take_while(char::is_ascii_digit).collect();
    let chat = format!("/c/{chat}");
    ada.get("/p")
        .await
        .says("Of steel.")
        .lacks("Over the harbour")
        .says("2 members")
        .says("last active")
        .lacks("Archived");
    ada.get(&format!("{chat}/details")).await.says(&format!(r#"href="{bridge}""#)).lacks(r#"name="private""#);

    let settings = format!("{bridge}/settings");
    ada.submit(&settings, &[("name", "Viaduct"), ("description", "")]).await.says("Your changes are saved.");
    ada.get(&bridge).await.says("Viaduct").lacks("Of steel");
    ada.get(&chat).await.says("Viaduct");
    let long = "é".repeat(2_001);
    let page = ada.post(&settings, &[("name", "Typed"), ("description", &long)]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="description-problem""#).says(r#"value="Typed""#).says(&long);

    let page = ada.submit(&format!("{bridge}/archive"), &[]).await;
    page.says("Archived: it can be read").says("Open it again").lacks(r#"name="description""#);
    ada.get("/p").await.says(r#"id="archived""#).says("Viaduct").lacks("No projects yet");
    ada.get(&bridge).await.lacks("New conversation");
    ada.get(&format!("{bridge}/conversations/new")).await.is(StatusCode::FORBIDDEN).says("archived");
    ada.get(&format!("{bridge}/files")).await.lacks(r#"type="file""#).says("No files");
    upload(&app, &ada, &bridge, &[("a.txt", "late")]).await.is(StatusCode::FORBIDDEN).says("archived");
    ada.submit(&format!("{bridge}/archive"), &[("archived", "false")]).await.says("It’s open again.").says("Archive…");
}

#[tokio::test]
async fn files_are_uploaded_found_downloaded_and_deleted() {
    let app = TestApp::start().await;
    let (ada, mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let bridge = project(&ada, "Bridge", &["mira"]).await;
    let files = format!("{bridge}/files");
    mira.get(&files).await.says("No files yet").says("multiple").says("up to 100 MB each");

    let page = upload(&app, &mira, &bridge, &[("plan.txt", "steel"), ("<img src=x>.md", "# Rivets")]).await;
    page.is(StatusCode::SEE_OTHER);
    let page = mira.get(&page.location).await;
    page.says("They’re in the library.").says("plan.txt").says("&lt;img src=x&gt;.md").lacks("<img src=x>");
    page.says("5 bytes · Text").says(">mira<");
    assert_eq!(page.body.matches(r#"class="menu""#).count(), 2, "one’s own files can be thrown away: {}", page.body);
    mira.get(&bridge).await.says("plan.txt").lacks("Throw plan.txt away");
    mira.get(&format!("{files}?search=PLAN")).await.says("plan.txt").lacks(".md");
    mira.get(&format!("{files}?search=zebra")).await.says("No file matches “zebra”").says("Clear");

    let plan = mira.get(&format!("{files}?search=plan")).await;
    let plan = format!("{files}/{}", Browser::first(&plan, &format!("{files}/")));
    let answer = ada.client.get(format!("{}{plan}", app.url)).send().await.expect("an answer");
    let disposition = answer.headers()["content-disposition"].to_str().expect("text").to_owned();
    assert!(disposition.starts_with("attachment"), "{disposition}");
    assert_eq!(answer.text().await.expect("a body"), "steel");
    assert_eq!(ada.get(&format!("{plan}?inline=1")).await.body, "steel");

    let theirs = upload(&app, &ada, &bridge, &[("rules.txt", "no rivets")]).await;
    let page = mira.get(&theirs.location).await;
    page.says("It’s in the library.");
    let page = mira.get(&format!("{files}?search=rules")).await;
    let rules = format!("{files}/{}", Browser::first(&page, &format!("{files}/")));
    page.lacks(&format!("{rules}/bin"));
    mira.post(&format!("{rules}/bin"), &[]).await.is(StatusCode::FORBIDDEN).says("only your own files");
    ada.submit(&format!("{plan}/bin"), &[]).await.says("It’s thrown away.").lacks("plan.txt").says("rules.txt");
    ada.get(&plan).await.is(StatusCode::NOT_FOUND).says("Nothing here");

    let other = project(&ada, "Other", &[]).await;
    let strayed = rules.replacen(&bridge, &other, 1);
    ada.get(&strayed).await.is(StatusCode::NOT_FOUND);
    ada.post(&format!("{strayed}/bin"), &[]).await.is(StatusCode::NOT_FOUND);
    ada.get(&format!("{strayed}/about")).await.is(StatusCode::NOT_FOUND);
    ada.get(&files).await.says("rules.txt");
}

#[tokio::test]
async fn an_upload_that_is_refused_says_so_at_its_form() {
    let app = TestApp::with(&["--max-upload", "2KB"]).await;
    let ada = Browser::of(&app, "ada").await;
    let bridge = project(&ada, "Bridge", &[]).await;
    let large = "x".repeat(300_000);
    let page = upload(&app, &ada, &bridge, &[("small.txt", "fits"), ("large.txt", &large)]).await;
    page.is(StatusCode::PAYLOAD_TOO_LARGE).says("a file has at most 2 KB").says(r#"id="file-problem""#);
    page.says("No files yet");
    let page = upload(&app, &ada, &bridge, &[]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="file-problem""#);
    ada.post(&format!("{bridge}/files"), &[("file", "x")]).await.is(StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn people_come_into_a_project_are_appointed_and_go() {
    let app = TestApp::start().await;
    let (ada, mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let bridge = project(&ada, "Bridge", &[]).await;
    let members = format!("{bridge}/members");
    ada.submit(&members, &[("people", "mira")]).await.says("They’re in.").says("2 members").says("Manage mira");
    let page = ada.post(&members, &[("people", "nobody-here")]).await;
    page.is(StatusCode::BAD_REQUEST).says("There is nobody called").says(r#"value="nobody-here""#);

    // Nobody is offered to remove themselves, so the only removal on the page is mira's.
    let page = ada.get(&members).await;
    let her = page.body.split_once("/remove\"").expect("a removal").0.rsplit('"').next().expect("its form").to_owned();
    mira.get(&members).await.is(StatusCode::OK).lacks("Manage ").lacks("Add people");
    mira.post(&format!("{her}/role"), &[("role", "owner")]).await.is(StatusCode::FORBIDDEN);
    mira.post(&members, &[("people", "ada")]).await.is(StatusCode::FORBIDDEN);
    let settings = format!("{bridge}/settings");
    mira.get(&settings).await.lacks(r#"name="name""#).lacks("Archive…").says("Leave…");
    mira.post(&settings, &[("name", "Mine")]).await.is(StatusCode::FORBIDDEN);
    mira.post(&format!("{bridge}/archive"), &[]).await.is(StatusCode::FORBIDDEN);

    ada.submit(&format!("{her}/role"), &[("role", "admin")]).await.says("Their role is changed.").says(">Admin<");
    let own = format!("{members}/{}/role", Browser::first(&page, &format!("{members}/")));
    ada.post(&own, &[("role", "member")]).await.is(StatusCode::CONFLICT).says("Name another owner first.");
    ada.submit(&format!("{her}/remove"), &[]).await.says("They’re no longer a member.").says("1 member");
    mira.get(&bridge).await.is(StatusCode::NOT_FOUND);
    ada.submit(&members, &[("people", "mira")]).await.says("2 members");
    mira.submit(&format!("{bridge}/leave"), &[]).await.says("You left the project.").says("No projects yet");
}

#[tokio::test]
async fn a_further_conversation_has_some_of_the_members() {
    let app = TestApp::start().await;
    let (ada, mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let (_jonas, lin) = (Browser::of(&app, "jonas").await, Browser::of(&app, "lin").await);
    let bridge = project(&ada, "Bridge", &["mira", "lin"]).await;
    let conversations = format!("{bridge}/conversations");
    let form = ada.get(&format!("{conversations}/new?people=mira&search=li")).await;
    form.says(r#"value="mira" checked"#).says(r#"value="lin""#).lacks(r#"value="jonas""#).lacks(r#"value="ada""#);
    let page = ada.post(&conversations, &[("name", "kept")]).await;
    page.is(StatusCode::BAD_REQUEST).says("Choose at least one person.").says(r#"value="kept""#);
    let page = ada.post(&conversations, &[("people", "jonas")]).await;
    page.is(StatusCode::BAD_REQUEST).says("Only members of the project");

    let chat = ada.submit(&conversations, &[("name", "Rivets"), ("people", "mira")]).await;
    chat.is(StatusCode::OK).says("Rivets");
    ada.get(&format!("{}/details", chat.location)).await.says(&format!(r#"href="{bridge}""#));
    let link = format!(r#"href="{}""#, chat.location);
    mira.get(&bridge).await.says(&link).says("2 people");
    lin.get(&bridge).await.is(StatusCode::OK).lacks(&link);
}

#[tokio::test]
async fn a_stranger_finds_nothing_of_a_project() {
    let app = TestApp::start().await;
    let (ada, mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let bridge = project(&ada, "Bridge", &[]).await;
    let uploaded = upload(&app, &ada, &bridge, &[("secret.txt", "steel")]).await;
    let page = ada.get(&uploaded.location).await;
    let file = format!("/files/{}", Browser::first(&page, &format!("{bridge}/files/")));
    for project in [bridge.as_str(), "/p/999", "/p/x"] {
        let about = format!("{file}/about");
        for page in ["", "/files", &file, &about, "/bin", "/zip", "/members", "/conversations/new", "/settings"] {
            let page = mira.get(&format!("{project}{page}")).await;
            page.is(StatusCode::NOT_FOUND).says("Nothing here").lacks("Bridge").lacks("secret");
        }
        for form in
            ["/members", "/members/1/remove", "/members/1/role", "/conversations", "/settings", "/archive", "/leave"]
        {
            let fields = [("people", "mira"), ("role", "owner"), ("name", "Mine")];
            mira.post(&format!("{project}{form}"), &fields).await.is(StatusCode::NOT_FOUND).lacks("Bridge");
        }
        for form in ["/bin", "/about", "/versions/1/restore", "/versions/1/delete"] {
            mira.post(&format!("{project}{file}{form}"), &[("name", "Mine")]).await.is(StatusCode::NOT_FOUND);
        }
        for form in
            ["/folders", "/folders/1", "/folders/1/bin", "/bin/empty", "/bin/files/1/restore", "/bin/folders/1/delete"]
        {
            mira.post(&format!("{project}{form}"), &[("new", "Mine"), ("name", "Mine")])
                .await
                .is(StatusCode::NOT_FOUND);
        }
        upload(&app, &mira, project, &[("a.txt", "in")]).await.is(StatusCode::NOT_FOUND);
    }
    mira.get("/p").await.lacks("Bridge");
    ada.get(&format!("{bridge}/files")).await.says("secret.txt");
    let signed_out = Browser::new(&app).get(&bridge).await;
    assert!(signed_out.location.starts_with("/sign-in?return=/p/"), "{}", signed_out.location);
}
