//! `3-projects`: projects with files, and conversations of chosen people. Errors under `error`, a session cookie or a
//! bearer token.

mod auth;
mod conversation;
mod file;
mod message;
mod project;
mod user;

use protocol::Error;

use crate::{error::Result, routes::Routes};

pub fn router() -> Routes {
    auth::router()
        .merge(project::router())
        .merge(file::router())
        .merge(conversation::router())
        .merge(message::router())
        .merge(user::router())
}

/// What is private by nature is refused to strangers by one sentence, whether it exists or not.
fn members_only<T>(found: chat::Result<T>, refusal: &str) -> Result<T> {
    Ok(found.map_err(|error| match error {
        chat::Error::Refusal(Error::NotFound { .. }) => Error::forbidden(refusal).into(),
        other => other,
    })?)
}
