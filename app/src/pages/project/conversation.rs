use leptos::prelude::*;
use protocol::{MAX_NAME_CHARACTERS, Project, Start};

use super::frame::Tab;
use crate::components::form::{Alert, Field, Problem};
use crate::pages::choose::{Choose, Chosen};
use crate::pages::sheet::Sheet;

/// The form for a further conversation of a project, with some of its members.
#[component]
pub fn NewConversation(
    start: Start,
    project: Project,
    /// What was typed as its name.
    name: String,
    chosen: Chosen,
    problem: Problem,
) -> impl IntoView {
    let back = Tab::Overview.path(project.id);
    let action = format!("{back}/conversations");
    view! {
        <Sheet start=start title="New conversation" back=back.clone()>
            <p class="meta">"In " <a href=back.clone()>{project.name}</a></p>
            <form class="form" method="post" action=action.clone()>
                <Alert message=problem.beyond(&["name", "people"])/>
                <Field label="Name" name="name" value=name most=MAX_NAME_CHARACTERS
                    hint="Without one, it is called after its people." problem=problem.at("name")/>
                <Choose chosen=chosen page=format!("{action}/new") legend="Which members are in it, besides you"
                    nobody="Nobody else is in this project yet" problem=problem.clone()/>
                <div class="actions">
                    <button class="button primary">"Start the conversation"</button>
                    <a class="button plain" href=back>"Cancel"</a>
                </div>
            </form>
        </Sheet>
    }
    .into_any()
}
