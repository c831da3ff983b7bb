use leptos::{children::Children, prelude::*};

use crate::{
    components::{dynamic::maybe, sidebar::Sidebar},
    state::Store,
};

/// What every signed-in page stands in: the sidebar, and beside it the page.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let store = Store::of_page();
    let side = maybe(move || store.sidebar_open.get().then(|| "open".to_owned()));
    view! {
        <div class="app" data-side=side>
            <a class="quiet" href="#main">"Skip to content"</a>
            <Sidebar />
            <main class="main" id="main">
                {children()}
            </main>
        </div>
    }
}
