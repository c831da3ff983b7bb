use leptos::prelude::*;
use protocol::{Action, Message, MessageId, Reaction};

use crate::{
    api::message,
    browser,
    components::dynamic::{act, flag, part},
    state::Store,
};

/// The emoji under a message; a click joins in, another takes it back.
#[component]
pub fn Reactions(message: RwSignal<Message>) -> impl IntoView {
    let store = Store::of_page();
    let id = message.with_untracked(|message| message.id);
    part(move || {
        let reactions = message.with(|message| message.reactions.clone());
        if reactions.is_empty() {
            return ().into_any();
        }
        let chips = reactions.into_iter().map(|reaction| chip(store, id, reaction)).collect_view();
        view! { <div class="reacts">{chips}</div> }.into_any()
    })
}

fn chip(store: Store, id: MessageId, reaction: Reaction) -> AnyView {
    let mine = reaction.users.contains(&store.me);
    let Reaction { emoji, users } = reaction;
    let count = users.len();
    let names: Vec<_> =
        users.iter().map(|id| if *id == store.me { "You".to_owned() } else { store.name(*id) }).collect();
    let label = format!("{emoji} {}", names.join(", "));
    let shown = emoji.clone();
    let closed = flag(move || !store.may(Action::Post));
    let toggle = act(move || react(store, id, &emoji, !mine));
    view! {
        <button
            class="react"
            class:mine=mine
            type="button"
            title=names.join(", ")
            aria-label=label
            aria-pressed=if mine { "true" } else { "false" }
            disabled=closed
            on:click=toggle
        >
            <span>{shown}</span>
            <span>{count.to_string()}</span>
        </button>
    }
    .into_any()
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
