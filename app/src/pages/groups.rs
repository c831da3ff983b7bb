//! A new group: choose people, perhaps give it a name. One form: its first button searches and keeps what is
//! ticked, its second one posts.

use leptos::prelude::*;
use protocol::{MAX_NAME_CHARACTERS, Start, User};

use super::people::PersonName;
use super::sheet::{Empty, Sheet};
use crate::components::avatar::Avatar;
use crate::components::form::{Alert, Field, Problem};

/// What was chosen so far.
#[derive(Clone, Debug, Default)]
pub struct GroupTyped {
    pub name: String,
    pub search: String,
    /// Those who are ticked.
    pub chosen: Vec<User>,
}

/// The form for a new group.
#[component]
pub fn NewGroup(
    start: Start,
    typed: GroupTyped,
    /// Who was found, less those who are ticked.
    found: Vec<User>,
    /// What was wrong with the last attempt.
    #[prop(optional)]
    problem: Problem,
) -> impl IntoView {
    let nobody = found.is_empty();
    let heading = if typed.search.is_empty() {
        "Nobody else is here yet".to_owned()
    } else {
        format!("Nobody else matches “{}”", typed.search)
    };
    let row = |user: User, chosen| view! { <Choice user=user chosen=chosen/> };
    view! {
        <Sheet start=start title="New group" back="/people">
            <form class="form" method="post" action="/groups">
                <Alert message=problem.beyond(&["name", "people"])/>
                <div class="search" role="search">
                    <input type="search" name="search" value=typed.search aria-label="Search people"
                        placeholder="Search people" autocomplete="off" maxlength="64"/>
                    <button class="button" formmethod="get" formaction="/groups/new">"Search"</button>
                </div>
                <fieldset class="people">
                    <legend>"Who is in it, besides you"</legend>
                    {problem.at("people").map(|problem| view! { <p class="problem" role="alert">{problem}</p> })}
                    <ul class="list">
                        {typed.chosen.into_iter().map(|user| row(user, true)).collect_view()}
                        {found.into_iter().map(|user| row(user, false)).collect_view()}
                    </ul>
                    {nobody.then(|| view! { <Empty heading=heading lead="Those you ticked stay ticked while you search."/> })}
                </fieldset>
                <Field label="Name" name="name" value=typed.name most=MAX_NAME_CHARACTERS
                    hint="Without one, it is called after its people." problem=problem.at("name")/>
                <div class="actions">
                    <button class="button primary">"Start the group"</button>
                    <a class="button plain" href="/people">"Cancel"</a>
                </div>
            </form>
        </Sheet>
    }
    .into_any()
}

#[component]
fn Choice(user: User, chosen: bool) -> impl IntoView {
    view! {
        <li>
            <label class="row">
                <input type="checkbox" name="people" value=user.username.clone() checked=chosen/>
                <Avatar user=user.clone()/>
                <PersonName user=user own=false/>
            </label>
        </li>
    }
    .into_any()
}
