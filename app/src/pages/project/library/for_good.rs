use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};

/// A small button that asks before something goes for good.
#[component]
pub fn ForGood(
    /// What the button is called.
    label: String,
    action: String,
) -> impl IntoView {
    view! {
        <details class="manage" name="manage">
            <summary class="icon" aria-label=label.clone() title=label><Icon glyph=Glyph::Trash/></summary>
            <form class="menu" method="post" action=action>
                <p class="meta">"It goes for good, for everyone in the project. This can’t be undone."</p>
                <button class="button primary danger">"Delete for good"</button>
            </form>
        </details>
    }
    .into_any()
}
