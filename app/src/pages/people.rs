//! Everyone in the place.

use std::collections::BTreeSet;

use leptos::prelude::*;
use protocol::{Start, User, UserId};

use super::sheet::{Cut, Empty, SIDEBAR, Sheet};
use crate::components::avatar::Avatar;
use crate::components::form::SearchBox;

/// How many people are listed; the search finds the others.
pub const PEOPLE_SHOWN: i64 = 200;

/// The directory of people.
#[component]
pub fn People(
    start: Start,
    /// Who was found.
    people: Vec<User>,
    /// Those of them who are online.
    online: BTreeSet<UserId>,
    /// What was searched.
    search: String,
) -> impl IntoView {
    let me = start.account.user.id;
    let listed = people.len();
    let tools = view! { <a class="button" href="/groups/new">"New group"</a> }.into_any();
    let list = if people.is_empty() {
        let heading = format!("Nobody matches “{search}”");
        view! { <Empty heading=heading lead="Try part of a user name or of a display name."/> }.into_any()
    } else {
        let rows = people.into_iter().map(|user| {
            let online = online.contains(&user.id);
            view! { <PersonRow me=me online=online user=user/> }
        });
        view! { <ul class="list">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <Sheet start=start title="People" back=SIDEBAR tools=Some(tools)>
            <SearchBox action="/people".to_owned() label="Search people" search=search/>
            {list}
            <Cut listed=listed most=PEOPLE_SHOWN/>
        </Sheet>
    }
    .into_any()
}

#[component]
fn PersonRow(user: User, me: UserId, online: bool) -> impl IntoView {
    let (id, name, own) = (user.id, user.display_name.clone(), user.id == me);
    view! {
        <li class="row">
            <Avatar user=user.clone() online=online/>
            <PersonName user=user.clone() own=own/>
            {(!own).then(|| view! {
                <form method="post" action=format!("/direct/{id}")>
                    <button class="button">"Message" <span class="quiet">" " {name}</span></button>
                </form>
            })}
        </li>
    }
    .into_any()
}

/// A person's names, and what sets them apart.
#[component]
pub fn PersonName(
    user: User,
    /// Whether it is the reader.
    own: bool,
    /// A word more about them.
    #[prop(optional_no_strip)]
    role: Option<&'static str>,
) -> impl IntoView {
    view! {
        <span class="what">
            <span class="title">{user.display_name}</span>
            {own.then(|| view! { <span class="tag">"You"</span> })}
            {role.map(|role| view! { <span class="tag strong">{role}</span> })}
            {(role.is_none() && user.admin).then(|| view! { <span class="tag strong">"Admin"</span> })}
            {user.deactivated.then(|| view! { <span class="tag">"Deactivated"</span> })}
            <span class="meta">{format!("@{}", user.username)}</span>
        </span>
    }
    .into_any()
}
