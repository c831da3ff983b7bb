use leptos::prelude::*;
use protocol::{Action, Message, MessageId, Reaction};

use crate::{api::message, browser, state::Store};

/// The emoji under a message; a click joins in, another takes it back.
#[component]
pub fn Reactions(message: RwSignal<Message>) -> impl IntoView {
    let store = Store::of_page();
    let reactions = Memo::new(move |_| message.with(|message| message.reactions.clone()));
    let id = message.with_untracked(|message| message.id);
    let chips = move || reactions.get().into_iter().map(|reaction| chip(store, id, reaction)).collect_view();
    view! {
        <Show when=move || reactions.with(|reactions| !reactions.is_empty())>
            <div class="reacts">{chips}</div>
        </Show>
    }
}

fn chip(store: Store, id: MessageId, reaction: Reaction) -> impl IntoView {
    let mine = reaction.users.contains(&store.me);
    let Reaction { emoji, users } = reaction;
    let count = users.len();
    let names: Vec<_> =
        users.iter().map(|id| if *id == store.me { "You".to_owned() } else { store.name(*id) }).collect();
    let label = format!("{emoji} {}", names.join(", "));
    let shown = emoji.clone();
    view! {
        <button
            class="react"
            class:mine=mine
            type="button"
            title=names.join(", ")
            aria-label=label
            aria-pressed=if mine { "true" } else { "false" }
            disabled=move || !store.may(Action::Post)
            on:click=move |_| react(store, id, &emoji, !mine)
        >
            <span>{shown}</span>
            <span>{count}</span>
        </button>
    }
}

/// Gives or takes back a reaction.
pub fn react(store: Store, id: MessageId, emoji: &str, on: bool) {
    let emoji = emoji.to_owned();
    browser::spawn(async move {
        if let Err(failure) = message::react(id, emoji, on).await {
            store.tell(failure.to_string());
        }
    });
}
