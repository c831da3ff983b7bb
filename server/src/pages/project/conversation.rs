//! Further conversations of a project.

use app::{
    components::form::Problem,
    pages::project::{NewConversation, NewConversationProps},
};
use axum::response::Response;
use protocol::{Action, Error, ProjectId};

use super::find;
use crate::{
    error::Result,
    pages::{
        choose::{Among, chosen},
        fields::{Asked, At, Fields},
        reader::{Reader, said_by_form, see, status},
    },
};

/// The form; also what its search button asks for.
pub async fn form(reader: Reader, At(id): At<ProjectId>, Asked(asked): Asked) -> Result<Response> {
    let (_, standing) = find(&reader, id).await?;
    if standing.may(Action::Post) {
        new_conversation_page(&reader, id, &asked, None).await
    } else {
        Err(Error::forbidden("This project is archived.").into())
    }
}

/// Makes the conversation and opens it.
pub async fn create(reader: Reader, At(id): At<ProjectId>, fields: Fields) -> Result<Response> {
    let made = async {
        let people = reader.chat.user_ids(&fields.all("people")).await?;
        // Alone is fine for a program. On a form it is a slip.
        if people.iter().all(|id| *id == reader.caller.user_id) {
            return Err(Error::invalid("people", "Choose at least one person.").into());
        }
        let new = chat::NewGroup { name: fields.text("name"), people, project_id: Some(id) };
        reader.chat.create_group(reader.caller, new).await
    };
    match made.await {
        Ok(entry) => Ok(see(&format!("/c/{}", entry.conversation.id))),
        Err(error) => new_conversation_page(&reader, id, &fields, Some(&said_by_form(error)?)).await,
    }
}

async fn new_conversation_page(
    reader: &Reader,
    id: ProjectId,
    fields: &Fields,
    refusal: Option<&Error>,
) -> Result<Response> {
    let project = reader.chat.project(reader.caller, id).await?;
    let chosen = chosen(reader, Among::Members(project.conversation_id), fields).await?;
    let start = reader.start().await?;
    let theme = start.account.theme;
    let problem = refusal.map(Problem::from).unwrap_or_default();
    let props = NewConversationProps { start, project, name: fields.text("name"), chosen, problem };
    Ok(reader.page(status(refusal), "New conversation", theme, || NewConversation(props)))
}
