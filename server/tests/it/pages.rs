//! The pages as a browser without script sees them: forms posted over real HTTP, redirects followed by hand.

use reqwest::{StatusCode, header, redirect};

use crate::app::TestApp;

const PASSWORD: &str = "correct horse battery";

/// A browser without script: it keeps cookies, asks for pages, and doesn't follow redirects, so that each is seen.
struct Browser {
    client: reqwest::Client,
    base: String,
}

/// What came back.
struct Page {
    status: StatusCode,
    location: String,
    body: String,
}

impl Browser {
    fn new(app: &TestApp) -> Self {
        let mut headers = header::HeaderMap::new();
        headers.insert(header::ACCEPT, header::HeaderValue::from_static("text/html,*/*;q=0.8"));
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            .user_agent("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0");
        Self { client: client.build().unwrap(), base: app.url.clone() }
    }

    /// A browser in which `name` has just signed up.
    async fn of(app: &TestApp, name: &str) -> Self {
        let browser = Self::new(app);
        let page = browser.post("/sign-up", &[("username", name), ("password", PASSWORD)]).await;
        assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/"), "{}", page.body);
        browser
    }

    async fn get(&self, path: &str) -> Page {
        Page::of(self.client.get(format!("{}{path}", self.base)).send().await.unwrap()).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        Page::of(self.client.post(format!("{}{path}", self.base)).form(fields).send().await.unwrap()).await
    }

    /// Posts a form that is meant to succeed, and goes where it leads.
    async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(path, fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}: {}", page.body);
        let next = self.get(&page.location).await;
        Page { location: page.location, ..next }
    }

    /// Makes a room; its address comes back.
    async fn room(&self, name: &str, private: bool) -> String {
        let private = if private { "true" } else { "false" };
        self.post("/rooms", &[("name", name), ("private", private)]).await.location
    }

    /// The number in an address under `start` that the page links or posts to.
    fn first(page: &Page, start: &str) -> String {
        let rest = page.body.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", page.body)).1;
        rest.chars().take_while(char::is_ascii_digit).collect()
    }
}

impl Page {
    async fn of(response: reqwest::Response) -> Self {
        let status = response.status();
        let location = response.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        Self { status, location: location.unwrap_or_default(), body: response.text().await.unwrap() }
    }

    #[track_caller]
    fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "“{text}” is not in {}", self.body);
        self
    }

    #[track_caller]
    fn lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "“{text}” is in {}", self.body);
        self
    }

    #[track_caller]
    fn is(&self, status: StatusCode) -> &Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

#[tokio::test]
async fn the_way_in_carries_no_script() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    for path in ["/sign-in", "/sign-up"] {
        let page = browser.get(path).await;
        page.is(StatusCode::OK).says("<form").lacks("<script").lacks("modulepreload").lacks(".wasm").lacks("onclick");
    }
}

#[tokio::test]
async fn a_refused_sign_in_says_so_and_keeps_the_name_but_never_the_password() {
    let app = TestApp::start().await;
    Browser::of(&app, "ada").await;
    let browser = Browser::new(&app);
    let page = browser.post("/sign-in", &[("login", "ada"), ("password", "wrong-one"), ("return", "/c/1")]).await;
    page.is(StatusCode::UNAUTHORIZED).says("don’t match").says(r#"value="ada""#).lacks("wrong-one").says(r#"value="/c/1""#);
    let page = browser.post("/sign-in", &[("login", "ada"), ("password", PASSWORD), ("return", "/rooms")]).await;
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/rooms"));
}

#[tokio::test]
async fn a_refused_sign_up_says_what_is_wrong_beside_the_field() {
    let app = TestApp::start().await;
    Browser::of(&app, "ada").await;
    let browser = Browser::new(&app);
    let page = browser.post("/sign-up", &[("username", "ADA"), ("email", "a@example.org"), ("password", PASSWORD)]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="username-problem""#).says(r#"value="a@example.org""#).lacks(PASSWORD);
    let page = browser.post("/sign-up", &[("username", "mira"), ("password", "short")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="password-problem""#).lacks(r#"value="short""#);
    let page = browser.post("/sign-up", &[]).await;
    page.is(StatusCode::BAD_REQUEST).says("A user name can’t be empty.");
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let app = TestApp::start().await;
    Browser::of(&app, "ada").await;
    for elsewhere in ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"] {
        let browser = Browser::new(&app);
        let fields = [("login", "ada"), ("password", PASSWORD), ("return", elsewhere)];
        assert_eq!(browser.post("/sign-in", &fields).await.location, "/", "{elsewhere}");
        let address = format!("/sign-in?return={elsewhere}");
        assert_eq!(browser.get(&address).await.location, "/", "{elsewhere}");
    }
}

#[tokio::test]
async fn strangers_are_sent_to_sign_in_and_back() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let page = Browser::new(&app).get("/c/1?at=2").await;
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/sign-in?return=/c/1%3Fat%3D2"));
    for path in ["/rooms", "/rooms/new", "/people", "/groups/new", "/settings", "/settings/sessions", "/c/1/details"] {
        assert!(Browser::new(&app).get(path).await.location.starts_with("/sign-in"), "{path}");
    }
    let page = ada.get("/sign-in?return=/people").await;
    assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/people"));
}

#[tokio::test]
async fn the_root_greets_programs_and_leads_people_to_the_public_chat() {
    let app = TestApp::start().await;
    let greeting = reqwest::get(&app.url).await.unwrap().json::<serde_json::Value>().await.unwrap();
    assert_eq!(greeting["msg"], "hello");
    assert_eq!(Browser::new(&app).get("/").await.location, "/sign-in");
    assert!(Browser::of(&app, "ada").await.get("/").await.location.starts_with("/c/"));
}

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
    ada.submit(&details, &[("name", "liftoff"), ("topic", "Up"), ("private", "false")]).await.says("Your changes are saved.");
    let page = mira.get(&details).await;
    page.says("liftoff").says("Up").says("Owner").lacks("Archive…").lacks(r#"name="topic""#).says("Leave…");
    let page = ada.post(&details, &[("name", ""), ("topic", "kept while refused")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="name-problem""#).says("kept while refused");

    mira.submit(&format!("{room}/leave"), &[]).await.says("You left.");
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
    page.says("@mira").lacks("@ada</span></span><form");
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
    page.says(r#"value="mira" checked"#).says(r#"value="jonas""#).says(r#"value="Trio""#).lacks(r#"value="jonas" checked"#);
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
    assert_eq!(page.body.matches("first words</").count(), 1, "{}", page.body);
    let message = Browser::first(&page, &format!("{room}?at="));
    ada.submit(&format!("{messages}/{message}/edit"), &[("body", "second words")]).await.says("second words").lacks("first words");
    ada.submit(&format!("{messages}/{message}/react"), &[("emoji", "👍")]).await.says("👍");
    ada.submit(&format!("{messages}/{message}/delete"), &[]).await.lacks("second words");
    ada.post(&messages, &[("body", "  ")]).await.is(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_profile_is_changed_and_a_bad_one_refused_in_place() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let fields = [("username", "ada"), ("display_name", "Ada Vance"), ("email", "ada@example.org"), ("avatar_url", "")];
    ada.submit("/settings", &fields).await.says("Your changes are saved.").says("Ada Vance").says("ada@example.org");
    let page = ada.post("/settings", &[("username", "ada"), ("avatar_url", "javascript:alert(1)")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="avatar_url-problem""#);
    ada.get("/settings").await.lacks("javascript:");
    ada.submit("/settings/appearance", &[("theme", "dark")]).await.says(r#"data-theme="dark""#);
}

#[tokio::test]
async fn devices_are_listed_and_signed_out() {
    let app = TestApp::start().await;
    let (here, there) = (Browser::of(&app, "ada").await, Browser::new(&app));
    there.post("/sign-in", &[("login", "ada"), ("password", PASSWORD)]).await;
    let page = here.get("/settings/sessions").await;
    page.says("Firefox on Linux").says("This device").says("Sign out all others");
    let other = format!("/settings/sessions/{}/end", Browser::first(&page, "/settings/sessions/"));
    here.submit(&other, &[]).await.says("That device is signed out.").lacks("Sign out all others");
    assert!(there.get("/settings").await.location.starts_with("/sign-in"));

    there.post("/sign-in", &[("login", "ada"), ("password", PASSWORD)]).await;
    here.submit("/settings/sessions/end-others", &[]).await.says("All your other devices are signed out.");
    assert!(there.get("/settings").await.location.starts_with("/sign-in"));
    here.submit("/sign-out", &[]).await.says("You’re signed out.");
    assert!(here.get("/settings").await.location.starts_with("/sign-in"));
}

#[tokio::test]
async fn a_new_password_needs_the_old_one() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let page = ada.post("/settings/password", &[("current", "not it at all"), ("password", "another password")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="current-problem""#).lacks("another password");
    ada.submit("/settings/password", &[("current", PASSWORD), ("password", "another password")]).await.says("Your password is changed.");
    let fields = [("login", "ada"), ("password", PASSWORD)];
    Browser::new(&app).post("/sign-in", &fields).await.is(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_account_is_deactivated_with_its_password() {
    let app = TestApp::start().await;
    let (_admin, mira) = (Browser::of(&app, "ada").await, Browser::of(&app, "mira").await);
    let page = mira.post("/settings/account", &[("password", "not mine")]).await;
    page.is(StatusCode::BAD_REQUEST).says(r#"id="password-problem""#).says("<details class=\"confirm\" open");
    mira.submit("/settings/account", &[("password", PASSWORD)]).await.says("Your account is deactivated.");
    let fields = [("login", "mira"), ("password", PASSWORD)];
    mira.post("/sign-in", &fields).await.is(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn hostile_names_are_shown_as_text() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    let hostile = r#""><img src=x onerror=alert(1)>"#;
    ada.submit("/settings", &[("username", "ada"), ("display_name", hostile)]).await.says("Your changes are saved.");
    let room = ada.room(hostile, false).await;
    let paths = ["/rooms", "/people", "/settings", &room, &format!("{room}/details"), "/rooms?search=%22%3E%3Cimg+src%3Dx"];
    for path in paths {
        ada.get(path).await.is(StatusCode::OK).lacks("<img");
    }
    Browser::new(&app).post("/sign-in", &[("login", hostile), ("password", "x")]).await.lacks("<img");
    ada.get("/settings?done=%3Cimg%3E").await.lacks("<img").lacks(r#"role="status""#);
}

#[tokio::test]
async fn what_is_not_there_is_told_on_a_page() {
    let app = TestApp::start().await;
    let ada = Browser::of(&app, "ada").await;
    for path in ["/no-such-page", "/c/999", "/c/999/details"] {
        ada.get(path).await.is(StatusCode::NOT_FOUND).says("Nothing here").says("Back to the chat");
    }
    ada.get("/c/x").await.is(StatusCode::BAD_REQUEST).says("<!DOCTYPE html>");
    let url = format!("{}/rooms", app.url);
    let malformed = ada.client.post(url).header(header::CONTENT_TYPE, "application/json").body("{}").send().await.unwrap();
    Page::of(malformed).await.is(StatusCode::BAD_REQUEST).says("<!DOCTYPE html>");
}
