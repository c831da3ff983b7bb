//! What can be done with a message: shown beside the one under the pointer or with the focus.

use leptos::prelude::*;
use protocol::{Action, Message};

use crate::{
    browser,
    components::{
        icon::{Glyph, Icon},
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
    let palette = RwSignal::new(false);
    let emoji = move |emoji: &'static str| {
        let give = move |_| {
            let mine = message.with_untracked(|message| {
                message.reactions.iter().any(|r| r.emoji == emoji && r.users.contains(&store.me))
            });
            palette.set(false);
            react(store, id, emoji, !mine);
        };
        view! {
            <button class="icon" type="button" aria-label=format!("React with {emoji}") on:click=give>
                {emoji}
            </button>
        }
    };
    let copy_link = move |_| {
        browser::copy(&format!("{}{}", browser::origin(), navigate::address(place, Some(id))));
        store.tell("The link is copied.");
    };
    let [first, second, third, more @ ..] = PALETTE;
    view! {
        <div class="act" role="toolbar" aria-label="Message actions">
            <Show when=move || may_post() && palette.get()>
                <span class="palette">{more.map(emoji).into_iter().collect_view()}</span>
            </Show>
            <Show when=may_post>
                {[first, second, third].map(emoji).into_iter().collect_view()}
                <button
                    class="icon"
                    type="button"
                    aria-label="More reactions"
                    aria-expanded=move || if palette.get() { "true" } else { "false" }
                    on:click=move |_| palette.update(|open| *open = !*open)
                >
                    <Icon glyph=Glyph::Smile />
                </button>
            </Show>
            <button class="icon" type="button" aria-label="Copy link" title="Copy link" on:click=copy_link>
                <Icon glyph=Glyph::Link />
            </button>
            <Show when=move || own && may_post()>
                <button
                    class="icon"
                    type="button"
                    aria-label="Edit message"
                    title="Edit"
                    on:click=move |_| store.editing.set(Some(id))
                >
                    <Icon glyph=Glyph::Edit />
                </button>
            </Show>
            <Show when=may_delete>
                <button
                    class="icon"
                    type="button"
                    aria-label="Delete message"
                    title="Delete"
                    on:click=move |_| store.deleting.set(Some(id))
                >
                    <Icon glyph=Glyph::Trash />
                </button>
            </Show>
        </div>
    }
}
