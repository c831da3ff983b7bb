//! Messages that are there: changing, deleting, having read. What begins as one is a [`Draft`](crate::Draft).

use futures::FutureExt;
use protocol::{Action, Body, ConversationChange, ConversationId, Error, Event, Message, MessageId, PersonChange};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Result,
    hub::Publication,
    permission::{check, see},
    store,
    store::{Change, conversation::Seen},
};

impl Chat {
    /// Changes the text of one's own message. Where files hang on it, there need be none.
    pub async fn edit(&self, caller: Caller, id: MessageId, body: &str) -> Result<Message> {
        let body = body.to_owned();
        self.0
            .store
            .write(move |change| {
                async move {
                    let (seen, message) = own(change, caller, id).await?;
                    let body = parse_body(&body, message.files.is_empty())?;
                    if message.body == body.as_str() {
                        return Ok(message);
                    }
                    let (now, rev) = (change.now(), next_rev(change, &message).await?);
                    store::message::set_body(change.connection(), id, body.as_str(), rev, now).await?;
                    publish(change, &seen, id).await
                }
                .boxed()
            })
            .await
    }

    /// Deletes one's own message, or as a moderator somebody else's, with its files. A tombstone stays.
    pub async fn delete(&self, caller: Caller, id: MessageId) -> Result<Message> {
        let deleted = self
            .0
            .store
            .write(move |change| {
                async move {
                    let (seen, message) = find(change.connection(), caller, id).await?;
                    if !seen.standing.may(Action::Moderate) {
                        if message.author_id != caller.user_id {
                            return Err(Error::forbidden("You can delete only your own messages.").into());
                        }
                        check(&seen, Action::Post)?;
                    }
                    if message.deleted_at.is_some() {
                        return Ok((message, Vec::new()));
                    }
                    let (now, rev) = (change.now(), next_rev(change, &message).await?);
                    let hashes = store::message::bury(change.connection(), id, rev, now).await?;
                    Ok((publish(change, &seen, id).await?, hashes))
                }
                .boxed()
            })
            .await;
        let (message, hashes) = deleted?;
        self.sweep_detached(hashes).await;
        Ok(message)
    }

    /// A message, for a caller who may read its conversation.
    pub async fn message(&self, caller: Caller, id: MessageId) -> Result<Message> {
        Ok(find(&mut *self.0.store.read().await?, caller, id).await?.1)
    }

    /// Notes that the caller has read up to `seq`, on all their devices. Going back has no effect.
    pub async fn mark_read(&self, caller: Caller, id: ConversationId, seq: i64) -> Result<()> {
        let seen = see(&mut *self.0.store.read().await?, caller, id).await?;
        let seq = seq.min(seen.conversation.last_seq);
        if seen.standing.role.is_none() || seq <= seen.read_seq {
            return Ok(());
        }
        self.0
            .store
            .write(move |change| {
                async move {
                    let rev = store::user::next_person_rev(change.connection(), caller.user_id).await?;
                    store::member::read_up_to(change.connection(), id, caller.user_id, seq, Some(rev)).await?;
                    let what = PersonChange::Read { conversation_id: id, seq };
                    change.publish_to_person(caller.user_id, rev, what, Vec::new());
                    Ok(())
                }
                .boxed()
            })
            .await
    }
}

pub(crate) fn parse_body(text: &str, alone: bool) -> std::result::Result<Body, Error> {
    if alone { Body::parse(text) } else { Body::beside_files(text) }
}

/// Tells the conversation of a message that changed, and returns it as it is now.
pub(crate) async fn publish(change: &mut Change, seen: &Seen, id: MessageId) -> Result<Message> {
    let message = store::message::find(change.connection(), id).await?;
    let message = message.ok_or_else(unknown)?;
    let author = store::user::find(change.connection(), message.author_id).await?;
    let event = told(&message, author.into_iter().collect());
    change.publish(Publication::Conversation(seen.conversation.id, event));
    Ok(message)
}

/// The event that carries a message as it is now.
pub(crate) fn told(message: &Message, users: Vec<protocol::User>) -> Event {
    let change = ConversationChange::Message { message: Box::new(message.clone()) };
    Event::Conversation { conversation_id: message.conversation_id, rev: message.rev, change, users }
}

/// A file that hung on a message was deleted. A message of which nothing is left then is deleted, too.
pub(crate) async fn lost_file(change: &mut Change, seen: &Seen, id: MessageId) -> Result<()> {
    let message = store::message::find(change.connection(), id).await?.ok_or_else(unknown)?;
    let (now, rev) = (change.now(), next_rev(change, &message).await?);
    if message.body.is_empty() && message.files.is_empty() && message.records.is_empty() {
        store::message::bury(change.connection(), id, rev, now).await?;
    } else {
        store::message::set_rev(change.connection(), id, rev).await?;
    }
    publish(change, seen, id).await?;
    Ok(())
}

/// What belongs to a message changed, beside its text: everyone hears of it as it is now.
pub(crate) async fn touch(change: &mut Change, seen: &Seen, message: &Message) -> Result<()> {
    let rev = next_rev(change, message).await?;
    store::message::set_rev(change.connection(), message.id, rev).await?;
    publish(change, seen, message.id).await?;
    Ok(())
}

pub(crate) async fn next_rev(change: &mut Change, message: &Message) -> Result<i64> {
    store::conversation::next_rev(change.connection(), message.conversation_id).await
}

/// The message, for a caller who may read its conversation.
pub(crate) async fn find(connection: &mut AnyConnection, caller: Caller, id: MessageId) -> Result<(Seen, Message)> {
    let message = store::message::find(connection, id).await?.ok_or_else(unknown)?;
    // Whether a message exists is not told to someone who may not read it.
    let seen = store::conversation::see(connection, message.conversation_id, caller.user_id).await?;
    let seen = seen.filter(|seen| seen.standing.may(Action::Read)).ok_or_else(unknown)?;
    Ok((seen, message))
}

async fn own(change: &mut Change, caller: Caller, id: MessageId) -> Result<(Seen, Message)> {
    let (seen, message) = find(change.connection(), caller, id).await?;
    if message.author_id != caller.user_id {
        return Err(Error::forbidden("You can edit only your own messages.").into());
    }
    check(&seen, Action::Post)?;
    refuse_deleted(&message)?;
    Ok((seen, message))
}

pub(crate) fn refuse_deleted(message: &Message) -> Result<()> {
    if message.deleted_at.is_some() {
        return Err(Error::conflict("That message was deleted.").into());
    }
    Ok(())
}

pub(crate) fn unknown() -> Error {
    Error::not_found("that message")
}
