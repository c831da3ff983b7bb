//! Messages that are about to be: sending them, once, with their files.

use std::sync::Arc;

use futures::FutureExt;
use protocol::{Action, Attachment, Body, ClientId, ConversationId, Error, FileId, MAX_FILES, Message, Role};

use crate::{
    Caller, Chat, Result,
    hub::Publication,
    member::admit,
    message::{parse_body, told},
    permission::{require, see},
    store,
    store::{Change, conversation::Seen, message::NewMessage},
};

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
        let draft = Arc::new(Parsed { body, client_id, draft });
        let mut sent = self.attempt(caller, draft.clone(), false).await;
        // Few are sent again. Those are refused at first (their name is taken, or the sender has left since), so that the others
        // needn't ask.
        if matches!(sent, Err(crate::Error::Refusal(_))) && draft.client_id.is_some() {
            sent = self.attempt(caller, draft, true).await;
        }
        let sent = sent?;
        metrics::counter!("confab_messages_accepted_total").increment(1);
        Ok(sent)
    }

    /// Posts a message, after a look whether it is there already if `again`.
    async fn attempt(&self, caller: Caller, parsed: Arc<Parsed>, again: bool) -> Result<Sent> {
        self.0
            .store
            .write(move |change| {
                async move {
                    let Parsed { body, client_id, draft } = &*parsed;
                    let id = draft.conversation_id;
                    if again && let Some(message) = sent_before(change, caller, id, client_id.as_ref()).await? {
                        return Ok(Sent { message, again });
                    }
                    if draft.join {
                        join(change, caller, id).await?;
                    }
                    let seen = require(change.connection(), caller, id, Action::Post).await?;
                    let message = post(change, &seen, client_id.as_ref(), body, &draft.files).await?;
                    Ok(Sent { message, again: false })
                }
                .boxed()
            })
            .await
    }
}

/// A draft that can be posted, as far as that shows without the database.
struct Parsed {
    body: Body,
    client_id: Option<ClientId>,
    draft: Draft,
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
    let new = NewMessage {
        conversation_id: id,
        author_id: author.id,
        client_id: client_id.map(ClientId::as_str),
        body: body.as_str(),
        now,
    };
    // Who speaks has read what was said before. The reducer concludes the same, so no event tells of it.
    let mut message = store::message::post(change.connection(), new).await?;
    message.files = hang(change, &message, files).await?;
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

fn check_files(files: &[FileId]) -> std::result::Result<(), Error> {
    if files.len() > MAX_FILES {
        return Err(Error::invalid("files", format!("A message takes at most {MAX_FILES} files.")));
    }
    Ok(())
}
