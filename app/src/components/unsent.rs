//! A message of one's own that is on its way.

use leptos::prelude::*;

use crate::{
    components::message::{Byline, Face},
    state::{Delivery, Store},
};

/// It is shown pale until the server has it, and with a reason and a choice if the server won't.
#[component]
pub fn UnsentRow(client_id: String, lead: bool) -> impl IntoView {
    let store = Store::of_page();
    let key = client_id.clone();
    let unsent = Memo::new(move |_| {
        store.outbox.with(|outbox| outbox.iter().find(|unsent| unsent.client_id == key).cloned())
    });
    let body = move || unsent.get().map(|unsent| unsent.body);
    let waiting = move || unsent.with(|u| u.as_ref().is_some_and(|u| u.delivery == Delivery::Waiting));
    let refusal = move || match unsent.get()?.delivery {
        Delivery::Refused { sentence } => Some(sentence),
        _ => None,
    };
    let failed = move || {
        let (again, drop) = (client_id.clone(), client_id.clone());
        refusal().map(move |sentence| {
            view! {
                <p class="refused" role="alert">
                    <span>{sentence}</span>
                    <button class="link" type="button" on:click=move |_| store.retry(&again)>
                        "Try again"
                    </button>
                    <button class="link" type="button" on:click=move |_| store.discard(&drop)>
                        "Delete"
                    </button>
                </p>
            }
        })
    };
    let beside = if lead {
        view! { <Face user=store.me /> }.into_any()
    } else {
        view! { <span class="gutter"></span> }.into_any()
    };
    view! {
        <article class="msg" class:more=!lead class:unsent=waiting data-row="" tabindex="-1">
            {beside}
            <div class="what">
                {lead.then(|| view! { <Byline author=store.me /> })}
                <div class="text">
                    <p class="plain">{body}</p>
                </div>
                {failed}
            </div>
        </article>
    }
}
