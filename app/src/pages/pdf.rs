//! A PDF in a page: the browser's own viewer in a frame, and a link for browsers that have none in pages, as on phones.

use leptos::prelude::*;

use crate::components::dynamic::element;

/// What a PDF looks like.
#[component]
pub fn Pdf(
    /// The address at which it is shown in place.
    source: String,
    /// What it is called.
    name: String,
) -> impl IntoView {
    // No viewer starts in a frame with the attribute `sandbox`. Where the frame isn't displayed, a lazy one never loads.
    let frame = element("iframe", &[("src", &source), ("title", &name), ("loading", "lazy")], ().into_any());
    view! {
        <div class="pdf">
            {frame}
            <a class="button" href=source>"Open the PDF"</a>
        </div>
    }
    .into_any()
}
