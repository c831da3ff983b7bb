//! Files of projects: uploading, reading, deleting.
//!
//! A blob is noted in the database before its bytes are kept, and forgotten after they are removed. Whatever a crash
//! leaves behind is therefore known there, and goes at the next start.

use std::{fmt::Display, ops::Range};

use bytes::Bytes;
use futures::{FutureExt, Stream, stream::BoxStream};
use protocol::{Action, Error, File, FileId, FileName, ProjectId};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Fault, Result, Storage,
    blobs::{Blobs, Incoming},
    permission::{check, find_project, require_project},
    scan::Verdict,
    store,
    store::{
        Store,
        conversation::Seen,
        file::{NewFile, StoredFile},
    },
};

/// A file that its caller may read.
pub struct OpenFile {
    /// What is known of it.
    pub file: File,
    /// SHA-256 of its bytes, in hexadecimal.
    pub hash: String,
    chat: Chat,
    caller: Caller,
}

impl OpenFile {
    /// Its bytes in pieces: all of them, or those of a range, which must not be empty. What lies beyond the end is left out.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it was deleted a moment ago.
    pub async fn read(&self, range: Option<Range<u64>>) -> Result<BoxStream<'static, Result<Bytes>>> {
        if let Some(content) = self.chat.0.blobs.read(&self.hash, range).await? {
            return Ok(content);
        }
        // Unless it was deleted, its bytes are lost, which the operator must learn.
        self.chat.file(self.caller, self.file.id).await?;
        Err(Fault::Stored(format!("the bytes of file {} ({}) are missing", self.file.id, self.hash)).into())
    }
}

impl Chat {
    /// Takes a file into a project. When this returns, it is on disk. Its name is cleaned ([`FileName::clean`]), and its
    /// type told by its bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a project that the caller isn't in; [`Error::Forbidden`] for one that is archived;
    /// [`Error::TooLarge`] and [`Error::NoRoom`] beyond the limits ([`Storage`]); [`Error::RefusedMedia`] for a type that
    /// isn't taken; [`Error::Invalid`] where `content` breaks off or is infected; [`Fault::Scan`] where nobody can say
    /// whether it is. Nothing of the file stays then.
    pub async fn upload<E: Display>(
        &self,
        caller: Caller,
        id: ProjectId,
        name: &str,
        content: impl Stream<Item = std::result::Result<Bytes, E>> + Send + Unpin,
    ) -> Result<File> {
        let name = FileName::clean(name);
        // Asked before a byte is taken, and once more when the file is written: an upload may take long.
        let storage = self.admit(caller, id).await?;
        let incoming = self.0.blobs.receive(content, &storage, &self.0.settings.accepted_types).await?;
        // From here on it runs to its end even if the caller goes away.
        let chat = self.clone();
        let kept = tokio::spawn(async move { chat.keep(caller, id, name, incoming).await });
        kept.await.map_err(|_| Fault::Panic)?
    }

    /// A project's files, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a project that the caller isn't in.
    pub async fn files(&self, caller: Caller, id: ProjectId) -> Result<Vec<File>> {
        self.newest_files(caller, id, i64::MAX).await
    }

    /// The newest files of a project.
    ///
    /// # Errors
    /// As for [`Chat::files`].
    pub async fn newest_files(&self, caller: Caller, id: ProjectId, limit: i64) -> Result<Vec<File>> {
        let mut connection = self.0.store.read().await?;
        require_project(&mut connection, caller, id, Action::Read).await?;
        store::file::of_project(&mut connection, id, limit).await
    }

    /// What is known of a file.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one of a project that the caller isn't in, whether it exists or not.
    pub async fn file(&self, caller: Caller, id: FileId) -> Result<File> {
        let (stored, _) = find(&mut *self.0.store.read().await?, caller, id).await?;
        Ok(stored.file)
    }

    /// A file, to read its bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::file`].
    pub async fn open_file(&self, caller: Caller, id: FileId) -> Result<OpenFile> {
        let StoredFile { file, blob_hash: hash } = find(&mut *self.0.store.read().await?, caller, id).await?.0;
        Ok(OpenFile { file, hash, chat: self.clone(), caller })
    }

    /// Deletes one's own file, or as a moderator somebody else's. Its bytes go with the last file that has them.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::file`]; [`Error::Forbidden`].
    pub async fn delete_file(&self, caller: Caller, id: FileId) -> Result<()> {
        let deleted = self.0.store.write(move |change| {
            async move {
                let (stored, seen) = find(change.connection(), caller, id).await?;
                if !seen.standing.may(Action::Moderate) {
                    if stored.file.uploader_id != caller.user_id {
                        return Err(Error::forbidden("You can delete only your own files.").into());
                    }
                    check(&seen, Action::Post)?;
                }
                store::file::delete(change.connection(), &stored.file).await?;
                Ok(stored.blob_hash)
            }
            .boxed()
        });
        let hash = deleted.await?;
        // The file is gone whatever becomes of its bytes, and they go even if the caller does.
        let chat = self.clone();
        let swept = tokio::spawn(async move { chat.sweep(&hash).await });
        if swept.await.is_err() {
            tracing::error!("{}", Fault::Panic);
        }
        Ok(())
    }

    /// How much room there is for a file that the caller may bring.
    async fn admit(&self, caller: Caller, id: ProjectId) -> Result<Storage> {
        let mut connection = self.0.store.read().await?;
        require_project(&mut connection, caller, id, Action::Post).await?;
        let storage = Storage::of(&mut connection, &self.0.settings, caller.user_id).await?;
        storage.check(0)?;
        Ok(storage)
    }

    /// Has the virus scanner look at what has arrived, if there is one.
    async fn scan(&self, caller: Caller, id: ProjectId, incoming: &Incoming) -> Result<()> {
        let Some(scanner) = &self.0.scanner else { return Ok(()) };
        match scanner.scan(self.0.blobs.look_at(incoming).await?).await? {
            Verdict::Clean => Ok(()),
            Verdict::Infected(found) => {
                let (user, project, hash) = (caller.user_id.0, id.0, &incoming.hash);
                tracing::warn!(user, project, hash, found, "an infected file was refused");
                let sentence = format!("That file isn’t taken: the virus scanner found {found} in it.");
                Err(Error::invalid("file", sentence).into())
            }
        }
    }

    /// Keeps what has arrived, and writes the file that names it.
    async fn keep(&self, caller: Caller, id: ProjectId, name: FileName, incoming: Incoming) -> Result<File> {
        if let Err(error) = self.scan(caller, id, &incoming).await {
            self.0.blobs.discard(&incoming).await;
            return Err(error);
        }
        let keeping = self.0.blobs.keeping().await;
        if let Err(error) = place(&self.0.store, &self.0.blobs, &incoming).await {
            self.0.blobs.discard(&incoming).await;
            return Err(error);
        }
        let Incoming { hash, content_type, size, .. } = incoming;
        let (blob_hash, chat) = (hash.clone(), self.clone());
        let written = self.0.store.write(move |change| {
            async move {
                require_project(change.connection(), caller, id, Action::Post).await?;
                // Others may have filled the room meanwhile.
                let storage = Storage::of(change.connection(), &chat.0.settings, caller.user_id).await?;
                storage.check(size.cast_unsigned())?;
                let new = NewFile {
                    project_id: id,
                    blob_hash: &blob_hash,
                    name: name.as_str(),
                    content_type,
                    uploader_id: caller.user_id,
                    size,
                    now: change.now(),
                };
                let id = store::file::insert(change.connection(), new).await?;
                Ok(find(change.connection(), caller, id).await?.0.file)
            }
            .boxed()
        });
        let written = written.await;
        drop(keeping);
        // After a fault it isn't known what the database holds: the next start will see.
        if let Err(crate::Error::Refusal(_)) = &written {
            self.sweep(&hash).await;
        }
        written
    }

    /// Removes bytes that no file names any more. Where that fails, the next start does it.
    async fn sweep(&self, hash: &str) {
        let _removing = self.0.blobs.removing().await;
        let swept = async {
            if store::file::is_unused_blob(&mut *self.0.store.read().await?, hash).await? {
                remove(&self.0.store, &self.0.blobs, hash).await?;
            }
            Ok::<_, crate::Error>(())
        };
        if let Err(error) = swept.await {
            tracing::error!(%error, hash, "bytes that are no longer needed could not be removed");
        }
    }
}

/// Removes the bytes that a crash left behind: kept for a file that was never written, or not yet removed after one that
/// was deleted.
pub(crate) async fn sweep_all(store: &Store, blobs: &Blobs) -> Result<()> {
    let unused = store::file::unused_blobs(&mut *store.read().await?).await?;
    for hash in &unused {
        remove(store, blobs, hash).await?;
    }
    if !unused.is_empty() {
        tracing::info!(blobs = unused.len(), "removed what the last run left behind");
    }
    Ok(())
}

async fn place(store: &Store, blobs: &Blobs, incoming: &Incoming) -> Result<()> {
    let (hash, size) = (incoming.hash.clone(), incoming.size);
    store
        .write(move |change| async move { store::file::note_blob(change.connection(), &hash, size).await }.boxed())
        .await?;
    blobs.keep(incoming).await
}

async fn remove(store: &Store, blobs: &Blobs, hash: &str) -> Result<()> {
    blobs.remove(hash).await?;
    let hash = hash.to_owned();
    store.write(move |change| async move { store::file::forget_blob(change.connection(), &hash).await }.boxed()).await
}

/// The file, for a caller who may read its project's conversation.
async fn find(connection: &mut AnyConnection, caller: Caller, id: FileId) -> Result<(StoredFile, Seen)> {
    let stored = store::file::find(connection, id).await?.ok_or_else(unknown)?;
    let found = find_project(connection, caller, stored.file.project_id).await?;
    // Whether a file exists is not told to someone who may not read it.
    let (_, seen) = found.ok_or_else(unknown)?;
    Ok((stored, seen))
}

fn unknown() -> Error {
    Error::not_found("that file")
}
