//! Choosing people: part of a form whose first button searches and keeps what is ticked.

use leptos::prelude::*;
use protocol::User;

use super::people::PersonName;
use super::sheet::Empty;
use crate::components::avatar::Avatar;
use crate::components::form::Problem;

/// What was chosen so far.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// What was searched.
    pub search: String,
    /// Those who are ticked.
    pub ticked: Vec<User>,
    /// Who was found, less those who are ticked.
    pub found: Vec<User>,
}

/// The fields of a form that choose people: `search` and `people`.
#[component]
pub fn Choose(
    chosen: Chosen,
    /// The page with the form: it answers the search.
    #[prop(into)]
    page: String,
    /// Whom one chooses, and for what.
    legend: &'static str,
    /// What to say where there is nobody to choose.
    nobody: &'static str,
    problem: Problem,
) -> impl IntoView {
    let Chosen { search, ticked, found } = chosen;
    let heading = if search.is_empty() { nobody.to_owned() } else { format!("Nobody else matches “{search}”") };
    let empty = found.is_empty();
    let row = |user: User, ticked| view! { <Choice user=user ticked=ticked/> };
    view! {
        <div class="search" role="search">
            <input type="search" name="search" value=search aria-label="Search people"
                placeholder="Search people" autocomplete="off" maxlength="64"/>
            <button class="button" formmethod="get" formaction=page formnovalidate=true>"Search"</button>
        </div>
        <fieldset class="people">
            <legend>{legend}</legend>
            {problem.at("people").map(|problem| view! { <p class="problem" role="alert">{problem}</p> })}
            <ul class="list">
                {ticked.into_iter().map(|user| row(user, true)).collect_view()}
                {found.into_iter().map(|user| row(user, false)).collect_view()}
            </ul>
            {empty.then(|| view! { <Empty heading=heading lead="Those you ticked stay ticked while you search."/> })}
        </fieldset>
    }
    .into_any()
}

#[component]
fn Choice(user: User, ticked: bool) -> impl IntoView {
    view! {
        <li>
            <label class="row">
                <input type="checkbox" name="people" value=user.username.clone() checked=ticked/>
                <Avatar user=user.clone()/>
                <PersonName user=user own=false/>
            </label>
        </li>
    }
    .into_any()
}
