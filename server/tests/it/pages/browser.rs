//! A browser without script.

use reqwest::{StatusCode, header, redirect};

use crate::{app::TestApp, person::builder};

pub const PASSWORD: &str = "correct horse battery";

/// A browser without script: it keeps cookies, asks for pages, and doesn't follow redirects, so that each is seen.
pub struct Browser {
    pub client: reqwest::Client,
    base: String,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
}

impl Browser {
    pub fn new(app: &TestApp) -> Self {
        let mut headers = header::HeaderMap::new();
        headers.insert(header::ACCEPT, header::HeaderValue::from_static("text/html,*/*;q=0.8"));
        let client = builder()
            .cookie_store(true)
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            .user_agent("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0");
        Self { client: client.build().expect("a client"), base: app.url.clone() }
    }

    /// A browser in which `name` has just signed up.
    pub async fn of(app: &TestApp, name: &str) -> Self {
        let browser = Self::new(app);
        let page = browser.post("/sign-up", &[("username", name), ("password", PASSWORD)]).await;
        assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/"), "{}", page.body);
        browser
    }

    pub async fn get(&self, path: &str) -> Page {
        Page::of(self.client.get(format!("{}{path}", self.base)).send().await.expect("an answer")).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        Page::of(self.client.post(format!("{}{path}", self.base)).form(fields).send().await.expect("an answer")).await
    }

    /// Posts a form that is meant to succeed, and goes where it leads.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(path, fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}: {}", page.body);
        let next = self.get(&page.location).await;
        Page { location: page.location, ..next }
    }

    /// Makes a room; its address comes back.
    pub async fn room(&self, name: &str, private: bool) -> String {
        let private = if private { "true" } else { "false" };
        self.post("/rooms", &[("name", name), ("private", private)]).await.location
    }

    /// The number in an address under `start` that the page links or posts to.
    pub fn first(page: &Page, start: &str) -> String {
        let rest = page.body.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", page.body)).1;
        rest.chars().take_while(char::is_ascii_digit).collect()
    }
}

impl Page {
    pub async fn of(response: reqwest::Response) -> Self {
        let status = response.status();
        let location = response.headers().get(header::LOCATION).map(|value| value.to_str().expect("text").to_owned());
        Self { status, location: location.unwrap_or_default(), body: response.text().await.expect("a body") }
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "“{text}” is not in {}", self.body);
        self
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "“{text}” is in {}", self.body);
        self
    }

    #[track_caller]
    pub fn is(&self, status: StatusCode) -> &Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}
