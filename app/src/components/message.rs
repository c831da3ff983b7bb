//! A message.

use leptos::{ev::PointerEvent, prelude::*};
use protocol::{Message, UserId};

use crate::{
    components::{
        actions::Actions,
        attachments::attachments,
        avatar::{Avatar, AvatarSize},
        dynamic::{Read, act, flag, number, part, when, words},
        edit_box::EditBox,
        icon::{Glyph, Icon},
        reactions::Reactions,
        rich_text,
        time::clock,
    },
    navigate,
    state::Store,
};

/// A message with its author, or without if it goes on where the one before ended.
#[component]
pub fn MessageRow(message: RwSignal<Message>, lead: bool) -> impl IntoView {
    let store = Store::of_page();
    let (id, author, place, at) = message.with_untracked(|m| (m.id, m.author_id, m.conversation_id, m.created_at));
    let active = flag(move || store.active.get() == Some(id));
    let linked = flag(move || store.linked.get() == Some(id));
    let deleted = flag(move || message.with(|message| message.deleted_at.is_some()));
    let mention = flag(move || {
        let me = store.account.with(|account| account.user.username.clone());
        message.with(|message| rich_text::mentions(&message.blocks, &me))
    });
    let enter = move |event: PointerEvent| {
        // A finger's touch is no hovering; it has a button of its own.
        if event.pointer_type() == "mouse" && store.editing.get_untracked().is_none() {
            store.active.set(Some(id));
        }
    };
    let link = navigate::address(place, Some(id));
    let sent = view! {
        <a class="at" href=link>
            {clock(at)}
        </a>
    };
    let (beside, name) = if lead {
        (view! { <Face user=author /> }.into_any(), view! { <Byline author />{sent} }.into_any())
    } else {
        (view! { <span class="gutter">{sent}</span> }.into_any(), ().into_any())
    };
    let more = move || {
        let then = act(move || store.active.set(Some(id)));
        view! {
            <button
                class="icon more-actions needs-script"
                type="button"
                tabindex="-1"
                aria-label="Message actions"
                on:click=then
            >
                <Icon glyph=Glyph::More />
            </button>
        }
        .into_any()
    };
    let acting = move || active.get() && !deleted.get() && store.editing.get() != Some(id);
    view! {
        <article
            class="msg"
            class:more=!lead
            class:mention=mention
            class:linked=linked
            class:active=active
            data-row=id.to_string()
            tabindex="-1"
            on:pointerenter=enter
            on:focusin=move |_| store.active.set(Some(id))
        >
            {beside}
            <div class="what">
                {name}
                <Text message deleted />
                {attachments(message)}
                <Reactions message />
            </div>
            {when(move || !deleted.get(), more)}
            {when(acting, move || view! { <Actions message /> }.into_any())}
        </article>
    }
}

/// What it says, or a field to change that, or that it is gone.
#[component]
fn Text(message: RwSignal<Message>, deleted: Read<bool>) -> impl IntoView {
    let store = Store::of_page();
    let (id, author) = message.with_untracked(|message| (message.id, message.author_id));
    let editing = flag(move || store.editing.get() == Some(id) && author == store.me);
    let edited = number(move || message.with(|message| message.edited_at.map_or(0, |at| at.0)));
    part(move || {
        if deleted.get() {
            return view! { <p class="gone">"This message was deleted."</p> }.into_any();
        }
        if editing.get() {
            return view! { <EditBox message /> }.into_any();
        }
        let mark = match edited.get() {
            0 => ().into_any(),
            _ => view! { <span class="edited">"edited"</span> }.into_any(),
        };
        let me = store.account.with(|account| account.user.username.clone());
        let text = message.with_untracked(|message| rich_text::text(message, &me));
        view! { <div class="text">{text} {mark}</div> }.into_any()
    })
}

/// The author's face.
#[component]
pub fn Face(user: UserId, #[prop(optional)] size: AvatarSize) -> impl IntoView {
    let store = Store::of_page();
    part(move || match store.user(user) {
        Some(user) => view! { <Avatar user size /> }.into_any(),
        None => view! { <span class="avatar"></span> }.into_any(),
    })
}

/// The author's name.
#[component]
pub fn Byline(author: UserId) -> impl IntoView {
    let store = Store::of_page();
    view! { <span class="by">{words(move || store.name(author))}</span> }
}
