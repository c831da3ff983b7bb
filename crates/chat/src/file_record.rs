//! Records of files that are kept elsewhere. The place knows only their address.

use futures::FutureExt;
use protocol::{ConversationId, Error, FileName, FileRecord, FileRecordId, Kind, Message, MessageId, Url};
use sqlx::AnyConnection;

use crate::{Caller, Chat, Result, message, permission::see, store, store::conversation::Seen};

/// The largest file that can be recorded, in bytes.
const MAX_SIZE: i64 = 5 * 1024 * 1024;
/// The suffixes of the files that can be recorded.
const TYPES: [&str; 10] = ["pdf", "doc", "docx", "jpg", "jpeg", "png", "gif", "bmp", "tiff", "webp"];

/// What a record is made of.
#[derive(Clone, Debug, Default)]
pub struct NewFileRecord {
    /// The file's name; its suffix is its type.
    pub filename: String,
    /// Where it lies: an `http` or `https` address.
    pub file_url: String,
    /// How many bytes it has; at most 5,242,880.
    pub file_size: i64,
    /// The caller's message in the public chat that it belongs to.
    pub public_message_id: Option<MessageId>,
    /// The caller's direct chat that it belongs to.
    pub private_chat_id: Option<ConversationId>,
}

/// What a record belongs to.
#[derive(Clone, Copy)]
enum Association {
    Message(MessageId),
    Chat(ConversationId),
}

impl Chat {
    /// Records a file that is kept elsewhere.
    ///
    /// # Errors
    /// In this order: [`Error::Invalid`] for an empty field, the size, the type, and unless exactly one association is
    /// given; [`Error::NotFound`] for a message that isn't in the public chat; [`Error::Forbidden`] for somebody else's, and
    /// for a direct chat that isn't the caller's.
    pub async fn create_file_record(&self, caller: Caller, new: NewFileRecord) -> Result<FileRecord> {
        let (filename, file_url, association) = parse(&new)?;
        self.0
            .store
            .write(move |change| {
                async move {
                    let message = match association {
                        Association::Message(id) => Some(own_message(change.connection(), caller, id).await?),
                        Association::Chat(id) => {
                            own_chat(change.connection(), caller, id).await?;
                            None
                        }
                    };
                    let record = FileRecord {
                        id: FileRecordId(0),
                        filename: filename.as_str().to_owned(),
                        file_url: file_url.to_string(),
                        file_size: new.file_size,
                        uploaded_at: change.now(),
                        uploader_id: caller.user_id,
                        public_message_id: new.public_message_id,
                        private_chat_id: new.private_chat_id,
                    };
                    let record = store::file_record::insert(change.connection(), record).await?;
                    if let Some((seen, message)) = message {
                        message::touch(change, &seen, &message).await?;
                    }
                    Ok(record)
                }
                .boxed()
            })
            .await
    }

    /// What the caller recorded, oldest first.
    pub async fn file_records(&self, caller: Caller) -> Result<Vec<FileRecord>> {
        store::file_record::of_uploader(&mut *self.0.store.read().await?, caller.user_id).await
    }

    /// One record of the caller's.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none of that id, [`Error::Forbidden`] where it is somebody else's.
    pub async fn file_record(&self, caller: Caller, id: FileRecordId) -> Result<FileRecord> {
        own(&mut *self.0.store.read().await?, caller, id).await
    }

    /// Forgets a record of the caller's. The file itself stays where it is.
    ///
    /// # Errors
    /// As for [`Chat::file_record`].
    pub async fn delete_file_record(&self, caller: Caller, id: FileRecordId) -> Result<()> {
        self.0
            .store
            .write(move |change| {
                async move {
                    let record = own(change.connection(), caller, id).await?;
                    store::file_record::delete(change.connection(), id).await?;
                    if let Some(message_id) = record.public_message_id {
                        let (seen, message) = message::find(change.connection(), caller, message_id).await?;
                        message::touch(change, &seen, &message).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
    }

    /// The records of a message in the public chat, oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a message that isn't in the public chat.
    pub async fn file_records_of_message(&self, caller: Caller, id: MessageId) -> Result<Vec<FileRecord>> {
        let mut connection = self.0.store.read().await?;
        public_message(&mut connection, caller, id).await?;
        store::file_record::of_message(&mut connection, id).await
    }

    /// The records of a direct chat, oldest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for one that isn't the caller's, whether it exists or not.
    pub async fn file_records_of_chat(&self, caller: Caller, id: ConversationId) -> Result<Vec<FileRecord>> {
        let mut connection = self.0.store.read().await?;
        own_chat(&mut connection, caller, id).await?;
        store::file_record::of_chat(&mut connection, id).await
    }
}

/// Checks all that needs no database, in the order that the document gives.
fn parse(new: &NewFileRecord) -> std::result::Result<(FileName, Url, Association), Error> {
    if new.filename.trim().is_empty() {
        return Err(Error::invalid("filename", "A file needs a name (filename)."));
    }
    if new.file_url.trim().is_empty() {
        return Err(Error::invalid("file_url", "A file needs an address (file_url)."));
    }
    let (filename, file_url) = (FileName::clean(&new.filename), Url::parse("file_url", &new.file_url)?);
    if new.file_size < 0 {
        return Err(Error::invalid("file_size", "A file’s size (file_size) is a number of bytes."));
    }
    if new.file_size > MAX_SIZE {
        let sentence = format!("File size exceeds the limit of 5MB ({MAX_SIZE} bytes).");
        return Err(Error::invalid("file_size", sentence));
    }
    if !filename.suffix().is_some_and(|suffix| TYPES.contains(&suffix.as_str())) {
        let sentence = format!("File type not allowed. Allowed types: {}.", TYPES.join(", ").to_uppercase());
        return Err(Error::invalid("filename", sentence));
    }
    let association = match (new.public_message_id, new.private_chat_id) {
        (Some(id), None) => Association::Message(id),
        (None, Some(id)) => Association::Chat(id),
        _ => {
            let sentence = "Exactly one of public_message_id and private_chat_id is required.";
            return Err(Error::invalid("public_message_id", sentence));
        }
    };
    Ok((filename, file_url, association))
}

async fn own(connection: &mut AnyConnection, caller: Caller, id: FileRecordId) -> Result<FileRecord> {
    let record = store::file_record::find(connection, id).await?;
    let record = record.ok_or_else(|| Error::not_found("that file"))?;
    if record.uploader_id != caller.user_id {
        return Err(denied().into());
    }
    Ok(record)
}

async fn own_message(connection: &mut AnyConnection, caller: Caller, id: MessageId) -> Result<(Seen, Message)> {
    let found = public_message(connection, caller, id).await?;
    if found.1.author_id != caller.user_id {
        return Err(denied().into());
    }
    Ok(found)
}

/// A message in the public chat. One that is elsewhere or was deleted isn't there.
async fn public_message(connection: &mut AnyConnection, caller: Caller, id: MessageId) -> Result<(Seen, Message)> {
    let (seen, message) = message::find(connection, caller, id).await?;
    if seen.conversation.kind != Kind::Public || message.deleted_at.is_some() {
        return Err(Error::not_found("that message").into());
    }
    Ok((seen, message))
}

async fn own_chat(connection: &mut AnyConnection, caller: Caller, id: ConversationId) -> Result<()> {
    match see(connection, caller, id).await {
        Ok(seen) if seen.conversation.kind == Kind::Direct => Ok(()),
        // A stranger can't tell a chat of others from one that isn't there.
        Ok(_) | Err(crate::Error::Refusal(Error::NotFound { .. })) => Err(denied().into()),
        Err(error) => Err(error),
    }
}

fn denied() -> Error {
    Error::forbidden("Access denied")
}
