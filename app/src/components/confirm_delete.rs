use leptos::prelude::*;

use crate::{
    api::message,
    browser,
    components::dynamic::{act, follow},
    state::Store,
};

const ID: &str = "confirm-delete";

/// Asks before a message is deleted: that can't be undone.
#[component]
pub fn ConfirmDelete() -> impl IntoView {
    let store = Store::of_page();
    follow(move || {
        if store.deleting.get().is_some() {
            browser::open_dialog(ID);
        } else {
            browser::close_dialog(ID);
        }
    });
    let delete = act(move || {
        let Some(id) = store.deleting.get_untracked() else { return };
        store.deleting.set(None);
        store.editing.set(None);
        browser::spawn(async move {
            if let Err(failure) = message::delete(id).await {
                store.tell(failure.to_string());
            }
        });
    });
    let keep = act(move || store.deleting.set(None));
    let closed = move |_| {
        if !browser::is_dialog_open(ID) {
            store.deleting.set(None);
        }
    };
    view! {
        <dialog class="dialog" id=ID aria-labelledby="confirm-delete-title" on:close=closed>
            <h2 id="confirm-delete-title">"Delete this message?"</h2>
            <p>"Everyone will see that a message was deleted, but not what it said. This can’t be undone."</p>
            <div class="choices">
                <button class="button" type="button" on:click=keep>
                    "Keep it"
                </button>
                <button class="button danger" type="button" on:click=delete>
                    "Delete"
                </button>
            </div>
        </dialog>
    }
}
