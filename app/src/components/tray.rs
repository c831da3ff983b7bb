//! The files that are on their way, a row for each.

use leptos::prelude::*;

use crate::{
    components::{
        dynamic::{act, element, part},
        icon::Glyph,
        icon_button::icon_button,
    },
    pages::size::size,
    state::{Tray, Upload},
};

/// The files for a place: how far each has come, and the way out.
pub fn rows(tray: Tray, label: &'static str, place: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    part(move || {
        let rows: Vec<_> = tray.bound_for(&place()).into_iter().map(|upload| row(tray, upload)).collect();
        if rows.is_empty() {
            return ().into_any();
        }
        element("ul", &[("class", "tray"), ("aria-label", label)], rows.into_any())
    })
}

fn row(tray: Tray, upload: Upload) -> AnyView {
    let Upload { key, name, size: bytes, sent, id, refusal, .. } = upload;
    let again = move || {
        refusal.set(None);
        sent.set(0);
        tray.changed();
    };
    let state = part(move || {
        if let Some(sentence) = refusal.get() {
            let again = act(again);
            // What is too large stays so.
            let hidden = bytes.unsigned_abs() > tray.max_upload;
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
    let remove = icon_button(Glyph::Close, "Remove", move || tray.keep(|upload| upload.key != key));
    element("li", &[], vec![element("b", &[], name.into_any()), state, remove].into_any())
}
