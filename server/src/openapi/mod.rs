//! The API's description, gathered from the handlers themselves, and the page to read and try it.
//!
//! A handler describes what it does when all goes well, and refusals of its own. What every operation may refuse is
//! added by rule, so that it can't be forgotten: see [`refusals`].

mod page;
mod refusals;

use std::sync::LazyLock;

use axum::{Extension, Router, http::header, middleware::from_fn, response::IntoResponse, routing::get};
use utoipa::{
    OpenApi,
    openapi::{
        ComponentsBuilder, OpenApi as Document,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use crate::{
    AppState, Settings, documented,
    rate_limit::{self, RateLimits},
    routes::Routes,
    session, v1,
    voice::Voice,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Confab", description = include_str!("about.md")),
    tags(
        (name = "v1 place", description = "The place itself. Like everything under `/api/v1`, part of its own API."),
        (name = "v1 account", description = "One’s own account."),
        (name = "v1 session", description = "Signing in and out, and where one is signed in."),
        (name = "v1 access token", description = "What programs that act for a person come in with."),
        (name = "v1 user", description = "Everyone in the place."),
        (name = "v1 conversation", description = "Where people talk: the public chat, rooms, direct and group chats, projects."),
        (name = "v1 room", description = "Rooms to choose from, and new ones."),
        (name = "v1 group", description = "A few people without a room."),
        (name = "v1 direct", description = "Two people, always the same two."),
        (name = "v1 member", description = "Who is in a conversation."),
        (name = "v1 message", description = "What is said."),
        (name = "v1 reaction", description = "An emoji under a message."),
        (name = "v1 project", description = "People with a conversation of their own, and files."),
        (name = "v1 file", description = "Files of projects and of messages."),
        (name = "v1 upload", description = "Files that come in parts, and go on where they broke off: tus 1.0 (https://tus.io), which clients exist for."),
        (name = "v1 library", description = "A project’s files in their folders, and what was thrown away."),
        (name = "1-basic, 2-direct", description = "What the first two documented APIs share."),
        (name = "1-basic", description = "A documented API: accounts, and messages to someone or to everyone."),
        (name = "2-direct", description = "A documented API: chats of two."),
        (name = "3-projects", description = "A documented API: projects, files and conversations."),
        (name = "4-rooms", description = "A documented API: rooms."),
        (name = "5-messenger", description = "A documented API: the public chat, private chats, records of files."),
    )
)]
struct Description;

/// The description: made when it is first asked for, since its thousands of small pieces take longer, and more memory, than all
/// else at the start.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    let described = apis().into_iter().fold(Description::openapi(), |mut document, (api, voice)| {
        let mut described = api.describe();
        refusals::describe(&mut described, voice);
        document.merge(described);
        document
    });
    complete(described).to_json().unwrap_or_default()
});

/// All routes that programs use, their description, and its page.
pub fn router(settings: &Settings) -> Router<AppState> {
    let routes = apis().into_iter().fold(Router::new(), |routes, (api, _)| routes.merge(Router::from(api)));
    routes
        .layer(from_fn(rate_limit::keep))
        .layer(Extension(RateLimits::new(settings)))
        .route("/api/openapi.json", get(show))
        .merge(page::router())
}

/// The APIs, each with the voice in which it tells its errors.
fn apis() -> Vec<(Routes, Voice)> {
    let mut apis = vec![(v1::router(), Voice::Own)];
    apis.extend(documented::routers());
    apis
}

async fn show() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

/// Adds how one signs in.
fn complete(mut document: Document) -> Document {
    let components = document.components.get_or_insert_with(|| ComponentsBuilder::new().build());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT or access token");
    let bearer = bearer.description(Some("The token of a sign-in, or an access token."));
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    let cookie = "The session of a browser that is signed in here. It is sent by itself; there is nothing to type in.";
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(session::COOKIE, cookie));
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    components.headers.extend(refusals::headers());
    document
}
