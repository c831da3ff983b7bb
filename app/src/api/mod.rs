//! What the page asks the server for, beside the socket: functions that run on the server and are called from the
//! browser, JSON both ways. Each says in a few lines which use case of `chat` it stands for.

pub mod conversation;
pub mod message;
pub mod user;

use protocol::Error;
use serde::{Deserialize, Serialize};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::json::JsonEncoding;

/// Why the server didn't do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Failure(pub Error);

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            // No answer at all: there is no way to the server at the moment.
            ServerFnErrorErr::Request(_) => Error::Unavailable,
            ServerFnErrorErr::Args(message) | ServerFnErrorErr::MissingArg(message) => Error::invalid("body", message),
            _ => Error::Fault { request_id: String::new() },
        })
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Error::Unavailable => f.write_str("We can’t reach the server at the moment."),
            ref error => error.fmt(f),
        }
    }
}

/// Asks `chat` on behalf of whoever is signed in. A refusal goes out with its own status; a fault is logged once, here.
#[cfg(feature = "ssr")]
async fn ask<T, F>(use_case: impl FnOnce(chat::Chat, chat::Caller) -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, chat::Error>>,
{
    use leptos::prelude::expect_context;

    let visitor = expect_context::<crate::context::Visitor>();
    let response = expect_context::<leptos_axum::ResponseOptions>();
    let answer = match visitor.caller {
        Some(caller) => use_case(expect_context(), caller).await,
        None => Err(Error::SignedOut.into()),
    };
    answer.map_err(|error| {
        let error = error.report(&visitor.request_id);
        if let Ok(status) = axum::http::StatusCode::from_u16(error.status()) {
            response.set_status(status);
        }
        Failure(error)
    })
}
