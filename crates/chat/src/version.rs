//! Versions of a file: every upload onto its name adds one, and none is lost until someone deletes it.

use futures::FutureExt;
use protocol::{Action, Error, File, FileId, FileVersion};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, OpenFile, Result, Storage,
    file::{find, unknown},
    permission::check,
    store,
    store::{file::NewVersion, version::StoredVersion},
};

impl Chat {
    /// A file's versions, the newest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::file`].
    pub async fn versions(&self, caller: Caller, id: FileId) -> Result<Vec<FileVersion>> {
        let mut connection = self.0.store.read().await?;
        find(&mut connection, caller, id).await?;
        let versions = store::version::of(&mut connection, id).await?;
        Ok(versions.into_iter().map(|stored| stored.version).collect())
    }

    /// A version of a file, to read its bytes.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::file`], and for a version that isn't there.
    pub async fn open_version(&self, caller: Caller, id: FileId, number: i64) -> Result<OpenFile> {
        let mut connection = self.0.store.read().await?;
        let (stored, _) = find(&mut connection, caller, id).await?;
        let StoredVersion { version, pixels, blob_hash } = find_version(&mut connection, id, number).await?;
        let file = File {
            size: version.size,
            content_type: version.content_type,
            pixels,
            version: version.number,
            uploader_id: version.uploader_id,
            uploaded_at: version.uploaded_at,
            ..stored.file
        };
        Ok(OpenFile::new(self, caller, file, blob_hash))
    }

    /// Makes an old version the newest again: another version with the same bytes, which counts for the caller.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::open_version`]; [`Error::Forbidden`]; [`Error::NoRoom`].
    pub async fn restore_version(&self, caller: Caller, id: FileId, number: i64) -> Result<File> {
        let settings = self.0.settings.clone();
        let restored = self.0.store.write(move |change| {
            async move {
                let now = change.now();
                let connection = change.connection();
                let (stored, seen) = find(connection, caller, id).await?;
                check(&seen, Action::Post)?;
                let old = find_version(connection, id, number).await?;
                if old.version.number == stored.file.version {
                    return Ok(stored.file);
                }
                let size = old.version.size;
                Storage::of(connection, &settings, caller.user_id).await?.check(size.cast_unsigned())?;
                let version = NewVersion { blob_hash: &old.blob_hash, size, uploader_id: caller.user_id, now };
                store::file::add_version(connection, id, version).await?;
                Ok(find(connection, caller, id).await?.0.file)
            }
            .boxed()
        });
        restored.await
    }

    /// Deletes a version that one brought, or as a moderator somebody else's. Where it was the newest, the one before it is
    /// from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::open_version`]; [`Error::Conflict`] for the only one; [`Error::Forbidden`].
    pub async fn delete_version(&self, caller: Caller, id: FileId, number: i64) -> Result<()> {
        let deleted = self.0.store.write(move |change| {
            async move {
                let connection = change.connection();
                let (_, seen) = find(connection, caller, id).await?;
                check(&seen, Action::Post)?;
                let StoredVersion { version, blob_hash, .. } = find_version(connection, id, number).await?;
                if version.uploader_id != caller.user_id && !seen.standing.may(Action::Moderate) {
                    return Err(Error::forbidden("You can delete only versions that you brought.").into());
                }
                if store::version::of(connection, id).await?.len() == 1 {
                    return Err(Error::conflict("It is the only version: delete the file instead.").into());
                }
                store::version::delete(connection, id, &version).await?;
                Ok(vec![blob_hash])
            }
            .boxed()
        });
        self.sweep_detached(deleted.await?).await;
        Ok(())
    }

    /// Undoes an upload, given what it answered: the version goes, and the file with it where that has no other.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it is gone; [`Error::Forbidden`].
    pub async fn take_back(&self, caller: Caller, uploaded: &File) -> Result<()> {
        match self.delete_version(caller, uploaded.id, uploaded.version).await {
            Err(crate::Error::Refusal(Error::Conflict { .. })) => self.delete_file(caller, uploaded.id).await,
            other => other,
        }
    }
}

async fn find_version(connection: &mut AnyConnection, id: FileId, number: i64) -> Result<StoredVersion> {
    let versions = store::version::of(connection, id).await?;
    Ok(versions.into_iter().find(|stored| stored.version.number == number).ok_or_else(unknown)?)
}
