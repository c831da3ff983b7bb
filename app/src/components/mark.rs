use leptos::prelude::*;

/// Confab's mark: two voices, one of them turned to the other.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <path
                fill="var(--accent)"
                d="M4 13.5C4 8.8 8.3 5 13.5 5S23 8.8 23 13.5 18.7 22 13.5 22c-1 0-2-.1-2.9-.4L5.5 24l1-4.3C5 18.1 4 15.9 4 13.5Z"
            />
            <path
                fill="var(--ink)"
                opacity=".82"
                d="M25 12.6c1.9 1.5 3 3.6 3 5.9 0 2-.8 3.8-2.2 5.2l.8 3.5-4.1-1.9c-.8.2-1.6.3-2.5.3-2.7 0-5.1-1.1-6.6-2.9 6.4-.1 11.5-4.7 11.6-10.1Z"
            />
        </svg>
    }
}
