//! Everything that goes on for as long as the page is open.

use futures::channel::mpsc::{UnboundedSender, unbounded};
use leptos::prelude::*;
use protocol::ClientFrame;
use web_sys::{Event, KeyboardEvent, MouseEvent};

use crate::{
    browser::{self, document, listen, window},
    components::dynamic::follow,
    navigate,
    socket::{self, Hint},
    state::Store,
    upload,
};

/// Starts what the server couldn't: the reader's clock, the outbox, the socket.
pub fn begin(store: Store) {
    if let Some(id) = store.open_id.get_untracked() {
        store.looks_at(id);
    }
    // The server wrote times and days as UTC has them.
    browser::localize_times();
    store.local.set(true);
    store.publish_rows();
    store.load_outbox();

    let (hint, hints) = unbounded();
    browser::spawn(socket::keep_open(store, hints));
    watch_attention(store, hint);
    watch_links(store);
    watch_history(store);
    watch_keys(store);
    upload::watch(store);
    follow(move || tell_read(store));
    follow(move || browser::set_title(&title(store)));

    // For style sheets, and for tests: from now on the page answers.
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "");
    }
}

/// Whether someone looks, and whether the network is back.
fn watch_attention(store: Store, hint: UnboundedSender<Hint>) {
    store.attend();
    let hints = hint.clone();
    listen(&window(), "online", move |_: Event| drop(hints.unbounded_send(Hint::Try)));
    let hints = hint.clone();
    listen(&window(), "offline", move |_: Event| drop(hints.unbounded_send(Hint::Lost)));
    listen(&window(), "focus", move |_: Event| store.attend());
    listen(&document(), "visibilitychange", move |_: Event| {
        store.set_away(!browser::visible());
        store.attend();
        if browser::visible() {
            drop(hint.unbounded_send(Hint::Try));
        }
    });
}

/// Tells the server how far one has read.
fn tell_read(store: Store) {
    let Some(opened) = store.opened.get() else { return };
    let live = store.connection.get().is_live();
    let (id, seq) = (opened.conversation.id, opened.conversation.last_seq);
    let behind = store.with_state(|state| state.entries.get(&id).is_some_and(|entry| entry.read_seq < seq));
    if live && behind && store.attending.get() {
        store.send(ClientFrame::Read { conversation_id: id, seq });
    }
}

fn title(store: Store) -> String {
    let name = store.opened.get().map(|opened| store.title(&opened.conversation)).unwrap_or_default();
    let unread = store.unread_total.get();
    if unread > 0 { format!("({unread}) {name} · Confab") } else { format!("{name} · Confab") }
}

/// A click on a link to a conversation stays on the page.
fn watch_links(store: Store) {
    listen(&document(), "click", move |event: MouseEvent| {
        let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if modified || event.button() != 0 || event.default_prevented() {
            return;
        }
        let Some(link) = browser::link_of(&event) else { return };
        if link.has_attribute("data-switcher") {
            event.prevent_default();
            return store.switching.set(true);
        }
        if link.origin() != browser::origin() || !link.hash().is_empty() {
            return;
        }
        if let Some((id, linked)) = navigate::parse(&link.pathname(), &link.search()) {
            event.prevent_default();
            store.go(id, linked);
        }
    });
}

/// The browser's back and forward, and the phone's `#sidebar`.
fn watch_history(store: Store) {
    let follow = move || {
        let (path, query, hash) = browser::address();
        store.sidebar_open.set(hash == "#sidebar");
        if let Some((id, linked)) = navigate::parse(&path, &query)
            && hash != "#sidebar"
            && (store.open_id.get_untracked() != Some(id) || store.linked.get_untracked() != linked)
        {
            store.visit(id, linked);
        }
    };
    store.sidebar_open.set(browser::address().2 == "#sidebar");
    listen(&window(), "popstate", move |_: Event| follow());
}

fn watch_keys(store: Store) {
    listen(&window(), "keydown", move |event: KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            store.switching.update(|open| *open = !*open);
        }
    });
}
