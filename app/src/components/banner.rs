use leptos::prelude::*;

use crate::state::{Connection, Store};

/// Says that the socket is lost, for as long as it is.
#[component]
pub fn Banner() -> impl IntoView {
    let store = Store::of_page();
    let offline = Memo::new(move |_| store.connection.get() == Connection::Offline);
    view! {
        <div role="status">
            <Show when=move || offline.get()>
                <p class="banner">"You’re offline. Messages are kept and sent when you’re back."</p>
            </Show>
        </div>
    }
}
