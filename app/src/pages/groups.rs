//! A new group: choose people, perhaps give it a name. One form: its first button searches and keeps what is
//! ticked, its second one posts.

use leptos::prelude::*;
use protocol::{MAX_NAME_CHARACTERS, Start};

use super::choose::{Choose, Chosen};
use super::sheet::Sheet;
use crate::components::form::{Alert, Field, Problem};

/// The form for a new group.
#[component]
pub fn NewGroup(
    start: Start,
    /// What was typed as its name.
    name: String,
    chosen: Chosen,
    /// What was wrong with the last attempt.
    #[prop(optional)]
    problem: Problem,
) -> impl IntoView {
    view! {
        <Sheet start=start title="New group" back="/people">
            <form class="form" method="post" action="/groups">
                <Alert message=problem.beyond(&["name", "people"])/>
                <Choose chosen=chosen page="/groups/new" legend="Who is in it, besides you"
                    nobody="Nobody else is here yet" problem=problem.clone()/>
                <Field label="Name" name="name" value=name most=MAX_NAME_CHARACTERS
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
