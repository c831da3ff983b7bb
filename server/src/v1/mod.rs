//! `/api/v1`: the product's own API, everything that the pages can do. Its rules:
//!
//! - Names are in `snake_case`, ids are integers, times are RFC 3339 in UTC.
//! - Whatever an answer has is always there: what is unknown or doesn't apply is `null`.
//! - Lists are `{"items", "next_cursor"}` ([`list::List`]).
//! - What a request doesn't know is refused rather than passed over, so that a misspelt field doesn't go unnoticed.
//! - Errors are `{"error": kind, "message": sentence, …}` ([`Voice::Own`]).

mod access_token;
mod account;
mod attachment;
pub mod bin;
mod conversation;
mod direct;
mod file;
mod folder;
mod group;
mod library;
pub mod list;
mod member;
mod message;
mod model;
mod optional;
mod place;
mod preview;
mod project;
mod reaction;
mod read;
mod room;
mod session;
mod text;
mod upload;
mod user;
mod version;

use crate::routes::Routes;

/// Its routes.
pub fn router() -> Routes {
    let nouns = [
        place::router(),
        account::router(),
        session::router(),
        access_token::router(),
        user::router(),
        conversation::router(),
        room::router(),
        group::router(),
        direct::router(),
        member::router(),
        message::router(),
        reaction::router(),
        read::router(),
        project::router(),
        file::router(),
        upload::router(),
        version::router(),
        folder::router(),
        library::router(),
        bin::router(),
        attachment::router(),
        preview::router(),
    ];
    nouns.into_iter().fold(Routes::default(), Routes::merge).below("/api/v1")
}
