//! The page comes to life.

use leptos::prelude::*;
use protocol::{MessageId, Start};

use crate::{browser, json, pages::conversation::ConversationPage};

/// Takes over the page that the server rendered.
pub fn hydrate() {
    let text = browser::element("start").and_then(|element| element.text_content()).unwrap_or_default();
    let Ok((start, linked)) = json::read::<(Start, Option<MessageId>)>(text.as_bytes()) else {
        return leptos::logging::error!("the page's data can't be read");
    };
    leptos::mount::hydrate_body(move || view! { <ConversationPage start linked /> });
}
