//! Files: finding, reading and deleting them.
//!
//! A blob is noted in the database before its bytes are kept, and forgotten after they are removed. Whatever a crash
//! leaves behind is therefore known there, and goes at the next start.

use std::ops::Range;

use bytes::Bytes;
use futures::{FutureExt, stream::BoxStream};
use protocol::{Action, Error, File, FileId, FilePlace, ProjectId};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Fault, Result,
    blobs::Blobs,
    message,
    permission::{check, find_project, require_project},
    store,
    store::{Store, conversation::Seen, file::StoredFile},
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
    pub(crate) fn new(chat: &Chat, caller: Caller, file: File, hash: String) -> Self {
        Self { file, hash, chat: chat.clone(), caller }
    }

    /// Its bytes in pieces: all of them, or those of a range, which must not be empty. What lies beyond the end is left out.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it was deleted a moment ago.
    pub async fn read(&self, range: Option<Range<u64>>) -> Result<BoxStream<'static, Result<Bytes>>> {
        if let Some(content) = self.chat.0.blobs.read(&self.hash, range).await? {
            return Ok(content);
        }
        // Unless it was deleted, its bytes are lost, which the operator must learn.
        self.chat.open_version(self.caller, self.file.id, self.file.version).await?;
        Err(Fault::Stored(format!("the bytes of file {} ({}) are missing", self.file.id, self.hash)).into())
    }
}

impl Chat {
    /// The files of a project's library, newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a project that the caller isn't in.
    pub async fn files(&self, caller: Caller, id: ProjectId) -> Result<Vec<File>> {
        self.newest_files(caller, id, i64::MAX).await
    }

    /// The newest files of a project's library.
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
    /// [`Error::NotFound`] for one that the caller may not read, whether it exists or not: of a project that they aren't
    /// in, on a message that they can't see, or brought by someone else for a message that isn't sent yet. The same for one
    /// in the bin ([`Chat::bin`]).
    pub async fn file(&self, caller: Caller, id: FileId) -> Result<File> {
        let (stored, _) = find(&mut *self.0.store.read().await?, caller, id).await?;
        Ok(stored.file)
    }

    /// A file, to read its bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::file`].
    pub async fn open_file(&self, caller: Caller, id: FileId) -> Result<OpenFile> {
        let StoredFile { file, blob_hash, .. } = find(&mut *self.0.store.read().await?, caller, id).await?.0;
        Ok(OpenFile::new(self, caller, file, blob_hash))
    }

    /// Deletes one's own file for good, in the bin or not, or as a moderator somebody else's. Its bytes go with the last file that has them.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::file`]; [`Error::Forbidden`].
    pub async fn delete_file(&self, caller: Caller, id: FileId) -> Result<()> {
        let deleted = self.0.store.write(move |change| {
            async move {
                let (stored, seen) = find_anywhere(change.connection(), caller, id).await?;
                require_own(caller, &stored, &seen)?;
                let hashes = store::file::delete(change.connection(), id).await?;
                if let FilePlace::Conversation { message_id: Some(message_id), .. } = stored.file.place {
                    message::lost_file(change, &seen, message_id).await?;
                }
                Ok(hashes)
            }
            .boxed()
        });
        self.sweep_detached(deleted.await?).await;
        Ok(())
    }

    /// Removes bytes that no file names any more, even if whoever asked goes away. What was deleted is gone whatever
    /// becomes of its bytes.
    pub(crate) async fn sweep_detached(&self, hashes: Vec<String>) {
        if hashes.is_empty() {
            return;
        }
        let chat = self.clone();
        let swept = tokio::spawn(async move {
            for hash in hashes {
                chat.sweep(&hash).await;
            }
        });
        if swept.await.is_err() {
            tracing::error!("{}", Fault::Panic);
        }
    }

    /// Removes bytes unless a file names them. Where that fails, the next start does it.
    pub(crate) async fn sweep(&self, hash: &str) {
        let _removing = self.0.blobs.removing(hash).await;
        let swept = async {
            if store::blob::is_unused(&mut *self.0.store.read().await?, hash).await? {
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
    let unused = store::blob::unused(&mut *store.read().await?).await?;
    for hash in &unused {
        remove(store, blobs, hash).await?;
    }
    if !unused.is_empty() {
        tracing::info!(blobs = unused.len(), "removed what the last run left behind");
    }
    Ok(())
}

async fn remove(store: &Store, blobs: &Blobs, hash: &str) -> Result<()> {
    blobs.remove(hash).await?;
    let hash = hash.to_owned();
    store.write(move |change| async move { store::blob::forget(change.connection(), &hash).await }.boxed()).await
}

/// The file and how the caller stands where it lies, for one who may read it, unless it lies in the bin.
pub(crate) async fn find(connection: &mut AnyConnection, caller: Caller, id: FileId) -> Result<(StoredFile, Seen)> {
    let (stored, seen) = find_anywhere(connection, caller, id).await?;
    if stored.file.binned_at.is_some() {
        return Err(unknown().into());
    }
    Ok((stored, seen))
}

/// The same, also where it lies in the bin.
pub(crate) async fn find_anywhere(
    connection: &mut AnyConnection,
    caller: Caller,
    id: FileId,
) -> Result<(StoredFile, Seen)> {
    let stored = store::file::find(connection, id).await?.ok_or_else(unknown)?;
    // Whether a file exists is not told to someone who may not read it.
    let seen = match stored.file.place {
        FilePlace::Library { project_id, .. } => {
            find_project(connection, caller, project_id).await?.ok_or_else(unknown)?.1
        }
        FilePlace::Conversation { message_id: None, .. } if stored.creator_id != caller.user_id => {
            return Err(unknown().into());
        }
        FilePlace::Conversation { conversation_id, .. } => {
            let seen = store::conversation::see(connection, conversation_id, caller.user_id).await?;
            seen.filter(|seen| seen.standing.may(Action::Read)).ok_or_else(unknown)?
        }
    };
    Ok((stored, seen))
}

/// Refuses who may not take this file away: it isn't theirs, and they don't keep order here.
pub(crate) fn require_own(caller: Caller, stored: &StoredFile, seen: &Seen) -> Result<()> {
    if stored.file.place.project_id().is_some() {
        // What is archived stays as it was, for those who keep order too.
        check(seen, Action::Post)?;
    }
    if !seen.standing.may(Action::Moderate) {
        if stored.creator_id != caller.user_id {
            return Err(Error::forbidden("You can delete only your own files.").into());
        }
        check(seen, Action::Post)?;
    }
    Ok(())
}

pub(crate) fn unknown() -> Error {
    Error::not_found("that file")
}
