use leptos::prelude::*;

use crate::{
    browser,
    components::{
        dynamic::{act, part},
        icon::{Glyph, Icon},
    },
};

/// Program text, verbatim, with a button that copies it.
#[component]
pub fn CodeBlock(language: String, text: String) -> impl IntoView {
    let copied = RwSignal::new(false);
    let source = text.clone();
    let copy = act(move || {
        browser::copy(&source);
        copied.set(true);
        browser::after(1_500, move || {
            // The message may be gone by then.
            let _ = copied.try_set(false);
        });
    });
    let sign = part(move || {
        let glyph = if copied.get() { Glyph::Check } else { Glyph::Copy };
        view! { <Icon glyph /> }.into_any()
    });
    view! {
        <div class="code">
            <pre tabindex="0"><code data-language=language>{text}</code></pre>
            <button class="icon needs-script" type="button" title="Copy" aria-label="Copy code" on:click=copy>
                {sign}
            </button>
        </div>
    }
}
