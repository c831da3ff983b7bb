//! Who may do what: asked here before every change and every reading, whatever the transport.

use protocol::{Action, ConversationId, Error, Project, ProjectId, UserId};
use sqlx::AnyConnection;

use crate::{Caller, Result, store, store::conversation::Seen};

/// The conversation as the caller stands before it.
///
/// # Errors
/// [`Error::NotFound`] where they may not read it: a stranger can't tell whether it exists.
pub(crate) async fn see(connection: &mut AnyConnection, caller: Caller, id: ConversationId) -> Result<Seen> {
    let seen = store::conversation::see(connection, id, caller.user_id).await?;
    let seen = seen.filter(|seen| seen.standing.may(Action::Read));
    Ok(seen.ok_or_else(|| Error::not_found("that conversation"))?)
}

/// The conversation, for a caller who may do `action` in it. Every use case asks here, whatever the transport.
pub(crate) async fn require(
    connection: &mut AnyConnection,
    caller: Caller,
    id: ConversationId,
    action: Action,
) -> Result<Seen> {
    let seen = see(connection, caller, id).await?;
    check(&seen, action)?;
    Ok(seen)
}

/// Refuses what the standing doesn't allow, in words that say why.
pub(crate) fn check(seen: &Seen, action: Action) -> std::result::Result<(), Error> {
    if seen.standing.may(action) {
        return Ok(());
    }
    let archived = seen.standing.archived;
    let sentence = match action {
        Action::Post | Action::AddMember | Action::Rename | Action::Join if archived => {
            "This conversation is archived."
        }
        Action::Post => "Join the conversation to take part in it.",
        Action::Join => "You can’t join this conversation by yourself.",
        Action::Leave => "Nobody can leave this conversation.",
        _ => "You aren’t allowed to do that here.",
    };
    Err(Error::forbidden(sentence))
}

/// The project and how the caller stands before its conversation; none where they may not read it.
pub(crate) async fn find_project(
    connection: &mut AnyConnection,
    caller: Caller,
    id: ProjectId,
) -> Result<Option<(Project, Seen)>> {
    let Some(project) = store::project::find(connection, id).await? else { return Ok(None) };
    let seen = store::conversation::see(connection, project.conversation_id, caller.user_id).await?;
    Ok(seen.filter(|seen| seen.standing.may(Action::Read)).map(|seen| (project, seen)))
}

/// The project, for a caller who may do `action` in it.
///
/// # Errors
/// [`Error::NotFound`] where they may not even read it: a stranger can't tell whether it exists.
pub(crate) async fn require_project(
    connection: &mut AnyConnection,
    caller: Caller,
    id: ProjectId,
    action: Action,
) -> Result<(Project, Seen)> {
    let found = find_project(connection, caller, id).await?.ok_or_else(|| Error::not_found("that project"))?;
    check(&found.1, action)?;
    Ok(found)
}

/// Refuses people who aren't members of the project.
pub(crate) async fn refuse_outsiders(connection: &mut AnyConnection, id: ProjectId, people: &[UserId]) -> Result<()> {
    for user_id in people {
        if !store::project::has_member(connection, id, *user_id).await? {
            return Err(Error::invalid("people", "Only members of the project can be in its conversations.").into());
        }
    }
    Ok(())
}
