//! Where one can go: the place, the quick switcher, one's conversations, oneself.

use leptos::prelude::*;
use protocol::{ConversationId, Entry, Kind, Start, User};

use crate::{
    components::{
        avatar::{Avatar, AvatarSize},
        icon::{Glyph, Icon},
        mark::Mark,
    },
    state::{Section, Store},
};

/// The sidebar. On a phone it is a page of its own, reached by `#sidebar`.
#[component]
pub fn Sidebar() -> impl IntoView {
    let store = Store::of_page();
    view! {
        <nav class="side" id="sidebar" aria-label="Conversations">
            <a class="place" href="/">
                <Mark />
                {store.place_name()}
            </a>
            <a class="find" href="/rooms" data-switcher="">
                "Find or jump to…"
                <kbd>"Ctrl K"</kbd>
            </a>
            <div class="rooms">
                <h2>
                    "Rooms"
                    <a class="icon" href="/rooms/new" aria-label="New room">
                        <Icon glyph=Glyph::Plus />
                    </a>
                </h2>
                <Entries section=Section::Rooms />
                <a class="room subtle" href="/rooms">
                    <span class="sign">
                        <Icon glyph=Glyph::Search />
                    </span>
                    <span class="name">"Browse rooms"</span>
                </a>
                <h2>
                    "Direct"
                    <a class="icon" href="/people" aria-label="New direct message">
                        <Icon glyph=Glyph::Plus />
                    </a>
                </h2>
                <Entries section=Section::Direct />
                <Show when=move || store.section(Section::Direct).with(Vec::is_empty)>
                    <a class="room subtle" href="/people">
                        <span class="sign">
                            <Icon glyph=Glyph::People />
                        </span>
                        <span class="name">"Find people"</span>
                    </a>
                </Show>
            </div>
            <Oneself />
        </nav>
    }
}

/// The sidebar of a page without script, which provides its own store.
#[component]
pub fn StaticSidebar(start: Start) -> impl IntoView {
    provide_context(Store::new(start, None));
    view! { <Sidebar /> }
}

#[component]
fn Entries(section: Section) -> impl IntoView {
    let store = Store::of_page();
    view! {
        <For each=move || store.section(section).get() key=|id| *id let:id>
            <EntryLink id />
        </For>
    }
}

/// One conversation: its sign, its name, and how much is unread in it.
#[component]
fn EntryLink(id: ConversationId) -> impl IntoView {
    let store = Store::of_page();
    let entry = store.entry(id);
    let title = Memo::new(move |_| entry.with(|entry| entry.as_ref().map(|entry| store.title(&entry.conversation))));
    let unread = Memo::new(move |_| {
        let seen = store.open_id.get() == Some(id) && store.attending.get();
        if seen { 0 } else { entry.with(|entry| entry.as_ref().map_or(0, Entry::unread)) }
    });
    let personal = entry.with_untracked(|entry| entry.as_ref().is_some_and(|e| e.conversation.kind.is_personal()));
    let current = move || (store.open_id.get() == Some(id)).then_some("page");
    view! {
        <a class="room" class:unread=move || unread.get() != 0 href=format!("/c/{id}") aria-current=current>
            <span class="sign">
                <Sign entry />
            </span>
            <span class="name">{move || title.get()}</span>
            <Show when=move || unread.get() != 0>
                <span class="count" class:me=personal>
                    {move || count(unread.get())}
                    <span class="quiet">" unread"</span>
                </span>
            </Show>
        </a>
    }
}

fn count(unread: i64) -> String {
    if unread > 99 { "99+".to_owned() } else { unread.to_string() }
}

/// What sort of conversation it is: a hash, a lock, or the face of the other person.
#[component]
fn Sign(entry: Signal<Option<Entry>>) -> impl IntoView {
    let store = Store::of_page();
    let kind = Memo::new(move |_| {
        entry.with(|entry| {
            let conversation = &entry.as_ref()?.conversation;
            let other = conversation.people.iter().copied().find(|id| *id != store.me).unwrap_or(store.me);
            Some((conversation.kind, conversation.private, other))
        })
    });
    move || match kind.get() {
        Some((Kind::Direct, _, other)) => {
            let online = Signal::derive(move || store.is_online(other));
            store
                .user(other)
                .map(|user: User| view! { <Avatar user size=AvatarSize::Small online /> })
                .into_any()
        }
        Some((Kind::Group, ..)) => view! { <Icon glyph=Glyph::Group /> }.into_any(),
        Some((_, true, _)) => view! { <Icon glyph=Glyph::Lock /> }.into_any(),
        _ => view! { <Icon glyph=Glyph::Hash /> }.into_any(),
    }
}

/// Who is signed in: the way to one's settings, and out.
#[component]
fn Oneself() -> impl IntoView {
    let store = Store::of_page();
    let face = move || {
        let user = store.account.get().user;
        let online = Signal::derive(move || store.connection.get().is_live());
        view! { <Avatar user size=AvatarSize::Medium online /> }
    };
    view! {
        <div class="self">
            <a href="/settings">
                {face}
                <span class="who">
                    <span>{move || store.account.get().user.display_name}</span>
                    <span class="status">{move || store.connection.get().words()}</span>
                </span>
                <span class="quiet">"Settings"</span>
            </a>
            <form method="post" action="/sign-out">
                <button class="icon" aria-label="Sign out" title="Sign out">
                    <Icon glyph=Glyph::Leave />
                </button>
            </form>
        </div>
    }
}
