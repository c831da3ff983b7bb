//! Messages: sending, changing, deleting, reacting, having read.

use futures::FutureExt;
use protocol::{
    Action, Attachment, Body, ClientId, ConversationChange, ConversationId, Error, Event, FileId, MAX_EMOJI_BYTES,
    MAX_FILES, Message, MessageId, PersonChange, Role,
};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Result,
    hub::Publication,
    member::admit,
    permission::{check, require, see},
    store,
    store::{Change, conversation::Seen, message::NewMessage},
};

/// The most different emoji under one message.
const MAX_EMOJI: usize = 30;

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Where to.
    pub conversation_id: ConversationId,
    /// The sender's own name for it: sent again under the same name, it is the same message.
    pub client_id: Option<String>,
    /// The text, in Markdown. May be empty where there are files.
    pub body: String,
    /// What hangs on it, in this order: files that the sender brought to this conversation ([`Chat::upload`]).
    pub files: Vec<FileId>,
    /// Whether the sender becomes a member first where they aren't one, in the same change: of open rooms only.
    pub join: bool,
}

impl Draft {
    /// A text without anything else.
    pub fn of(conversation_id: ConversationId, body: impl Into<String>) -> Self {
        Self { conversation_id, client_id: None, body: body.into(), files: Vec::new(), join: false }
    }
}

/// A message that is on disk.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// Whether it was there before, from an earlier attempt.
    pub again: bool,
}

impl Chat {
    /// Posts a message. When this returns, it is on disk. One that was sent before under the same `client_id` is not
    /// posted again: its stored form comes back.
    ///
    /// # Errors
    /// [`Error::Invalid`] and [`Error::TooLarge`] for the text; [`Error::Invalid`] for `files` that aren't the sender's,
    /// aren't here or hang on another message, or more than [`MAX_FILES`]; [`Error::Forbidden`] where the caller may not post;
    /// [`Error::Conflict`] for a `client_id` that was used in another conversation.
    pub async fn send(&self, caller: Caller, draft: Draft) -> Result<Message> {
        Ok(self.send_once(caller, draft).await?.message)
    }

    /// The same as [`Chat::send`], which also tells whether the message was there before.
    pub async fn send_once(&self, caller: Caller, draft: Draft) -> Result<Sent> {
        let body = parse_body(&draft.body, draft.files.is_empty())?;
        check_files(&draft.files)?;
        let client_id = draft.client_id.as_deref().map(ClientId::parse).transpose()?;
        let id = draft.conversation_id;
        let sent = self
            .0
            .store
            .write(move |change| {
                async move {
                    if let Some(message) = sent_before(change, caller, id, client_id.as_ref()).await? {
                        return Ok(Sent { message, again: true });
                    }
                    if draft.join {
                        join(change, caller, id).await?;
                    }
                    let seen = require(change.connection(), caller, id, Action::Post).await?;
                    let message = post(change, &seen, client_id.as_ref(), &body, &draft.files).await?;
                    Ok(Sent { message, again: false })
                }
                .boxed()
            })
            .await?;
        metrics::counter!("confab_messages_accepted_total").increment(1);
        Ok(sent)
    }

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

    /// Adds the caller's reaction to a message, or takes it back.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what isn't an emoji, or one more than 30 kinds of them.
    pub async fn react(&self, caller: Caller, id: MessageId, emoji: &str, on: bool) -> Result<Message> {
        let emoji = parse_emoji(emoji)?;
        self.0
            .store
            .write(move |change| {
                async move {
                    let (seen, message) = find(change.connection(), caller, id).await?;
                    check(&seen, Action::Post)?;
                    refuse_deleted(&message)?;
                    let known = message.reactions.iter().any(|reaction| reaction.emoji == emoji);
                    if on && !known && message.reactions.len() >= MAX_EMOJI {
                        return Err(Error::invalid("emoji", "That message has enough kinds of reactions.").into());
                    }
                    let connection = change.connection();
                    let changed = if on {
                        store::reaction::add(connection, id, caller.user_id, &emoji).await?
                    } else {
                        store::reaction::remove(connection, id, caller.user_id, &emoji).await?
                    };
                    if !changed {
                        return Ok(message);
                    }
                    let rev = next_rev(change, &message).await?;
                    store::message::set_rev(change.connection(), id, rev).await?;
                    publish(change, &seen, id).await
                }
                .boxed()
            })
            .await
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

/// Makes the sender a member of an open room that they aren't in. Elsewhere nothing happens: posting is refused then.
async fn join(change: &mut Change, caller: Caller, id: ConversationId) -> Result<()> {
    let seen = see(change.connection(), caller, id).await?;
    if seen.standing.may(Action::Join) {
        admit(change, id, &seen.person, Role::Member).await?;
    }
    Ok(())
}

async fn sent_before(
    change: &mut Change,
    caller: Caller,
    id: ConversationId,
    client_id: Option<&ClientId>,
) -> Result<Option<Message>> {
    let Some(client_id) = client_id else { return Ok(None) };
    let sent = store::message::by_client_id(change.connection(), caller.user_id, client_id.as_str()).await?;
    if sent.as_ref().is_some_and(|sent| sent.conversation_id != id) {
        return Err(Error::conflict("That client_id was used in another conversation.").into());
    }
    Ok(sent)
}

async fn post(
    change: &mut Change,
    seen: &Seen,
    client_id: Option<&ClientId>,
    body: &Body,
    files: &[FileId],
) -> Result<Message> {
    let (id, now, author) = (seen.conversation.id, change.now(), &seen.person);
    let (rev, seq) = store::conversation::next_message(change.connection(), id, now).await?;
    let new = NewMessage {
        conversation_id: id,
        seq,
        rev,
        author_id: author.id,
        client_id: client_id.map(ClientId::as_str),
        body: body.as_str(),
        now,
    };
    let mut message = store::message::insert(change.connection(), new).await?;
    message.files = hang(change, &message, files).await?;
    // Who speaks has read what was said before. The reducer concludes the same, so no event tells of it.
    store::member::read_up_to(change.connection(), id, author.id, seq, None).await?;
    let event = told(&message, vec![author.clone()]);
    change.publish(Publication::Posted(id, event));
    Ok(message)
}

/// Hangs the sender's files on their message.
async fn hang(change: &mut Change, message: &Message, files: &[FileId]) -> Result<Vec<Attachment>> {
    for (position, id) in (0..).zip(files) {
        let place = (message.conversation_id, message.id);
        if !store::attachment::hang(change.connection(), *id, place, position, message.author_id).await? {
            let sentence = "A message takes only files that you brought to this conversation and haven’t sent yet.";
            return Err(Error::invalid("files", sentence).into());
        }
    }
    if files.is_empty() { Ok(Vec::new()) } else { store::attachment::of(change.connection(), message.id).await }
}

fn parse_body(text: &str, alone: bool) -> std::result::Result<Body, Error> {
    if alone { Body::parse(text) } else { Body::beside_files(text) }
}

fn check_files(files: &[FileId]) -> std::result::Result<(), Error> {
    if files.len() > MAX_FILES {
        return Err(Error::invalid("files", format!("A message takes at most {MAX_FILES} files.")));
    }
    Ok(())
}

/// Tells the conversation of a message that changed, and returns it as it is now.
async fn publish(change: &mut Change, seen: &Seen, id: MessageId) -> Result<Message> {
    let message = store::message::find(change.connection(), id).await?;
    let message = message.ok_or_else(unknown)?;
    let author = store::user::find(change.connection(), message.author_id).await?;
    let event = told(&message, author.into_iter().collect());
    change.publish(Publication::Conversation(seen.conversation.id, event));
    Ok(message)
}

/// The event that carries a message as it is now.
fn told(message: &Message, users: Vec<protocol::User>) -> Event {
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

async fn next_rev(change: &mut Change, message: &Message) -> Result<i64> {
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

fn refuse_deleted(message: &Message) -> Result<()> {
    if message.deleted_at.is_some() {
        return Err(Error::conflict("That message was deleted.").into());
    }
    Ok(())
}

pub(crate) fn unknown() -> Error {
    Error::not_found("that message")
}

/// An emoji is short, visible and no plain text.
fn parse_emoji(text: &str) -> std::result::Result<String, Error> {
    let text = text.trim();
    let plain = |c: char| c.is_alphanumeric() && c.is_ascii_alphabetic() || c.is_whitespace() || c.is_control();
    if text.is_empty() || text.len() > MAX_EMOJI_BYTES || text.is_ascii() || text.chars().any(plain) {
        return Err(Error::invalid("emoji", "A reaction is an emoji."));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reaction_is_an_emoji_and_nothing_else() {
        for emoji in ["👍", "❤️", "👩‍👩‍👧‍👦", "🇩🇪", "1️⃣"] {
            assert!(parse_emoji(emoji).is_ok(), "{emoji}");
        }
        for text in ["", "yes", ":)", "<b>", "👍 👍", "a👍", "👍👍👍👍👍👍👍👍👍👍👍"] {
            assert!(parse_emoji(text).is_err(), "{text}");
        }
    }
}
