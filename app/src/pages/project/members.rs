use leptos::prelude::*;
use protocol::{Project, Start};

use super::frame::{ProjectFrame, Tab};
use crate::components::form::Alert;
use crate::pages::details::{Details, Members};

/// Who is in the project: who is in its conversation.
#[component]
pub fn ProjectMembers(start: Start, project: Project, details: Details) -> impl IntoView {
    let me = start.account.user.id;
    view! {
        <ProjectFrame start=start project=project tab=Tab::Members done=details.done>
            <Alert message=details.problem.beyond(&["people"])/>
            <Members details=details me=me/>
        </ProjectFrame>
    }
    .into_any()
}
