use leptos::prelude::*;
use protocol::{MAX_DESCRIPTION_CHARACTERS, MAX_NAME_CHARACTERS, Start};

use crate::components::form::{Alert, Field, Problem, TextArea};
use crate::pages::choose::{Choose, Chosen};
use crate::pages::sheet::Sheet;

/// What was typed for a project.
#[derive(Clone, Debug, Default)]
pub struct ProjectTyped {
    pub name: String,
    pub description: String,
}

/// The form for a new project.
#[component]
pub fn NewProject(start: Start, typed: ProjectTyped, chosen: Chosen, problem: Problem) -> impl IntoView {
    view! {
        <Sheet start=start title="New project" back="/p">
            <form class="form" method="post" action="/p">
                <Alert message=problem.beyond(&["name", "description", "people"])/>
                <Field label="Name" name="name" value=typed.name required=true most=MAX_NAME_CHARACTERS
                    placeholder="Harbour bridge" problem=problem.at("name")/>
                <TextArea label="Description" name="description" value=typed.description
                    most=MAX_DESCRIPTION_CHARACTERS hint="What it is about. Its first line stands in the list of projects."
                    problem=problem.at("description")/>
                <Choose chosen=chosen page="/p/new" legend="Who is in it, besides you"
                    nobody="Nobody else is here yet" problem=problem.clone()/>
                <div class="actions">
                    <button class="button primary">"Create project"</button>
                    <a class="button plain" href="/p">"Cancel"</a>
                </div>
            </form>
        </Sheet>
    }
    .into_any()
}
