use leptos::prelude::*;
use protocol::{Folder, FolderId};

use crate::components::form::{Field, Problem};

/// A form that gives a file or a folder another name and place.
#[component]
pub fn Rename(
    action: String,
    name: String,
    /// The folder that it lies in.
    parent_id: Option<FolderId>,
    /// The folders that it can lie in, each with those above it.
    folders: Vec<(Folder, String)>,
    problem: Problem,
) -> impl IntoView {
    let options = folders.into_iter().map(|(folder, path)| {
        let selected = Some(folder.id) == parent_id;
        view! { <option value=folder.id.to_string() selected=selected>{path}</option> }
    });
    let misplaced = problem.at("folder");
    view! {
        <form class="form" method="post" action=action>
            <Field label="Name" name="name" value=name required=true most=255 problem=problem.at("name")/>
            <div class="field">
                <label for="folder">"Lies in"</label>
                <select id="folder" name="folder" aria-invalid=misplaced.is_some().then_some("true")>
                    <option value="" selected=parent_id.is_none()>"Files"</option>
                    {options.collect_view()}
                </select>
                {misplaced.map(|problem| view! { <p class="problem" role="alert">{problem}</p> })}
            </div>
            <div class="actions"><button class="button">"Save"</button></div>
        </form>
    }
    .into_any()
}
