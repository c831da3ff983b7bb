//! Where one can go: the place, the quick switcher, one's conversations, oneself.

use leptos::prelude::*;
use protocol::{ConversationId, Entry, Kind, Start, User, UserId};

use crate::{
    components::{
        avatar::{Avatar, AvatarSize},
        dynamic::{flag, maybe, number, part, when, words},
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
                    "Projects"
                    <a class="icon" href="/p/new" aria-label="New project">
                        <Icon glyph=Glyph::Plus />
                    </a>
                </h2>
                <Entries section=Section::Projects />
                <a class="room subtle" href="/p">
                    <span class="sign">
                        <Icon glyph=Glyph::Folder />
                    </span>
                    <span class="name">"All projects"</span>
                </a>
                <h2>
                    "Direct"
                    <a class="icon" href="/people" aria-label="New direct message">
                        <Icon glyph=Glyph::Plus />
                    </a>
                </h2>
                <Entries section=Section::Direct />
                {when(move || store.section(Section::Direct).with(Vec::is_empty), find_people)}
            </div>
            <Oneself />
        </nav>
    }
}

fn find_people() -> AnyView {
    view! {
        <a class="room subtle" href="/people">
            <span class="sign">
                <Icon glyph=Glyph::People />
            </span>
            <span class="name">"Find people"</span>
        </a>
    }
    .into_any()
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
    let title = words(move || {
        entry.with(|entry| entry.as_ref().map(|entry| store.title(&entry.conversation)).unwrap_or_default())
    });
    let unread = number(move || {
        let seen = store.open_id.get() == Some(id) && store.attending.get();
        if seen { 0 } else { entry.with(|entry| entry.as_ref().map_or(0, Entry::unread)) }
    });
    let personal = entry.with_untracked(|entry| entry.as_ref().is_some_and(|e| e.conversation.kind.is_personal()));
    let further = entry.with_untracked(|entry| {
        entry.as_ref().is_some_and(|e| e.conversation.kind == Kind::Group && e.conversation.project_id.is_some())
    });
    let current = maybe(move || (store.open_id.get() == Some(id)).then(|| "page".to_owned()));
    let count = part(move || match unread.get() {
        0 => ().into_any(),
        unread => view! {
            <span class="count" class:me=personal>
                {count(unread)}
                <span class="quiet">" unread"</span>
            </span>
        }
        .into_any(),
    });
    view! {
        <a
            class="room"
            class:unread=flag(move || unread.get() != 0)
            class:further=further
            href=format!("/c/{id}")
            aria-current=current
        >
            <span class="sign">
                <Sign entry />
            </span>
            <span class="name">{title}</span>
            {count}
        </a>
    }
}

fn count(unread: i64) -> String {
    if unread > 99 { "99+".to_owned() } else { unread.to_string() }
}

/// The signs that aren't faces; people's ids begin at 1.
const HASH: i64 = 0;
const LOCK: i64 = -1;
const GROUP: i64 = -2;
const PROJECT: i64 = -3;

/// What sort of conversation it is: a hash, a lock, a folder, or the face of the other person.
#[component]
fn Sign(entry: Signal<Option<Entry>>) -> impl IntoView {
    let store = Store::of_page();
    // The other person of a direct chat, or one of these: a message changes none of it.
    let sign = number(move || {
        entry.with(|entry| {
            let Some(conversation) = entry.as_ref().map(|entry| &entry.conversation) else { return HASH };
            match (conversation.kind, conversation.private) {
                (Kind::Direct, _) => conversation.people.iter().find(|id| **id != store.me).unwrap_or(&store.me).0,
                (Kind::Group, _) => GROUP,
                (Kind::Project, _) => PROJECT,
                (_, true) => LOCK,
                _ => HASH,
            }
        })
    });
    part(move || match sign.get() {
        HASH => view! { <Icon glyph=Glyph::Hash /> }.into_any(),
        LOCK => view! { <Icon glyph=Glyph::Lock /> }.into_any(),
        PROJECT => view! { <Icon glyph=Glyph::Folder /> }.into_any(),
        GROUP => view! { <Icon glyph=Glyph::Group /> }.into_any(),
        other => {
            let other = UserId(other);
            let online = flag(move || store.is_online(other));
            store
                .user(other)
                .map(|user: User| view! { <Avatar user size=AvatarSize::Small online /> }.into_any())
                .into_any()
        }
    })
}

/// Who is signed in: the way to one's settings, and out.
#[component]
fn Oneself() -> impl IntoView {
    let store = Store::of_page();
    let face = part(move || {
        let user = store.account.get().user;
        let online = flag(move || store.connection.get().is_live());
        view! { <Avatar user size=AvatarSize::Medium online /> }.into_any()
    });
    view! {
        <div class="self">
            <a href="/settings">
                {face}
                <span class="who">
                    <span>{words(move || store.account.get().user.display_name)}</span>
                    <span class="status">{words(move || store.connection.get().words().to_owned())}</span>
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
