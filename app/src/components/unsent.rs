//! A message of one's own that is on its way.

use leptos::prelude::*;

use crate::{
    components::{
        dynamic::{act, flag, part, when, words},
        message::{Byline, Face},
    },
    state::{Delivery, Store},
};

/// It is shown pale until the server has it, and with a reason and a choice if the server won't.
#[component]
pub fn UnsentRow(client_id: String, lead: bool) -> impl IntoView {
    let store = Store::of_page();
    let (body, files) = store.outbox.with_untracked(|outbox| {
        let unsent = outbox.iter().find(|unsent| unsent.client_id == client_id);
        unsent.map(|unsent| (unsent.body.clone(), unsent.files.len())).unwrap_or_default()
    });
    let key = client_id.clone();
    let delivery = move || {
        store
            .outbox
            .with(|outbox| outbox.iter().find(|unsent| unsent.client_id == key).map(|unsent| unsent.delivery.clone()))
    };
    let state = delivery.clone();
    let waiting = flag(move || state() == Some(Delivery::Waiting));
    let refusal = words(move || match delivery() {
        Some(Delivery::Refused { sentence }) => sentence,
        _ => String::new(),
    });
    let failed = part(move || {
        let sentence = refusal.get();
        if sentence.is_empty() {
            return ().into_any();
        }
        let (again, gone) = (client_id.clone(), client_id.clone());
        let again = act(move || store.retry(&again));
        let discard = act(move || store.discard(&gone));
        view! {
            <p class="refused" role="alert">
                <span>{sentence}</span>
                <button class="link" type="button" on:click=again>
                    "Try again"
                </button>
                <button class="link" type="button" on:click=discard>
                    "Delete"
                </button>
            </p>
        }
        .into_any()
    });
    let note = when(move || waiting.get(), || view! { <span class="quiet">"Waiting to be sent"</span> }.into_any());
    let hung = match files {
        0 => String::new(),
        1 => "1 file".to_owned(),
        files => format!("{files} files"),
    };
    let beside = if lead {
        view! { <Face user=store.me /> }.into_any()
    } else {
        view! { <span class="gutter"></span> }.into_any()
    };
    let line = if lead { view! { <Byline author=store.me /> }.into_any() } else { ().into_any() };
    view! {
        <article class="msg" class:more=!lead class:unsent=waiting data-row="" tabindex="-1">
            {beside}
            <div class="what">
                {line}
                <div class="text">
                    <p class="plain">{body}</p>
                    {hung}
                    {note}
                </div>
                {failed}
            </div>
        </article>
    }
}
