//! The files that wait for the next message, above the field that it is written in.

use leptos::prelude::*;

use crate::{
    components::{
        dynamic::{act, part},
        icon::Glyph,
        icon_button::icon_button,
    },
    pages::size::size,
    state::{Step, Store, Upload},
};

/// A row for each file: how far it has come, and the way out.
#[component]
pub fn Tray() -> impl IntoView {
    let store = Store::of_page();
    part(move || {
        let rows: Vec<_> = store.tray_here().into_iter().map(|upload| row(store, upload)).collect();
        if rows.is_empty() {
            return ().into_any();
        }
        view! {
            <ul class="tray" aria-label="Files to send">
                {rows}
            </ul>
        }
        .into_any()
    })
}

fn row(store: Store, upload: Upload) -> AnyView {
    let (key, name, of) = (upload.key, upload.name.clone(), upload.size);
    let state = part(move || match upload.step.get() {
        Step::Sent(sent) => {
            view! { <progress max=of.to_string() value=sent.to_string() aria-label="Uploading"></progress> }.into_any()
        }
        Step::Up(_) => view! { <span class="meta">{size(of)}</span> }.into_any(),
        Step::Refused(sentence) => {
            let upload = upload.clone();
            let again = act(move || store.bring_again(&upload));
            view! {
                <span class="problem" role="alert">
                    {sentence}
                </span>
                <button class="link" type="button" on:click=again>
                    "Try again"
                </button>
            }
            .into_any()
        }
    });
    view! {
        <li>
            <b>{name}</b>
            {state}
            {icon_button(Glyph::Close, "Remove", move || store.take_out(key))}
        </li>
    }
    .into_any()
}
