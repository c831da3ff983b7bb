use leptos::prelude::*;

use crate::{
    browser,
    components::icon::{Glyph, Icon},
    state::Store,
};

/// How long a notice stays, in milliseconds.
const SHOWN_FOR: i64 = 6_000;

/// A sentence about what just happened, at the page's foot for a while.
#[component]
pub fn Notice() -> impl IntoView {
    let store = Store::of_page();
    let count = StoredValue::new(0_u32);
    Effect::new(move || {
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
    view! {
        <div class="notices" role="status">
            <Show when=move || store.notice.get().is_some()>
                <p class="notice">
                    <span>{move || store.notice.get()}</span>
                    <button class="icon" type="button" aria-label="Dismiss" on:click=move |_| store.notice.set(None)>
                        <Icon glyph=Glyph::Close />
                    </button>
                </p>
            </Show>
        </div>
    }
}
