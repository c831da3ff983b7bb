//! Projects: people with a conversation of their own, further ones beside it, and files. Who may do what in a project is
//! what they may do in its conversation.

use futures::FutureExt;
use protocol::{Action, Description, Error, Kind, Project, ProjectId, Role, RoomName, UserId};

use crate::{
    Caller, Chat, ConversationUpdate, Result, conversation,
    member::{active, admit, admit_all, others},
    permission::{check, require_project},
    store,
    store::conversation::NewConversation,
};

/// What a project is made of.
#[derive(Clone, Debug, Default)]
pub struct NewProject {
    /// Its name.
    pub name: String,
    /// What it is about; may be empty, and may have several lines.
    pub description: String,
    /// Who is in it beside the caller.
    pub people: Vec<UserId>,
}

/// Changes to a project; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct ProjectUpdate {
    /// Its name.
    pub name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Whether it is closed for posting and uploading.
    pub archived: Option<bool>,
}

impl Chat {
    /// Makes a project that the caller owns, with a conversation of its own.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a field, or for someone unknown or deactivated in it (`participant_ids`).
    pub async fn create_project(&self, caller: Caller, new: NewProject) -> Result<Project> {
        let (name, description) = (RoomName::parse(&new.name)?, Description::parse(&new.description)?);
        let people = others(new.people, caller.user_id);
        self.0
            .store
            .write(move |change| {
                async move {
                    let new = NewConversation {
                        kind: Kind::Project,
                        name: name.as_str(),
                        topic: "",
                        private: true,
                        creator_id: caller.user_id,
                        direct_key: None,
                        project_id: None,
                        now: change.now(),
                    };
                    let conversation_id = store::conversation::insert(change.connection(), &new).await?;
                    // Before anyone is let in: what they are told of the conversation says what it belongs to.
                    let id = store::project::insert(change.connection(), conversation_id, description.as_str()).await?;
                    let owner = active(change, caller.user_id, true).await?;
                    admit(change, conversation_id, &owner, Role::Owner).await?;
                    admit_all(change, conversation_id, &people).await.map_err(name_participants)?;
                    Ok(require_project(change.connection(), caller, id, Action::Read).await?.0)
                }
                .boxed()
            })
            .await
    }

    /// The projects that the caller is a member of, by name.
    pub async fn projects(&self, caller: Caller) -> Result<Vec<Project>> {
        store::project::of_member(&mut *self.0.store.read().await?, caller.user_id).await
    }

    /// A project that the caller is a member of.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any other, whether it exists or not.
    pub async fn project(&self, caller: Caller, id: ProjectId) -> Result<Project> {
        Ok(require_project(&mut *self.0.store.read().await?, caller, id, Action::Read).await?.0)
    }

    /// Changes a project. Its members learn of it as of a change of its conversation.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::project`]; [`Error::Invalid`] for a field; [`Error::Forbidden`].
    pub async fn update_project(&self, caller: Caller, id: ProjectId, update: ProjectUpdate) -> Result<Project> {
        let ProjectUpdate { name, description, archived } = update;
        let description = description.as_deref().map(Description::parse).transpose()?;
        self.0
            .store
            .write(move |change| {
                async move {
                    let (project, mut seen) = require_project(change.connection(), caller, id, Action::Read).await?;
                    let before = seen.conversation.clone();
                    let about = ConversationUpdate { name, archived, ..ConversationUpdate::default() };
                    conversation::revise(&mut seen, &about, change.now())?;
                    if description.is_some() {
                        check(&seen, Action::Rename)?;
                    }
                    let description = description.filter(|text| text.as_str() != project.description);
                    if seen.conversation == before && description.is_none() {
                        return Ok(project);
                    }
                    if let Some(description) = description {
                        store::project::set_description(change.connection(), id, description.as_str()).await?;
                    }
                    conversation::save(change, seen.conversation).await?;
                    Ok(require_project(change.connection(), caller, id, Action::Read).await?.0)
                }
                .boxed()
            })
            .await
    }
}

/// Calls the field by the name that a project's has.
fn name_participants(error: crate::Error) -> crate::Error {
    match error {
        crate::Error::Refusal(Error::Invalid { message, .. }) => Error::invalid("participant_ids", message).into(),
        other => other,
    }
}
