//! Taking files in: the bytes first, then the file that names them.

use std::fmt::Display;

use bytes::Bytes;
use futures::{FutureExt, Stream};
use protocol::{Action, ConversationId, Error, File, FileId, FileName, FilePlace, FolderId, ProjectId};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Fault, Result, Storage,
    blobs::{Blobs, Incoming},
    file::find,
    folder::require_in,
    permission::{require, require_project},
    scan::Verdict,
    staging::failed,
    store,
    store::{Change, Store, blob::NewBlob, file::NewVersion},
};

/// Where an uploaded file is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Into a project's library. Where a file of that name lies there already, it gets another version.
    Library {
        /// The project.
        project_id: ProjectId,
        /// The folder; none for the library's top.
        folder_id: Option<FolderId>,
    },
    /// To a conversation, for a message that is still to be sent. Only who brought it knows of it until then; a day later
    /// it goes.
    Conversation(ConversationId),
}

impl From<ProjectId> for Destination {
    fn from(project_id: ProjectId) -> Self {
        Self::Library { project_id, folder_id: None }
    }
}

impl Chat {
    /// Takes a file in. When this returns, it is on disk. Its name is cleaned ([`FileName::clean`]), and its type told by
    /// its bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a project, folder or conversation that the caller may not know of; [`Error::Forbidden`] where
    /// they may not post; [`Error::TooLarge`] and [`Error::NoRoom`] beyond the limits ([`Storage`]);
    /// [`Error::RefusedMedia`] for a type that isn't taken; [`Error::Invalid`] where `content` breaks off or is infected;
    /// [`Fault::Scan`] where nobody can say whether it is. Nothing of the file stays then.
    pub async fn upload<E: Display>(
        &self,
        caller: Caller,
        destination: impl Into<Destination>,
        name: &str,
        content: impl Stream<Item = std::result::Result<Bytes, E>> + Send + Unpin,
    ) -> Result<File> {
        let (destination, name) = (destination.into(), FileName::clean(name));
        // Asked before a byte is taken, and once more when the file is written: an upload may take long.
        let storage = self.admit_upload(caller, destination).await?;
        let incoming = self.0.blobs.receive(content, &storage, &self.0.settings.accepted_types).await?;
        // From here on it runs to its end even if the caller goes away.
        let chat = self.clone();
        let kept = tokio::spawn(async move { chat.keep(caller, destination, name, incoming, None).await });
        kept.await.map_err(|_| Fault::Panic)?
    }

    /// How much room there is for a file that the caller may bring there.
    pub(crate) async fn admit_upload(&self, caller: Caller, destination: Destination) -> Result<Storage> {
        let mut connection = self.0.store.read().await?;
        require_destination(&mut connection, caller, destination).await?;
        let storage = Storage::of(&mut connection, &self.0.settings, caller.user_id).await?;
        storage.check(0)?;
        Ok(storage)
    }

    /// Has the virus scanner look at what has arrived, if there is one.
    async fn scan(&self, caller: Caller, incoming: &Incoming) -> Result<()> {
        let Some(scanner) = &self.0.scanner else { return Ok(()) };
        match scanner.scan(incoming.staged.read().await.map_err(failed)?).await? {
            Verdict::Clean => Ok(()),
            Verdict::Infected(found) => {
                let (user, hash) = (caller.user_id.0, &incoming.hash);
                tracing::warn!(user, hash, found, "an infected file was refused");
                let sentence = format!("That file isn’t taken: the virus scanner found {found} in it.");
                Err(Error::invalid("file", sentence).into())
            }
        }
    }

    /// Keeps what has arrived, and writes the file that names it; if it came in parts, the upload learns of that.
    pub(crate) async fn keep(
        &self,
        caller: Caller,
        destination: Destination,
        name: FileName,
        incoming: Incoming,
        upload_id: Option<String>,
    ) -> Result<File> {
        self.scan(caller, &incoming).await?;
        let (hash, size) = (&incoming.hash, incoming.size);
        let keeping = self.0.blobs.keeping(hash).await;
        place(&self.0.store, &self.0.blobs, &incoming).await?;
        let (blob_hash, chat) = (hash.clone(), self.clone());
        let written = self.0.store.write(move |change| {
            async move {
                require_destination(change.connection(), caller, destination).await?;
                // Others may have filled the room meanwhile.
                let storage = Storage::of(change.connection(), &chat.0.settings, caller.user_id).await?;
                storage.check(size.cast_unsigned())?;
                let version =
                    NewVersion { blob_hash: &blob_hash, size, uploader_id: caller.user_id, now: change.now() };
                let id = write(change, destination, &name, version).await?;
                if let Some(upload_id) = &upload_id {
                    store::resumable::finish(change.connection(), upload_id, id).await?;
                }
                Ok(find(change.connection(), caller, id).await?.0.file)
            }
            .boxed()
        });
        let written = written.await;
        drop(keeping);
        // After a fault it isn't known what the database holds: the next start will see.
        match &written {
            Ok(file) if file.pixels.is_some() => self.0.previews.wake(),
            Err(crate::Error::Refusal(_)) => self.sweep(hash).await,
            Ok(_) | Err(crate::Error::Fault(_)) => {}
        }
        written
    }
}

/// Refuses who may not bring a file there.
pub(crate) async fn require_destination(
    connection: &mut AnyConnection,
    caller: Caller,
    destination: Destination,
) -> Result<()> {
    match destination {
        Destination::Library { project_id, folder_id } => {
            require_project(connection, caller, project_id, Action::Post).await?;
            if let Some(folder_id) = folder_id {
                require_in(connection, project_id, folder_id).await?;
            }
        }
        Destination::Conversation(id) => {
            require(connection, caller, id, Action::Post).await?;
        }
    }
    Ok(())
}

/// A new file, or another version of one that lies there under that name.
async fn write(
    change: &mut Change,
    destination: Destination,
    name: &FileName,
    version: NewVersion<'_>,
) -> Result<FileId> {
    let connection = change.connection();
    let place = match destination {
        Destination::Conversation(conversation_id) => FilePlace::Conversation { conversation_id, message_id: None },
        Destination::Library { project_id, folder_id } => {
            if let Some(id) = store::file::find_by_name(connection, project_id, folder_id, name).await? {
                store::file::add_version(connection, id, version).await?;
                return Ok(id);
            }
            FilePlace::Library { project_id, folder_id }
        }
    };
    store::file::insert(connection, place, name, version).await
}

async fn place(store: &Store, blobs: &Blobs, incoming: &Incoming) -> Result<()> {
    let (hash, size, content_type, pixels) =
        (incoming.hash.clone(), incoming.size, incoming.content_type, incoming.pixels);
    store
        .write(move |change| {
            async move {
                let new = NewBlob { hash: &hash, size, content_type, pixels, preview: pixels.is_some() };
                store::blob::note(change.connection(), new).await
            }
            .boxed()
        })
        .await?;
    blobs.keep(incoming).await
}
