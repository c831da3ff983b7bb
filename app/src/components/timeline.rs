//! The messages of the open conversation: at most a window of them, which moves as one scrolls.

use leptos::{
    ev::{KeyboardEvent, MouseEvent, PointerEvent},
    prelude::*,
};
use protocol::Kind;

use crate::{
    browser,
    components::{
        dynamic::{act, follow, maybe, part, when, words},
        icon::{Glyph, Icon},
        message::MessageRow,
        time::day,
        unsent::UnsentRow,
    },
    navigate,
    state::{Item, Store},
};

/// History is fetched when one comes this close to an end of what is held, in CSS pixels.
const FETCH_WITHIN: f64 = 1_200.0;
/// "Jump to latest" appears this far from the newest message, in CSS pixels.
const FAR: f64 = 400.0;

/// The messages, in a scroller that begins and stays at the newest.
#[component]
pub fn Timeline() -> impl IntoView {
    let store = Store::of_page();
    let far = RwSignal::new(false);
    let scrolled = move || {
        let distances = browser::distances();
        far.set(distances.to_bottom > FAR);
        store.attend();
        if distances.to_top < FETCH_WITHIN {
            store.load_older();
        }
        if distances.to_bottom < FETCH_WITHIN {
            store.load_newer();
        }
    };
    // A page of history may have been so short that there is nothing to scroll yet.
    follow(move || {
        store.items.track();
        if !store.extending.get() {
            browser::after(0, scrolled);
        }
    });
    let keys = move |event: KeyboardEvent| {
        let down = match event.key().as_str() {
            "ArrowDown" => true,
            "ArrowUp" => false,
            _ => return,
        };
        if store.editing.get_untracked().is_none() {
            event.prevent_default();
            browser::step(down);
        }
    };
    view! {
        <div class="timeline-frame">
            <section
                class="timeline"
                id="timeline"
                aria-label="Messages"
                tabindex="0"
                on:scroll=move |_| scrolled()
                on:keydown=keys
                on:pointerleave=move |event: PointerEvent| {
                    // A finger that is lifted leaves, too, and only then its tap counts.
                    if event.pointer_type() == "mouse" && store.editing.get_untracked().is_none() {
                        store.active.set(None);
                    }
                }
            >
                <div class="rows">
                    <Beginning />
                    <For each=move || store.items.get() key=Item::clone let:item>
                        <Row item />
                    </For>
                    <End />
                </div>
            </section>
            <JumpToLatest far />
            <div class="quiet" aria-live="polite">
                {words(move || store.announcement.get())}
            </div>
        </div>
    }
}

#[component]
fn Row(item: Item) -> impl IntoView {
    let store = Store::of_page();
    match item {
        Item::Day { at, .. } => view! {
            <div class="day" data-row="">
                {day(at)}
            </div>
        }
        .into_any(),
        Item::New => view! {
            <div class="new" data-row="">
                "New"
            </div>
        }
        .into_any(),
        Item::Message { id, lead } => {
            store.row(id).map(|message| view! { <MessageRow message=message.into() lead /> }).into_any()
        }
        Item::Unsent { client_id, lead } => view! { <UnsentRow client_id lead /> }.into_any(),
    }
}

/// What stands above the oldest row: more to come, or the conversation's beginning, or why there is nothing.
#[component]
fn Beginning() -> impl IntoView {
    let store = Store::of_page();
    part(move || {
        if let Some(sentence) = store.failure.get() {
            return view! { <Failed sentence /> }.into_any();
        }
        if store.loading.get() {
            return view! { <Loading /> }.into_any();
        }
        if !store.at_oldest.get() {
            return view! { <Earlier /> }.into_any();
        }
        view! { <Welcome /> }.into_any()
    })
}

/// A link without script: the page around the oldest message. With it, the rows come by themselves.
#[component]
fn Earlier() -> impl IntoView {
    let store = Store::of_page();
    let href = store.with_open_window(|window| {
        window.messages.first().map(|first| navigate::address(first.conversation_id, Some(first.id)))
    });
    let load: Box<dyn FnMut(MouseEvent)> = Box::new(move |event| {
        event.prevent_default();
        store.load_older();
    });
    view! {
        <a class="edge" href=href on:click=load>
            {words(move || if store.extending.get() { "Loading earlier messages…" } else { "Earlier messages" }.to_owned())}
        </a>
    }
}

#[component]
fn End() -> impl IntoView {
    let store = Store::of_page();
    let later = move || {
        let href = maybe(move || store.open_id.get().map(|id| navigate::address(id, None)));
        let label = move || if store.extending.get() { "Loading later messages…" } else { "Later messages" }.to_owned();
        let load: Box<dyn FnMut(MouseEvent)> = Box::new(move |event| {
            event.prevent_default();
            store.load_newer();
        });
        view! {
            <a class="edge" href=href on:click=load>
                {words(label)}
            </a>
        }
        .into_any()
    };
    when(move || !store.at_newest.get() && !store.loading.get(), later)
}

/// The beginning of a conversation: what it is and what to do here.
#[component]
fn Welcome() -> impl IntoView {
    let store = Store::of_page();
    part(move || {
        let Some(opened) = store.opened.get() else { return ().into_any() };
        let conversation = opened.conversation;
        let title = store.title(&conversation);
        let (heading, lead) = match conversation.kind {
            Kind::Direct => (title.clone(), format!("This is where you and {title} talk. Only you two can see it.")),
            Kind::Group => (title, "A conversation among the few of you. Only its members can see it.".to_owned()),
            _ if conversation.topic.is_empty() => {
                (format!("# {title}"), "This is where it begins. Say hello.".to_owned())
            }
            _ => (format!("# {title}"), conversation.topic),
        };
        view! {
            <div class="beginning" data-row="">
                <h2>{heading}</h2>
                <p>{lead}</p>
            </div>
        }
        .into_any()
    })
}

/// Grey lines where messages will be. They appear only when it takes long enough to be noticed.
#[component]
fn Loading() -> impl IntoView {
    let row = |width: u8| {
        view! {
            <div class="ghost">
                <span class="avatar"></span>
                <span style=format!("width:{width}%")></span>
            </div>
        }
    };
    view! {
        <div class="ghosts" role="status">
            <span class="quiet">"Loading messages"</span>
            {[62, 38, 71, 45, 56].map(row).into_iter().collect_view()}
        </div>
    }
}

#[component]
fn Failed(sentence: String) -> impl IntoView {
    let store = Store::of_page();
    let again = act(move || store.fetch_again());
    view! {
        <div class="failed" role="alert">
            <Icon glyph=Glyph::Warning />
            <p>{sentence}</p>
            <button class="button" type="button" on:click=again>
                "Try again"
            </button>
        </div>
    }
}

#[component]
fn JumpToLatest(far: RwSignal<bool>) -> impl IntoView {
    let store = Store::of_page();
    let away = move || far.get() || !store.at_newest.get();
    let unread = move || {
        store.opened.track();
        let id = store.open_id.get()?;
        let unread = store.with_state(|state| state.entries.get(&id).map(protocol::Entry::unread))?;
        (unread > 0).then(|| format!("{unread} new"))
    };
    let button = move || {
        let jump = act(move || store.go_to_latest());
        view! {
            <button class="jump button needs-script" type="button" on:click=jump>
                <Icon glyph=Glyph::Bottom />
                <span>{words(move || unread().unwrap_or_else(|| "Jump to latest".to_owned()))}</span>
            </button>
        }
        .into_any()
    };
    when(move || away() && !store.loading.get(), button)
}
