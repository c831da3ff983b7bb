//! A question before something that can't be taken back: a disclosure, so that it works without script.

use leptos::prelude::*;

/// A button that opens a question; only the button inside posts.
#[component]
pub fn Confirm(
    /// What the outer button says, ending in "…".
    label: &'static str,
    /// What will happen, in a sentence.
    #[prop(into)]
    question: String,
    /// Where the answer is posted.
    #[prop(into)]
    action: String,
    /// What the inner button says.
    yes: &'static str,
    /// Whether something is lost by it.
    #[prop(default = true)]
    danger: bool,
) -> impl IntoView {
    view! {
        <details class="confirm">
            <summary class="button" class:careful=danger>{label}</summary>
            <form method="post" action=action>
                <p>{question}</p>
                <button class="button primary" class:danger=danger>{yes}</button>
            </form>
        </details>
    }
    .into_any()
}
