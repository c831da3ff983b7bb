//! `5-messenger`: one public chat, private chats of two, records of files that are kept elsewhere, people. Its document is
//! exact, so statuses, texts and keys are as it says; what stands beside its keys comes after them.

mod auth;
mod file;
mod message;
mod private_message;
mod user;

use protocol::User;
use serde::Serialize;
use utoipa::ToSchema;

use crate::routes::Routes;

const UNKNOWN_USER: &str = "User not found";

pub fn router() -> Routes {
    auth::router().merge(message::router()).merge(private_message::router()).merge(file::router()).merge(user::router())
}

/// Who wrote a message.
#[derive(Serialize, ToSchema)]
#[schema(as = MessengerAuthor)]
struct Author {
    id: i64,
    username: String,
    avatar_url: Option<String>,
}

impl From<&User> for Author {
    fn from(user: &User) -> Self {
        Self { id: user.id.0, username: user.username.clone(), avatar_url: user.avatar_url.clone() }
    }
}

/// What was done.
#[derive(Serialize, ToSchema)]
#[schema(as = MessengerDone)]
struct Done {
    message: &'static str,
}
