use leptos::prelude::*;

use crate::{components::dynamic::words, state::Store};

/// Who is writing here. The line keeps its height when nobody is.
#[component]
pub fn Typing() -> impl IntoView {
    let store = Store::of_page();
    let sentence = words(move || {
        let names: Vec<_> = store.typists.with(|typists| typists.iter().map(|typist| typist.name.clone()).collect());
        match names.as_slice() {
            [] => String::new(),
            [one] => format!("{one} is typing…"),
            [one, two] => format!("{one} and {two} are typing…"),
            _ => "Several people are typing…".to_owned(),
        }
    });
    view! {
        <div class="typing" aria-live="off">
            {sentence}
        </div>
    }
}
