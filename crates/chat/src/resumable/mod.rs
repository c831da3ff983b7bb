//! Uploads that come in parts, and go on where they broke off: begun, appended to, looked at, cancelled. What has come is on
//! disk before its sender hears of it, so a crash costs only what was under way.

mod append;
pub(crate) mod turn;

use std::fmt::Display;

use bytes::Bytes;
use futures::{FutureExt as _, stream::BoxStream};
use protocol::{Error, FileId, FileName, Timestamp};

use self::{append::Appending, turn::Turn};
use crate::{
    Caller, Chat, Destination, Fault, Result, Storage,
    store::{self, resumable::StoredUpload},
    upload::require_destination,
};

/// How long an upload waits to be gone on with, in milliseconds.
pub(crate) const PATIENCE: i64 = 24 * 60 * 60 * 1000;

/// The most uploads that one person may have under way.
const MAX_UNDER_WAY: usize = 100;

/// An upload that comes in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumableUpload {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Where it goes.
    pub destination: Destination,
    /// What the file is to be called.
    pub name: String,
    /// How many bytes it is to have.
    pub size: u64,
    /// How many of them are safely on disk.
    pub received: u64,
    /// When it goes, unless someone goes on with it.
    pub expires_at: Timestamp,
    /// What became of it, once it was whole.
    pub file_id: Option<FileId>,
}

impl From<StoredUpload> for ResumableUpload {
    fn from(stored: StoredUpload) -> Self {
        Self {
            id: stored.id,
            destination: stored.destination,
            name: stored.name.as_str().to_owned(),
            size: stored.size.cast_unsigned(),
            received: stored.received.cast_unsigned(),
            expires_at: Timestamp(stored.touched_at.0 + PATIENCE),
            file_id: stored.file_id,
        }
    }
}

impl Chat {
    /// Begins an upload of so many bytes. Its name is cleaned as in [`Chat::upload`]. One without any is whole at once.
    ///
    /// # Errors
    /// What [`Chat::upload`] refuses before a byte is taken, where all that is under way counts as well;
    /// [`Error::Conflict`] for someone who has a hundred uploads under way.
    pub async fn begin_upload(
        &self,
        caller: Caller,
        destination: impl Into<Destination>,
        name: &str,
        size: u64,
    ) -> Result<ResumableUpload> {
        let (destination, name) = (destination.into(), FileName::clean(name));
        self.admit_upload(caller, destination).await?.check(size)?;
        let (chat, id) = (self.clone(), self.0.blobs.staging().unused_name());
        let begun = self.0.store.write(move |change| {
            async move {
                let (now, connection) = (change.now(), change.connection());
                require_destination(connection, caller, destination).await?;
                let others = store::resumable::of_person(connection, caller.user_id).await?;
                if others.len() >= MAX_UNDER_WAY {
                    let sentence = format!("You have {MAX_UNDER_WAY} uploads under way. Finish or cancel one first.");
                    return Err(Error::conflict(sentence).into());
                }
                let mut storage = Storage::of(connection, &chat.0.settings, caller.user_id).await?;
                storage.person_used += others.iter().map(|upload| upload.size.cast_unsigned()).sum::<u64>();
                storage.place_used += store::resumable::promised(connection).await?.cast_unsigned();
                storage.check(size)?;
                let user_id = caller.user_id;
                let (size, received) = (i64::try_from(size).unwrap_or(i64::MAX), 0);
                let upload =
                    StoredUpload { id, user_id, destination, name, size, received, touched_at: now, file_id: None };
                store::resumable::insert(connection, &upload).await?;
                Ok(upload)
            }
            .boxed()
        });
        let upload = begun.await?;
        if size == 0 { self.resume_upload(caller, &upload.id).await } else { Ok(upload.into()) }
    }

    /// Adds bytes to one's own upload, which has so many already. They stay even if `content` breaks off. When it is whole,
    /// the file is written; asked again after that, the answer is the same.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an upload that isn't the caller's, was cancelled or has expired; [`Error::Conflict`] where it
    /// has another number of bytes, or another request is adding some; [`Error::TooLarge`] for more than it is to have;
    /// [`Error::Invalid`] where `content` breaks off. What [`Chat::upload`] refuses once it is whole, and
    /// [`Error::RefusedMedia`] as soon as it shows: then the upload is gone.
    pub async fn append_upload<E: Display + Send + 'static>(
        &self,
        caller: Caller,
        id: &str,
        received: u64,
        content: BoxStream<'static, std::result::Result<Bytes, E>>,
    ) -> Result<ResumableUpload> {
        self.own_upload(caller, id).await?;
        let turn = self.0.turns.take(id).ok_or_else(|| Error::conflict("Another request is adding to this upload."))?;
        // From here on it runs to its end even if the caller goes away: what came must be counted.
        let (chat, id) = (self.clone(), id.to_owned());
        let appending = tokio::spawn(async move { chat.append(caller, &id, received, content, turn).await });
        appending.await.map_err(|_| Fault::Panic)?
    }

    /// How far one's own upload has come, to go on from there. A request that still adds to it is ended first: it may hang
    /// on a line that is dead. One that has all its bytes, but never became a file because the server stopped, becomes it.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::append_upload`]; what that refuses once an upload is whole.
    pub async fn resume_upload(&self, caller: Caller, id: &str) -> Result<ResumableUpload> {
        self.own_upload(caller, id).await?;
        let (chat, id) = (self.clone(), id.to_owned());
        let resuming = tokio::spawn(async move {
            let _turn = chat.0.turns.take_over(&id).await;
            let mut upload = chat.own_upload(caller, &id).await?;
            if upload.file_id.is_none() {
                Appending::open(&chat, &mut upload, &chat.0.blobs.staging().lasting(&id)).await?;
            }
            chat.complete(caller, upload).await
        });
        resuming.await.map_err(|_| Fault::Panic)?
    }

    /// What is known of one's own upload, without disturbing it.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::append_upload`].
    pub async fn resumable_upload(&self, caller: Caller, id: &str) -> Result<ResumableUpload> {
        Ok(self.own_upload(caller, id).await?.into())
    }

    /// One's own uploads that aren't whole, the one that was last gone on with first.
    ///
    /// # Errors
    /// [`crate::Error::Fault`].
    pub async fn resumable_uploads(&self, caller: Caller) -> Result<Vec<ResumableUpload>> {
        let uploads = store::resumable::of_person(&mut *self.0.store.read().await?, caller.user_id).await?;
        Ok(uploads.into_iter().filter(|upload| !self.has_expired(upload)).map(ResumableUpload::from).collect())
    }

    /// Gives up one's own upload. What came of it is removed; a file that it became stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::append_upload`].
    pub async fn cancel_upload(&self, caller: Caller, id: &str) -> Result<()> {
        self.own_upload(caller, id).await?;
        let _turn = self.0.turns.take_over(id).await;
        self.own_upload(caller, id).await?;
        self.forget_upload(id).await
    }

    async fn append<E: Display>(
        &self,
        caller: Caller,
        id: &str,
        received: u64,
        content: BoxStream<'static, std::result::Result<Bytes, E>>,
        mut turn: Turn,
    ) -> Result<ResumableUpload> {
        let (mut upload, staged) = (self.own_upload(caller, id).await?, self.0.blobs.staging().lasting(id));
        if upload.file_id.is_some() {
            require_at(&upload, received)?;
            return Ok(upload.into());
        }
        let taken = Appending::open(self, &mut upload, &staged).await?.take(received, content, &mut turn).await;
        if let Err(crate::Error::Refusal(Error::RefusedMedia { .. })) = taken {
            self.forget_upload(id).await?;
        }
        taken?;
        self.complete(caller, upload).await
    }

    /// Makes a file of an upload that has all its bytes. What is refused then is gone; after a fault it can be tried again.
    async fn complete(&self, caller: Caller, mut upload: StoredUpload) -> Result<ResumableUpload> {
        if upload.received < upload.size || upload.file_id.is_some() {
            return Ok(upload.into());
        }
        let staged = || self.0.blobs.staging().lasting(&upload.id);
        let completing = async {
            let incoming = self.0.blobs.examine(staged(), &self.0.settings.accepted_types).await?;
            let (name, id) = (upload.name.clone(), upload.id.clone());
            self.keep(caller, upload.destination, name, incoming, Some(id)).await
        };
        match completing.await {
            Ok(file) => {
                staged().remove().await;
                upload.file_id = Some(file.id);
                Ok(upload.into())
            }
            Err(error) => {
                if matches!(&error, crate::Error::Refusal(refusal) if !refusal.is_passing()) {
                    self.forget_upload(&upload.id).await?;
                }
                Err(error)
            }
        }
    }

    /// An upload of the caller's. Whether somebody else has one is not told.
    async fn own_upload(&self, caller: Caller, id: &str) -> Result<StoredUpload> {
        let well_formed = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let found =
            if well_formed { store::resumable::find(&mut *self.0.store.read().await?, id).await? } else { None };
        let own = found.filter(|upload| upload.user_id == caller.user_id && !self.has_expired(upload));
        own.ok_or_else(|| Error::not_found("that upload").into())
    }

    fn has_expired(&self, upload: &StoredUpload) -> bool {
        upload.touched_at.0 + PATIENCE <= (self.0.environment.now)().0
    }

    /// Removes an upload and what is staged of it. To be called by who has its turn.
    pub(crate) async fn forget_upload(&self, id: &str) -> Result<()> {
        let gone = id.to_owned();
        let deleted = self
            .0
            .store
            .write(move |change| async move { store::resumable::delete(change.connection(), &gone).await }.boxed());
        deleted.await?;
        self.0.blobs.staging().lasting(id).remove().await;
        Ok(())
    }
}

/// Refuses who goes on from elsewhere than where an upload stands.
fn require_at(upload: &StoredUpload, received: u64) -> Result<()> {
    let has = upload.received.cast_unsigned();
    if has == received {
        return Ok(());
    }
    Err(Error::conflict(format!("This upload has {has} bytes, not {received}. Go on from there.")).into())
}
