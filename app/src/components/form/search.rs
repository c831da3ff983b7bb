//! A search that is an ordinary GET form: its result has an address that can be kept.

use leptos::prelude::*;

/// A search field with its button.
#[component]
pub fn SearchBox(
    /// The page that answers.
    action: String,
    /// What is searched, for screen readers and as a placeholder: "Search rooms".
    label: &'static str,
    /// What was searched.
    search: String,
) -> impl IntoView {
    let clear = (!search.is_empty()).then(|| view! { <a class="button plain" href=action.clone()>"Clear"</a> });
    view! {
        <form class="search" role="search" method="get" action=action>
            <input type="search" name="search" value=search aria-label=label placeholder=label autocomplete="off" maxlength="64"/>
            <button class="button">"Search"</button>
            {clear}
        </form>
    }
    .into_any()
}
