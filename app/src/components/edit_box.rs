use leptos::{ev::KeyboardEvent, prelude::*};
use protocol::Message;

use crate::{
    api::message,
    browser,
    components::dynamic::{act, flag, follow},
    state::Store,
};

/// A message's source, to be changed in place: Enter saves, Escape leaves it as it was.
#[component]
pub fn EditBox(message: RwSignal<Message>) -> impl IntoView {
    const ID: &str = "edit";
    let store = Store::of_page();
    let (id, before) = message.with_untracked(|message| (message.id, message.body.clone()));
    let saving = RwSignal::new(false);
    let leave = move || {
        store.editing.set(None);
        browser::focus("composer");
    };
    let original = before.clone();
    let save = move || {
        let body = browser::read_field(ID);
        if body.trim().is_empty() && message.with_untracked(|message| message.files.is_empty()) {
            return store.deleting.set(Some(id));
        }
        if body == original {
            return leave();
        }
        saving.set(true);
        browser::spawn(async move {
            match message::edit(id, body).await {
                Ok(()) => leave(),
                Err(failure) => {
                    saving.set(false);
                    store.tell(failure.to_string());
                }
            }
        });
    };
    let save_by_key = save.clone();
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.shift_key() && !event.is_composing() => {
            event.prevent_default();
            save_by_key();
        }
        "Escape" => {
            event.stop_propagation();
            leave();
        }
        _ => {}
    };
    let disabled = flag(move || saving.get());
    let cancel = act(leave);
    let save = act(save);
    follow(move || {
        browser::grow(ID);
        browser::focus(ID);
        browser::caret_to_end(ID);
    });
    view! {
        <div class="edit">
            <textarea
                id=ID
                rows="1"
                aria-label="Edit message"
                prop:value=before
                disabled=disabled
                on:input=move |_| browser::grow(ID)
                on:keydown=keys
            ></textarea>
            <div class="bar">
                <span class="hint">"Enter to save · Esc to cancel"</span>
                <button class="button" type="button" on:click=cancel>
                    "Cancel"
                </button>
                <button class="button primary" type="button" disabled=disabled on:click=save>
                    "Save"
                </button>
            </div>
        </div>
    }
}
