//! The files that wait for the next message, above the field that it is written in.

use leptos::prelude::*;

use crate::{
    components::{
        dynamic::{act, element, part},
        icon::Glyph,
        icon_button::icon_button,
    },
    pages::size::size,
    state::{Store, Upload},
};

/// A row for each file: how far it has come, and the way out.
#[component]
pub fn Tray() -> impl IntoView {
    let store = Store::of_page();
    part(move || {
        let rows: Vec<_> = store.tray_here().into_iter().map(|upload| row(store, upload)).collect();
        if rows.is_empty() {
            return ().into_any();
        }
        element("ul", &[("class", "tray"), ("aria-label", "Files to send")], rows.into_any())
    })
}

fn row(store: Store, upload: Upload) -> AnyView {
    let Upload { key, name, size: bytes, sent, id, refusal, .. } = upload;
    let again = move || {
        refusal.set(None);
        sent.set(0);
        store.tray_changed();
    };
    let state = part(move || {
        if let Some(sentence) = refusal.get() {
            let again = act(again);
            // What is too large stays so.
            let hidden = bytes.unsigned_abs() > store.max_upload;
            return view! {
                <span class="problem" role="alert">
                    {sentence}
                </span>
                <button class="link" type="button" hidden=hidden on:click=again>
                    "Try again"
                </button>
            }
            .into_any();
        }
        if id.get() > 0 {
            return element("span", &[("class", "meta")], size(bytes.unsigned_abs()).into_any());
        }
        let (max, value) = (bytes.to_string(), sent.get().to_string());
        element("progress", &[("max", &max), ("value", &value), ("aria-label", "Uploading")], ().into_any())
    });
    let remove = icon_button(Glyph::Close, "Remove", move || store.keep_in_tray(|upload| upload.key != key));
    element("li", &[], vec![element("b", &[], name.into_any()), state, remove].into_any())
}
