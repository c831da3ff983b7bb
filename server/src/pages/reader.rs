//! Who reads a page, and how a page is made for them.

use app::{
    components::form::Done,
    context::{Assets, Visitor},
    shell::{self, Head},
};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use chat::{Caller, Chat};
use leptos::prelude::IntoView;
use protocol::{Error, Start, Theme};

use crate::{AppState, error, session::SignedIn};

/// A signed-in reader: an extractor that sends everyone else to sign in.
pub struct Reader {
    pub chat: Chat,
    pub caller: Caller,
    pub nonce: String,
    pub assets: Assets,
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = error::Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> error::Result<Self> {
        let SignedIn(caller) = SignedIn::from_request_parts(parts, state).await?;
        let nonce = parts.extensions.get::<Visitor>().map(|visitor| visitor.nonce.clone()).unwrap_or_default();
        Ok(Self { chat: state.chat.clone(), caller, nonce, assets: state.assets() })
    }
}

impl Reader {
    /// What every page of theirs starts from.
    pub async fn start(&self) -> error::Result<Start> {
        Ok(self.chat.start(self.caller, None).await?)
    }

    /// A plain page in the reader's colours.
    pub fn page<V: IntoView>(
        &self,
        status: StatusCode,
        title: &str,
        theme: Theme,
        view: impl FnOnce() -> V,
    ) -> Response {
        page(&self.assets, status, title, theme, view)
    }

    /// A page on which the wasm does more than the forms do: its function of that name takes over.
    pub fn enhanced<V: IntoView>(
        &self,
        status: StatusCode,
        title: &str,
        theme: Theme,
        start: &str,
        view: impl FnOnce() -> V,
    ) -> Response {
        let head = Head { title, theme, assets: &self.assets };
        (status, Html(shell::enhanced(&head, &self.nonce, start, view))).into_response()
    }
}

/// A plain page.
pub fn page<V: IntoView>(
    assets: &Assets,
    status: StatusCode,
    title: &str,
    theme: Theme,
    view: impl FnOnce() -> V,
) -> Response {
    (status, Html(shell::plain(&Head { title, theme, assets }, view))).into_response()
}

/// What of an error the form that was posted can say; anything else becomes a page of its own.
pub fn said_by_form(error: chat::Error) -> error::Result<Error> {
    match error {
        chat::Error::Refusal(
            refusal @ (Error::Invalid { .. }
            | Error::WrongPassword
            | Error::Conflict { .. }
            | Error::Forbidden { .. }
            | Error::TooLarge { .. }
            | Error::RefusedMedia { .. }
            | Error::NoRoom { .. }
            | Error::TooMany { .. }),
        ) => Ok(refusal),
        other => Err(other.into()),
    }
}

/// The status that a form shown again goes out with.
pub fn status(refusal: Option<&Error>) -> StatusCode {
    refusal.and_then(|refusal| StatusCode::from_u16(refusal.status()).ok()).unwrap_or(StatusCode::OK)
}

/// Adds when to try again, where the refusal says it.
pub fn with_retry(refusal: Option<&Error>, response: Response) -> Response {
    match refusal {
        Some(Error::TooMany { retry_after }) => {
            ([(header::RETRY_AFTER, retry_after.to_string())], response).into_response()
        }
        _ => response,
    }
}

/// Sends the browser on after a change; a reload there posts nothing again.
pub fn see(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Sends the browser on, where it is told what was done.
pub fn see_done(path: &str, done: Done) -> Response {
    let divider = if path.contains('?') { '&' } else { '?' };
    see(&format!("{path}{divider}done={}", done.as_str()))
}
