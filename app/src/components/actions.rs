//! What can be done with a message: shown beside the one under the pointer or with the focus.

use leptos::prelude::*;
use protocol::{Action, Message};

use crate::{
    browser,
    components::{
        dynamic::{act, aria, when},
        icon::{Glyph, Icon},
        icon_button::icon_button,
        reactions::react,
    },
    navigate,
    state::Store,
};

/// The first three stand in the bar, the others behind the smile.
const PALETTE: [&str; 8] = ["👍", "🎉", "❤️", "😂", "👀", "✅", "🙏", "🚀"];

/// The bar of actions.
#[component]
pub fn Actions(message: RwSignal<Message>) -> impl IntoView {
    let store = Store::of_page();
    let (id, place, author) = message.with_untracked(|m| (m.id, m.conversation_id, m.author_id));
    let own = author == store.me;
    let may_post = move || store.may(Action::Post);
    let may_delete = move || (own && may_post()) || store.may(Action::Moderate);
    let copy_link = move || {
        browser::copy(&format!("{}{}", browser::origin(), navigate::address(place, Some(id))));
        store.tell("The link is copied.");
    };
    let edit = move || icon_button(Glyph::Edit, "Edit message", move || store.editing.set(Some(id)));
    let delete = move || icon_button(Glyph::Trash, "Delete message", move || store.deleting.set(Some(id)));
    view! {
        <div class="act" role="toolbar" aria-label="Message actions">
            {when(may_post, move || palette(store, message))}
            {icon_button(Glyph::Link, "Copy link", copy_link)}
            {when(move || own && may_post(), edit)}
            {when(may_delete, delete)}
        </div>
    }
}

fn palette(store: Store, message: RwSignal<Message>) -> AnyView {
    let open = RwSignal::new(false);
    let give = move |emoji: &'static str| {
        let give = act(move || {
            open.set(false);
            toggle(store, message, emoji);
        });
        view! {
            <button class="icon" type="button" aria-label=format!("React with {emoji}") on:click=give>
                {emoji}
            </button>
        }
        .into_any()
    };
    let [first, second, third, more @ ..] = PALETTE;
    let rest = move || {
        let rest: Vec<_> = more.map(give).into();
        view! { <span class="palette">{rest}</span> }.into_any()
    };
    let unfold = act(move || open.update(|open| *open = !*open));
    let few: Vec<_> = [first, second, third].map(give).into();
    view! {
        {when(move || open.get(), rest)}
        {few}
        <button
            class="icon"
            type="button"
            title="More reactions"
            aria-label="More reactions"
            aria-expanded=aria(move || open.get())
            on:click=unfold
        >
            <Icon glyph=Glyph::Smile />
        </button>
    }
    .into_any()
}

fn toggle(store: Store, message: RwSignal<Message>, emoji: &str) {
    let (id, mine) = message.with_untracked(|message| {
        let mine = message.reactions.iter().any(|r| r.emoji == emoji && r.users.contains(&store.me));
        (message.id, mine)
    });
    react(store, id, emoji, !mine);
}
