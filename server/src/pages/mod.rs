//! The pages and the forms on them. A handler loads through [`chat`], renders a page of [`app`], or takes what a form
//! posted and sends the browser on (303), so that a reload never posts again. Nothing here needs script.

mod access_token;
mod attachment;
mod choose;
mod conversation;
mod details;
mod error;
mod fields;
mod groups;
mod home;
mod message;
mod people;
mod project;
mod reader;
mod rooms;
mod session;
mod settings;

use axum::{
    Router,
    routing::{get, post},
};

use crate::{AppState, upload};

pub use error::error_page;
pub use home::lead as lead_home;

/// Every page and every form.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(session::sign_in_form).post(session::sign_in))
        .route("/sign-up", get(session::sign_up_form).post(session::sign_up))
        .route("/sign-out", post(session::sign_out))
        .merge(conversations())
        .route("/rooms", get(rooms::browse).post(rooms::create))
        .route("/rooms/new", get(rooms::form))
        .route("/people", get(people::show))
        .route("/direct/{user}", post(people::open_direct))
        .route("/groups", post(groups::create))
        .route("/groups/new", get(groups::form))
        .merge(project::router())
        .merge(own_account())
}

fn conversations() -> Router<AppState> {
    let uploads = upload::routes(Router::new().route("/c/{id}/messages", post(message::send)));
    Router::new()
        .route("/c/{id}", get(conversation::show))
        .route("/c/{id}/join", post(conversation::join))
        .route("/c/{id}/leave", post(conversation::leave))
        .route("/c/{id}/messages/{message}/edit", post(message::edit))
        .route("/c/{id}/messages/{message}/delete", post(message::delete))
        .route("/c/{id}/messages/{message}/react", post(message::react))
        .route("/c/{id}/details", get(details::show).post(details::change))
        .route("/c/{id}/archive", post(details::archive))
        .route("/c/{id}/members", post(details::add))
        .route("/c/{id}/members/{user}/remove", post(details::remove))
        .route("/c/{id}/members/{user}/role", post(details::appoint))
        .route("/c/{id}/files", get(attachment::list))
        .route("/c/{id}/files/{file}", get(attachment::view))
        .merge(uploads)
}

fn own_account() -> Router<AppState> {
    Router::new()
        .route("/settings", get(settings::profile).post(settings::change_profile))
        .route("/settings/password", get(settings::password).post(settings::change_password))
        .route("/settings/sessions", get(settings::sessions))
        .route("/settings/sessions/end-others", post(settings::end_other_sessions))
        .route("/settings/sessions/{session}/end", post(settings::end_session))
        .route("/settings/tokens", get(access_token::list).post(access_token::create))
        .route("/settings/tokens/{token}/revoke", post(access_token::revoke))
        .route("/settings/appearance", get(settings::appearance).post(settings::change_appearance))
        .route("/settings/account", get(settings::account).post(settings::deactivate))
}
