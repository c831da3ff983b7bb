use leptos::prelude::*;

use crate::{
    components::dynamic::when,
    state::{Connection, Store},
};

/// Says that the socket is lost, for as long as it is.
#[component]
pub fn Banner() -> impl IntoView {
    let store = Store::of_page();
    let sentence = when(
        move || store.connection.get() == Connection::Offline,
        || view! { <p class="banner">"You’re offline. Messages are kept and sent when you’re back."</p> }.into_any(),
    );
    view! { <div role="status">{sentence}</div> }
}
