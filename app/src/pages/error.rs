//! What people see when a page can't be shown: what happened, whether it helps to try again, and a way on.

use leptos::prelude::*;
use protocol::Error;

use super::gate::Gate;

/// The page for a refusal.
#[component]
pub fn ErrorPage(
    /// What happened.
    error: Error,
    /// Whether the reader is signed in: decides where the way on leads.
    signed_in: bool,
    /// The id under which the server logged the request.
    request_id: String,
) -> impl IntoView {
    let (heading, lead) = words(&error);
    let fault = matches!(error, Error::Fault { .. });
    let (href, way_on) = if signed_in { ("/", "Back to the chat") } else { ("/sign-in", "Sign in") };
    view! {
        <Gate heading=heading lead=lead>
            {(fault && !request_id.is_empty()).then(|| view! {
                <p class="reference">"If it happens again, tell whoever runs this place about request "
                    <code>{request_id}</code></p>
            })}
            <a class="button primary wide" href=href>{way_on}</a>
        </Gate>
    }
}

/// The heading for the browser's tab and the page.
pub fn error_heading(error: &Error) -> &'static str {
    words(error).0
}

fn words(error: &Error) -> (&'static str, String) {
    let said = error.to_string();
    match error {
        Error::NotFound { .. } => {
            ("Nothing here", format!("{said} It may have been removed, or it isn’t for you to see."))
        }
        Error::Forbidden { .. } => ("That isn’t allowed", said),
        Error::SignedOut | Error::WrongPassword => ("You’re signed out", said),
        Error::TooMany { .. } => ("One moment, please", said),
        Error::Invalid { .. } | Error::UnsupportedMedia { .. } | Error::RefusedMedia { .. } => {
            ("That didn’t work", said)
        }
        Error::Conflict { .. } => ("Something stands in the way", said),
        Error::TooLarge { .. } => ("That is too large", said),
        Error::NoRoom { .. } => ("There is no room for that", said),
        Error::Unavailable => ("Back in a moment", said),
        Error::Fault { .. } => {
            ("Something went wrong", "The fault is on our side and has been logged. Please try again.".into())
        }
    }
}
