//! Where one writes. Before the page comes to life it is an ordinary form.

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    prelude::*,
};
use protocol::{Action, ClientFrame, ConversationId, Kind};

use crate::{
    browser::{self, storage},
    components::{
        dynamic::{flag, maybe, part, when, words},
        icon::{Glyph, Icon},
        tray,
        typing::Typing,
    },
    state::{Opened, Store},
};

const ID: &str = "composer";
/// Why a message with files can't be sent yet.
const ON_WAY: &str = "Send once all files are up";
/// One's own writing is told at most this often, in milliseconds.
const TELL_TYPING_EVERY: i64 = 3_000;

/// The foot of a conversation: a field to write in, or why there is none.
#[component]
pub fn Foot() -> impl IntoView {
    let store = Store::of_page();
    let writable = flag(move || store.opened.with(Option::is_none) || store.may(Action::Post));
    let field =
        part(move || if writable.get() { view! { <Composer /> }.into_any() } else { view! { <Closed /> }.into_any() });
    view! {
        <footer class="foot">
            <div class="column">
                <Typing />
                {field}
            </div>
        </footer>
    }
}

#[component]
fn Composer() -> impl IntoView {
    let store = Store::of_page();
    let told_at = StoredValue::new(0_i64);
    let on_way = flag(move || store.tray_up().is_none());
    let post = move || {
        let body = browser::read_field(ID);
        let Some(files) = untrack(|| store.tray_up()) else { return store.tell(ON_WAY) };
        if body.trim().is_empty() && files.is_empty() {
            return;
        }
        store.post(body.trim_end(), files);
        let here = untrack(|| store.place_here());
        store.tray.keep(|upload| upload.place != here);
        browser::write_field(ID, "");
        if let Some(id) = store.open_id.get_untracked() {
            storage::remove(&draft_key(store, id));
        }
        told_at.set_value(0);
        store.go_to_latest();
    };
    let wrote = move |_| {
        let body = browser::read_field(ID);
        if let Some(id) = store.open_id.get_untracked() {
            storage::set(&draft_key(store, id), &body);
            if !body.is_empty() && browser::now() - told_at.get_value() > TELL_TYPING_EVERY {
                told_at.set_value(browser::now());
                store.send(ClientFrame::Typing { conversation_id: id });
            }
        }
        browser::grow(ID);
    };
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.shift_key() && !event.is_composing() && browser::has_pointer() => {
            event.prevent_default();
            post();
        }
        "ArrowUp" if browser::read_field(ID).is_empty() => {
            event.prevent_default();
            edit_last(store);
        }
        _ => {}
    };
    // Each conversation has a draft of its own; what was typed before the page came to life is one too.
    Effect::new(move |before: Option<()>| {
        let draft = store.open_id.get().and_then(|id| storage::get(&draft_key(store, id)));
        if before.is_some() || browser::read_field(ID).is_empty() {
            browser::write_field(ID, &draft.unwrap_or_default());
        }
    });
    let prompt = words(move || store.opened.get().map(|opened| prompt(store, &opened)).unwrap_or_default());
    let action = maybe(move || store.open_id.get().map(|id| format!("/c/{id}/messages")));
    let send = words(move || if on_way.get() { ON_WAY } else { "Send" }.to_owned());
    view! {
        <form
            class="composer"
            method="post"
            enctype="multipart/form-data"
            action=action
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                post();
            }
        >
            <input type="hidden" name="client_id" value="" />
            {tray::rows(store.tray, "Files to send", move || store.place_here())}
            <textarea
                id=ID
                name="body"
                rows="1"
                autocomplete="off"
                enterkeyhint="send"
                placeholder=prompt
                aria-label=prompt
                on:input=wrote
                on:keydown=keys
            ></textarea>
            <div class="bar">
                <label class="icon attach" title="Attach files">
                    <Icon glyph=Glyph::Clip />
                    <input type="file" id="files" name="file" multiple aria-label="Attach files" />
                </label>
                <span class="hint" aria-hidden="true">
                    <b>"**bold**"</b>
                    <i>"_italic_"</i>
                    <code>"`code`"</code>
                    <span>"> quote"</span>
                </span>
                <button class="send" aria-label=send disabled=on_way title=send>
                    <Icon glyph=Glyph::Send />
                </button>
            </div>
        </form>
    }
}

fn prompt(store: Store, opened: &Opened) -> String {
    let title = store.title(&opened.conversation);
    if opened.conversation.kind.is_personal() { format!("Message {title}") } else { format!("Message #{title}") }
}

fn draft_key(store: Store, id: ConversationId) -> String {
    format!("confab:draft:{}:{id}", store.me)
}

/// Takes up the last message that one wrote here.
fn edit_last(store: Store) {
    let last = store.with_open_window(|window| {
        window.messages.iter().rev().find(|m| m.author_id == store.me && m.deleted_at.is_none()).map(|m| m.id)
    });
    if last.is_some() {
        store.editing.set(last);
    }
}

/// Why nothing can be written here, and what can be done about it.
#[component]
fn Closed() -> impl IntoView {
    let store = Store::of_page();
    let joinable = flag(move || store.may(Action::Join));
    let sentence = words(move || {
        let Some(opened) = store.opened.get() else { return String::new() };
        let sentence = match opened.conversation {
            ref c if c.archived_at.is_some() => "This conversation is archived: it can be read, but not added to.",
            ref c if c.kind == Kind::Room && joinable.get() => {
                "You’re looking in. Join to write here and to be told what’s new."
            }
            _ => "You’re no longer a member of this conversation.",
        };
        sentence.to_owned()
    });
    let join = move || {
        let action = maybe(move || store.open_id.get().map(|id| format!("/c/{id}/join")));
        view! {
            <form method="post" action=action>
                <button class="button primary">"Join"</button>
            </form>
        }
        .into_any()
    };
    view! {
        <div class="closed">
            <p>{sentence}</p>
            {when(move || joinable.get(), join)}
        </div>
    }
}
