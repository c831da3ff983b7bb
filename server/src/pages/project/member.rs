//! Who is in a project: who is in its conversation.

use app::{
    components::form::Done,
    pages::{
        details::{DetailsTyped, Home},
        project::{ProjectMembers, ProjectMembersProps, Tab},
    },
};
use axum::response::Response;
use protocol::{ProjectId, UserId};

use super::conversation_of;
use crate::{
    error::Result,
    pages::{
        details::{Visit, add_people, give_role, load},
        fields::{Asked, At, Fields},
        reader::{Reader, said_by_form, see_done, status},
    },
};

/// The members.
pub async fn list(reader: Reader, At(id): At<ProjectId>, Asked(asked): Asked) -> Result<Response> {
    let visit = Visit { search: asked.text("search"), done: asked.done(), ..Visit::default() };
    members_page(&reader, id, visit).await
}

/// Adds people by their user names.
pub async fn add(reader: Reader, At(id): At<ProjectId>, fields: Fields) -> Result<Response> {
    let people = fields.text("people");
    let added = add_people(&reader, conversation_of(&reader, id).await?, &people).await;
    answer(&reader, id, added, people).await
}

/// Ends somebody's membership.
pub async fn remove(reader: Reader, At((id, user)): At<(ProjectId, UserId)>) -> Result<Response> {
    let removed = reader.chat.remove_member(reader.caller, conversation_of(&reader, id).await?, user).await;
    answer(&reader, id, removed.map(|()| Done::Removed), String::new()).await
}

/// Gives a member another role.
pub async fn appoint(reader: Reader, At((id, user)): At<(ProjectId, UserId)>, fields: Fields) -> Result<Response> {
    let given = give_role(&reader, conversation_of(&reader, id).await?, user, fields.get("role")).await;
    answer(&reader, id, given, String::new()).await
}

async fn answer(reader: &Reader, id: ProjectId, done: chat::Result<Done>, people: String) -> Result<Response> {
    match done {
        Ok(done) => Ok(see_done(&Tab::Members.path(id), done)),
        Err(error) => {
            let refusal = Some(said_by_form(error)?);
            let typed = DetailsTyped { people, ..DetailsTyped::default() };
            members_page(reader, id, Visit { typed, refusal, ..Visit::default() }).await
        }
    }
}

async fn members_page(reader: &Reader, id: ProjectId, visit: Visit) -> Result<Response> {
    let project = reader.chat.project(reader.caller, id).await?;
    let status = status(visit.refusal.as_ref());
    let (start, details) = load(reader, project.conversation_id, Home::Project(id), visit).await?;
    let (theme, title) = (start.account.theme, format!("Members of {}", project.name));
    let props = ProjectMembersProps { start, project, details };
    Ok(reader.page(status, &title, theme, || ProjectMembers(props)))
}
