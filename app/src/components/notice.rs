use leptos::prelude::*;

use crate::{
    browser,
    components::{
        dynamic::{follow, part},
        icon::Glyph,
        icon_button::icon_button,
    },
    state::Store,
};

/// How long a notice stays, in milliseconds.
const SHOWN_FOR: i64 = 6_000;

/// A sentence about what just happened, at the page's foot for a while.
#[component]
pub fn Notice() -> impl IntoView {
    let store = Store::of_page();
    let count = StoredValue::new(0_u32);
    follow(move || {
        if store.notice.get().is_some() {
            count.update_value(|count| *count += 1);
            let shown = count.get_value();
            browser::after(SHOWN_FOR, move || {
                // A later notice has a time of its own.
                if count.get_value() == shown {
                    store.notice.set(None);
                }
            });
        }
    });
    let notice = part(move || match store.notice.get() {
        None => ().into_any(),
        Some(sentence) => view! {
            <p class="notice">
                <span>{sentence}</span>
                {icon_button(Glyph::Close, "Dismiss", move || store.notice.set(None))}
            </p>
        }
        .into_any(),
    });
    view! {
        <div class="notices" role="status">
            {notice}
        </div>
    }
}
