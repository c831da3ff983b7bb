//! Who may do what: asked here before every change and every reading, whatever the transport.

use protocol::{Action, ConversationId, Error};
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
