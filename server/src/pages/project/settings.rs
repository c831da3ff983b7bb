//! What a project is called and what it is about, and how it ends.

use app::{
    components::form::{Done, Problem},
    pages::project::{ProjectSettings, ProjectSettingsProps, ProjectTyped, Tab},
};
use axum::response::Response;
use chat::ProjectUpdate;
use protocol::{Error, ProjectId};

use super::{conversation_of, find};
use crate::{
    error::Result,
    pages::{
        fields::{Asked, At, Fields},
        reader::{Reader, said_by_form, see_done, status},
    },
};

/// The forms.
pub async fn show(reader: Reader, At(id): At<ProjectId>, Asked(asked): Asked) -> Result<Response> {
    settings_page(&reader, id, &Fields::default(), None, asked.done()).await
}

/// Changes name and description.
pub async fn change(reader: Reader, At(id): At<ProjectId>, fields: Fields) -> Result<Response> {
    let given = |name| fields.find(name).map(str::to_owned);
    let update = ProjectUpdate { name: given("name"), description: given("description"), archived: None };
    match reader.chat.update_project(reader.caller, id, update).await {
        Ok(_) => Ok(see_done(&Tab::Settings.path(id), Done::Saved)),
        Err(error) => settings_page(&reader, id, &fields, Some(&said_by_form(error)?), None).await,
    }
}

/// Archives it, or opens it again.
pub async fn archive(reader: Reader, At(id): At<ProjectId>, fields: Fields) -> Result<Response> {
    let archived = fields.get("archived") != "false";
    let update = ProjectUpdate { archived: Some(archived), ..ProjectUpdate::default() };
    match reader.chat.update_project(reader.caller, id, update).await {
        // That it is archived stands on each of its pages.
        Ok(_) if archived => Ok(super::see(&Tab::Settings.path(id))),
        Ok(_) => Ok(see_done(&Tab::Settings.path(id), Done::Restored)),
        Err(error) => settings_page(&reader, id, &fields, Some(&said_by_form(error)?), None).await,
    }
}

/// Leaves.
pub async fn leave(reader: Reader, At(id): At<ProjectId>) -> Result<Response> {
    let conversation = conversation_of(&reader, id).await?;
    match reader.chat.leave(reader.caller, conversation).await {
        Ok(()) => Ok(see_done("/p", Done::LeftProject)),
        Err(error) => settings_page(&reader, id, &Fields::default(), Some(&said_by_form(error)?), None).await,
    }
}

async fn settings_page(
    reader: &Reader,
    id: ProjectId,
    fields: &Fields,
    refusal: Option<&Error>,
    done: Option<Done>,
) -> Result<Response> {
    let (project, standing) = find(reader, id).await?;
    let start = reader.start().await?;
    let typed = ProjectTyped {
        name: fields.find("name").unwrap_or(&project.name).to_owned(),
        description: fields.find("description").unwrap_or(&project.description).to_owned(),
    };
    let (theme, title) = (start.account.theme, format!("Settings of {}", project.name));
    let problem = refusal.map(Problem::from).unwrap_or_default();
    let props = ProjectSettingsProps { start, project, standing, typed, problem, done };
    Ok(reader.page(status(refusal), &title, theme, || ProjectSettings(props)))
}
