//! The bin of a library: what is thrown away is out of sight, can be brought back for thirty days, and then goes for good.
//!
//! A folder takes with it what is in it. Only what was thrown away itself is listed, restored and deleted; the rest follows.

use futures::FutureExt;
use protocol::{Action, Error, File, FileId, FileName, FilePlace, Folder, FolderId, ProjectId, Timestamp};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Result,
    file::{self, find, find_anywhere, require_own},
    folder::{self, Tree},
    permission::{check, require_project},
    store,
    store::conversation::Seen,
};

/// How long it stays there, in milliseconds: thirty days.
const KEPT: i64 = 30 * 24 * 60 * 60 * 1_000;
/// How many files are taken at once: others wait for the writer while they are deleted in one change.
const BATCH: i64 = 100;

/// What lies in a library's bin, the last thing thrown away first.
#[derive(Clone, Debug, Default)]
pub struct Bin {
    /// Folders, each with all that was in it.
    pub folders: Vec<Folder>,
    /// Files.
    pub files: Vec<File>,
}

/// The place of a file in a bin, by which what follows it is found: when it was thrown away, and its id.
pub type BinMark = (Timestamp, FileId);

impl Bin {
    /// The mark of a file that lies there.
    #[must_use]
    pub fn mark(file: &File) -> BinMark {
        (file.binned_at.unwrap_or(file.uploaded_at), file.id)
    }
}

impl Chat {
    /// Throws one's own file away, or as a moderator somebody else's. A file of a message has no bin: it goes for good.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::file`]; [`Error::Forbidden`].
    pub async fn bin_file(&self, caller: Caller, id: FileId) -> Result<()> {
        let binned = self.0.store.write(move |change| {
            async move {
                let now = change.now();
                let (stored, seen) = find(change.connection(), caller, id).await?;
                let FilePlace::Library { .. } = stored.file.place else { return Ok(false) };
                require_own(caller, &stored, &seen)?;
                store::bin::put_file(change.connection(), id, now).await?;
                Ok(true)
            }
            .boxed()
        });
        if binned.await? { Ok(()) } else { self.delete_file(caller, id).await }
    }

    /// Throws one's own folder away, or as a moderator somebody else's, with all that is in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::folder`]; [`Error::Forbidden`].
    pub async fn bin_folder(&self, caller: Caller, id: FolderId) -> Result<()> {
        let binned = self.0.store.write(move |change| {
            async move {
                let now = change.now();
                let (folder, seen) = folder::find_anywhere(change.connection(), caller, id).await?;
                if folder.binned_at.is_some() {
                    return Err(folder::unknown().into());
                }
                require_own_folder(caller, &folder, &seen)?;
                store::bin::put_folder(change.connection(), id, now).await
            }
            .boxed()
        });
        binned.await
    }

    /// What was thrown away of a project's library, with no more than so many files: the first ones and all folders, or files
    /// alone that follow one that was given before.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a project that the caller isn't in.
    pub async fn bin(&self, caller: Caller, id: ProjectId, after: Option<BinMark>, limit: i64) -> Result<Bin> {
        let mut connection = self.0.store.read().await?;
        require_project(&mut connection, caller, id, Action::Read).await?;
        let folders = match after {
            None => store::bin::folders_of(&mut connection, id).await?,
            Some(_) => Vec::new(),
        };
        let after = after.unwrap_or((Timestamp(i64::MAX), FileId(i64::MAX)));
        Ok(Bin { folders, files: store::bin::files_of(&mut connection, id, after, limit).await? })
    }

    /// A file that was thrown away itself, of a library that the caller may look into.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any other.
    pub async fn binned_file(&self, caller: Caller, id: FileId) -> Result<File> {
        let stored = find_anywhere(&mut *self.0.store.read().await?, caller, id).await?.0;
        if stored.file.binned_at.is_none() || stored.binned_with.is_some() {
            return Err(file::unknown().into());
        }
        Ok(stored.file)
    }

    /// The same for a folder.
    ///
    /// # Errors
    /// As for [`Chat::binned_file`].
    pub async fn binned_folder(&self, caller: Caller, id: FolderId) -> Result<Folder> {
        let mut connection = self.0.store.read().await?;
        let folder = folder::find_anywhere(&mut connection, caller, id).await?.0;
        if folder.binned_at.is_none() || store::bin::went_with_another(&mut connection, id).await? {
            return Err(folder::unknown().into());
        }
        Ok(folder)
    }

    /// Brings a file back to where it was, or to the top where that is gone, under a name that is free there.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that the caller may not know of; [`Error::Conflict`] for one that isn't in the bin, or is
    /// there in a folder; [`Error::Forbidden`].
    pub async fn restore_file(&self, caller: Caller, id: FileId) -> Result<File> {
        let restored = self.0.store.write(move |change| {
            async move {
                let connection = change.connection();
                let (stored, seen) = find_anywhere(connection, caller, id).await?;
                require_own(caller, &stored, &seen)?;
                if stored.binned_with.is_some() {
                    return Err(with_folder().into());
                }
                let (FilePlace::Library { project_id, folder_id }, Some(_)) =
                    (stored.file.place, stored.file.binned_at)
                else {
                    return Err(not_there().into());
                };
                let folder_id = match folder_id {
                    Some(id) if folder::require_in(connection, project_id, id).await.is_ok() => Some(id),
                    _ => None,
                };
                let wanted = FileName::clean(&stored.file.name);
                let (mut name, mut number) = (wanted.clone(), 1);
                while store::file::find_by_name(connection, project_id, folder_id, &name).await?.is_some() {
                    number += 1;
                    name = wanted.numbered(number);
                }
                store::file::put(connection, id, folder_id, &name).await?;
                Ok(find(connection, caller, id).await?.0.file)
            }
            .boxed()
        });
        restored.await
    }

    /// The same for a folder and all that went with it.
    ///
    /// # Errors
    /// As for [`Chat::restore_file`].
    pub async fn restore_folder(&self, caller: Caller, id: FolderId) -> Result<Folder> {
        let restored = self.0.store.write(move |change| {
            async move {
                let connection = change.connection();
                let (folder, seen) = folder::find_anywhere(connection, caller, id).await?;
                require_own_folder(caller, &folder, &seen)?;
                if folder.binned_at.is_none() {
                    return Err(not_there().into());
                }
                if store::bin::went_with_another(connection, id).await? {
                    return Err(with_folder().into());
                }
                store::bin::show_all_in(connection, id).await?;
                let tree = Tree::of(connection, folder.project_id).await?;
                let parent_id = folder.parent_id.filter(|_| tree.check_room(folder.parent_id, tree.height(id)).is_ok());
                let wanted = FileName::clean(&folder.name);
                let (mut name, mut number) = (wanted.clone(), 1);
                while store::folder::find_by_name(connection, folder.project_id, parent_id, &name).await?.is_some() {
                    number += 1;
                    name = wanted.numbered(number);
                }
                store::folder::put(connection, id, parent_id, &name).await?;
                Ok(folder::find_anywhere(connection, caller, id).await?.0)
            }
            .boxed()
        });
        restored.await
    }

    /// Deletes one's own folder for good, or as a moderator somebody else's, with all that is in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that the caller may not know of; [`Error::Conflict`] for one whose folder is in the bin;
    /// [`Error::Forbidden`].
    pub async fn delete_folder(&self, caller: Caller, id: FolderId) -> Result<()> {
        let out_of_sight = self.0.store.write(move |change| {
            async move {
                let now = change.now();
                let connection = change.connection();
                let (folder, seen) = folder::find_anywhere(connection, caller, id).await?;
                require_own_folder(caller, &folder, &seen)?;
                if folder.binned_at.is_none() {
                    store::bin::put_folder(connection, id, now).await?;
                } else if store::bin::went_with_another(connection, id).await? {
                    return Err(with_folder().into());
                }
                Ok(())
            }
            .boxed()
        });
        out_of_sight.await?;
        self.clear_folder(id).await
    }

    /// Deletes for good what lies in a library's bin: all of it as a moderator, else what is one's own. Says whether
    /// anything is left.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a project that the caller isn't in; [`Error::Forbidden`].
    pub async fn empty_bin(&self, caller: Caller, id: ProjectId) -> Result<bool> {
        let seen = require_project(&mut *self.0.store.read().await?, caller, id, Action::Post).await?.1;
        let (mut after, mut left) = (None, false);
        loop {
            let Bin { folders, files } = self.bin(caller, id, after, BATCH).await?;
            for folder in folders {
                let own = require_own_folder(caller, &folder, &seen).is_ok();
                left |= !own || !gone(self.delete_folder(caller, folder.id).await)?;
            }
            for file in &files {
                left |= !gone(self.delete_file(caller, file.id).await)?;
            }
            match files.last() {
                Some(file) => after = Some(Bin::mark(file)),
                None => return Ok(left),
            }
        }
    }

    /// Deletes for good what has lain in bins for thirty days. To be called now and then.
    ///
    /// # Errors
    /// [`crate::Error::Fault`].
    pub async fn sweep_bin(&self, now: Timestamp) -> Result<()> {
        let moment = Timestamp(now.0 - KEPT);
        loop {
            let swept = self.0.store.write(move |change| {
                async move {
                    let files = store::bin::files_before(change.connection(), moment, BATCH).await?;
                    delete_all(change.connection(), &files).await
                }
                .boxed()
            });
            let hashes = swept.await?;
            if hashes.is_empty() {
                break;
            }
            self.sweep_detached(hashes).await;
        }
        let folders = store::bin::folders_before(&mut *self.0.store.read().await?, moment).await?;
        for id in folders {
            self.clear_folder(id).await?;
        }
        Ok(())
    }

    /// Deletes a folder for good that lies in the bin, some files at a time: one that is restored meanwhile keeps the rest.
    async fn clear_folder(&self, id: FolderId) -> Result<()> {
        loop {
            let cleared = self.0.store.write(move |change| {
                async move {
                    let connection = change.connection();
                    let files = store::bin::files_with(connection, id, BATCH).await?;
                    if files.is_empty() {
                        store::bin::delete_folder(connection, id).await?;
                    }
                    delete_all(connection, &files).await
                }
                .boxed()
            });
            let hashes = cleared.await?;
            if hashes.is_empty() {
                return Ok(());
            }
            self.sweep_detached(hashes).await;
        }
    }
}

/// Deletes files for good. Returns the names of their blobs, at least one for each.
async fn delete_all(connection: &mut AnyConnection, files: &[FileId]) -> Result<Vec<String>> {
    let mut hashes = Vec::new();
    for id in files {
        hashes.append(&mut store::file::delete(connection, *id).await?);
    }
    Ok(hashes)
}

/// Refuses who may not take this folder away: it isn't theirs, and they don't keep order here.
fn require_own_folder(caller: Caller, folder: &Folder, seen: &Seen) -> protocol::Result<()> {
    check(seen, Action::Post)?;
    if folder.creator_id != caller.user_id && !seen.standing.may(Action::Moderate) {
        return Err(Error::forbidden("You can delete only your own folders."));
    }
    Ok(())
}

/// Whether a thing is gone now, by whose hand ever; not if it may not be deleted.
fn gone(deleted: Result<()>) -> Result<bool> {
    match deleted {
        Ok(()) | Err(crate::Error::Refusal(Error::NotFound { .. })) => Ok(true),
        Err(crate::Error::Refusal(_)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

fn with_folder() -> Error {
    Error::conflict("It lies in a folder that is in the bin: that one comes back as a whole.")
}

fn not_there() -> Error {
    Error::conflict("It isn’t in the bin.")
}
