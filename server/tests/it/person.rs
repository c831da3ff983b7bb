//! Someone with a browser: a cookie, forms, pages.

use reqwest::{Client, ClientBuilder, RequestBuilder, Response, header, redirect};

use crate::wire::Socket;

pub const PASSWORD: &str = "correct horse battery";
/// What a browser asks for when it navigates.
pub const PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A client that follows no redirects, so that tests see them.
pub fn client() -> Client {
    builder().redirect(redirect::Policy::none()).build().expect("a client")
}

/// Every client of the tests begins here. One that may speak TLS, as the one for S3 does, looks for its cryptography first,
/// and would read the system's certificates each time: nobody here has one.
pub fn builder() -> ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([])
}

/// A form as a browser on the page itself sends it.
pub fn form(url: &str, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    let request = client().post(format!("{url}{path}")).form(fields);
    request.header(header::ACCEPT, PAGE).header("sec-fetch-site", "same-origin")
}

/// The value of the session's cookie that a response sets.
pub fn set_cookie(response: &Response) -> Option<String> {
    let cookie = response.headers().get(header::SET_COOKIE)?.to_str().expect("text").to_owned();
    cookie.starts_with("confab_session=").then_some(cookie)
}

/// The token within.
pub fn token(cookie: &str) -> String {
    let pair = cookie.split(';').next().expect("a pair");
    pair.trim_start_matches("confab_session=").to_owned()
}

/// Someone who is signed in.
#[derive(Clone)]
pub struct Person {
    pub url: String,
    pub name: String,
    pub token: String,
}

impl Person {
    pub async fn sign_up(url: &str, name: &str) -> Self {
        let fields = [("username", name), ("password", PASSWORD)];
        Self::enter(url, name, "/sign-up", &fields).await
    }

    pub async fn sign_in(url: &str, name: &str) -> Self {
        Self::enter(url, name, "/sign-in", &[("login", name), ("password", PASSWORD)]).await
    }

    async fn enter(url: &str, name: &str, path: &str, fields: &[(&str, &str)]) -> Self {
        let response = form(url, path, fields).send().await.expect("an answer");
        assert_eq!(response.status(), 303, "{path} of {name}");
        let token = token(&set_cookie(&response).expect("a cookie"));
        Self { url: url.to_owned(), name: name.to_owned(), token }
    }

    fn cookie(&self) -> String {
        format!("confab_session={}", self.token)
    }

    /// Asks for a page as a browser does.
    pub async fn get(&self, path: &str) -> Response {
        let request = client().get(format!("{}{path}", self.url)).header(header::ACCEPT, PAGE);
        request.header(header::COOKIE, self.cookie()).send().await.expect("an answer")
    }

    /// A form, to be sent.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        form(&self.url, path, fields).header(header::COOKIE, self.cookie())
    }

    /// Posts a form, which must be taken; returns where it leads.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let response = self.form(path, fields).send().await.expect("an answer");
        assert_eq!(response.status(), 303, "{path} {fields:?}");
        response.headers()[header::LOCATION].to_str().expect("text").to_owned()
    }

    /// Whether the sign-in is good.
    pub async fn is_signed_in(&self) -> bool {
        self.get("/rooms").await.status() == 200
    }

    /// A socket that has said nothing yet.
    pub async fn connect(&self) -> Socket {
        Socket::open(&self.url, &[("cookie", &self.cookie())]).await.expect("a socket")
    }

    /// A socket that knows nothing and has caught up with the person's own stream.
    pub async fn listen(&self) -> Socket {
        let mut socket = self.connect().await;
        socket.resume(Some(0), None, &[]).await;
        socket
    }
}
