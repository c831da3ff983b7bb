//! Files of messages: all that a conversation has, and the way from one to the next.

use protocol::{Action, ConversationId, File, FileId, FilePlace, FileRecord, Kind, MessageId, User};

use crate::{
    Caller, Chat, Result,
    file::{find, unknown},
    permission::require,
    store,
    store::attachment::Side,
};

/// The most files or records that are read at once.
const MAX_PAGE: i64 = 200;

/// A file of a message as it is looked at by itself.
#[derive(Clone, Debug)]
pub struct Viewed {
    /// The file.
    pub file: File,
    /// The message that it hangs on.
    pub message_id: MessageId,
    /// Who brought it.
    pub uploader: Option<User>,
    /// What can be shown in a page and came before it in this conversation.
    pub previous: Option<FileId>,
    /// What can be shown in a page and came after it.
    pub next: Option<FileId>,
}

impl Chat {
    /// The files of a conversation's messages, the newest first: at most so many, 1 to 201, of those before the file
    /// `before`.
    ///
    /// # Errors
    /// [`protocol::Error::NotFound`] for a conversation that the caller may not read.
    pub async fn conversation_files(
        &self,
        caller: Caller,
        id: ConversationId,
        before: Option<FileId>,
        limit: i64,
    ) -> Result<Vec<File>> {
        let mut connection = self.0.store.read().await?;
        require(&mut connection, caller, id, Action::Read).await?;
        // One more than a page holds tells whether another follows.
        store::attachment::of_conversation(&mut connection, id, before, limit.clamp(1, MAX_PAGE + 1)).await
    }

    /// The latest records of files that are kept elsewhere and belong to a direct chat, or to messages of the public one.
    /// No other conversation has any.
    ///
    /// # Errors
    /// As for [`Chat::conversation_files`].
    pub async fn conversation_records(&self, caller: Caller, id: ConversationId) -> Result<Vec<FileRecord>> {
        let mut connection = self.0.store.read().await?;
        let seen = require(&mut connection, caller, id, Action::Read).await?;
        match seen.conversation.kind {
            Kind::Public => store::file_record::latest_public(&mut connection, MAX_PAGE).await,
            Kind::Direct => store::file_record::latest_of_chat(&mut connection, id, MAX_PAGE).await,
            _ => Ok(Vec::new()),
        }
    }

    /// A file of one of the conversation's messages, with those before and after it.
    ///
    /// # Errors
    /// [`protocol::Error::NotFound`] as for [`Chat::file`], and for a file that is elsewhere.
    pub async fn view_file(&self, caller: Caller, id: ConversationId, file_id: FileId) -> Result<Viewed> {
        let mut connection = self.0.store.read().await?;
        let file = find(&mut connection, caller, file_id).await?.0.file;
        let message_id = match file.place {
            FilePlace::Conversation { conversation_id, message_id: Some(message_id) } if conversation_id == id => {
                message_id
            }
            _ => return Err(unknown().into()),
        };
        let previous = store::attachment::neighbour(&mut connection, id, file_id, Side::Before).await?;
        let next = store::attachment::neighbour(&mut connection, id, file_id, Side::After).await?;
        let uploader = store::user::find(&mut connection, file.uploader_id).await?;
        Ok(Viewed { file, message_id, uploader, previous, next })
    }
}
