//! Bytes on their way into an upload: first onto the disk, then into the count that clients are told.

use std::fmt::Display;

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _, stream::BoxStream};
use protocol::Error;
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _, SeekFrom},
};

use super::{require_at, turn::Turn};
use crate::{
    Chat, Result,
    blobs::{GATHERED, broken_off},
    media_type,
    staging::{Staged, failed},
    store::{self, resumable::StoredUpload},
};

/// After how many bytes they are flushed to the disk and counted: so many a crash may cost.
const COUNTED: i64 = 8 << 20;

/// An upload that is being written to.
pub(super) struct Appending<'a> {
    chat: &'a Chat,
    upload: &'a mut StoredUpload,
    file: File,
    /// Its first bytes, until they tell what it is.
    head: Option<Vec<u8>>,
    gathered: Vec<u8>,
    /// How many bytes came since the last count.
    uncounted: i64,
}

impl<'a> Appending<'a> {
    /// Opens what is there of it, exactly as far as it was counted.
    pub(super) async fn open(chat: &'a Chat, upload: &'a mut StoredUpload, staged: &Staged) -> Result<Self> {
        let mut file = staged.open().await.map_err(failed)?;
        let length = file.metadata().await.map_err(failed)?.len().cast_signed();
        if length > upload.received {
            // What a crash left beyond may never have reached the disk.
            file.set_len(upload.received.cast_unsigned()).await.map_err(failed)?;
        } else if length < upload.received {
            tracing::warn!(upload = upload.id, length, "less is there of an upload than was counted");
            upload.received = length;
            count(chat, upload).await?;
        }
        file.seek(SeekFrom::Start(upload.received.cast_unsigned())).await.map_err(failed)?;
        let head = match upload.received.cast_unsigned() {
            known if known < media_type::HEAD as u64 => Some(read_head(staged).await?),
            _ => None,
        };
        Ok(Self { chat, upload, file, head, gathered: Vec::new(), uncounted: 0 })
    }

    /// Takes the bytes from there on, until they end, break off, are too many or of a type that isn't taken, or until someone else asks for
    /// the turn. Whatever ends it, what came before is counted.
    pub(super) async fn take<E: Display>(
        mut self,
        received: u64,
        mut content: BoxStream<'static, std::result::Result<Bytes, E>>,
        turn: &mut Turn,
    ) -> Result<()> {
        require_at(self.upload, received)?;
        let taken = self.take_each(&mut content, turn).await;
        self.count().await?;
        taken
    }

    async fn take_each<E: Display>(
        &mut self,
        content: &mut BoxStream<'static, std::result::Result<Bytes, E>>,
        turn: &mut Turn,
    ) -> Result<()> {
        loop {
            let chunk = tokio::select! {
                chunk = content.next() => chunk,
                () = turn.is_asked_for() => return Ok(()),
            };
            let Some(chunk) = chunk else { return Ok(()) };
            self.take_one(&chunk.map_err(broken_off)?).await?;
        }
    }

    async fn take_one(&mut self, chunk: &[u8]) -> Result<()> {
        let coming = i64::try_from(chunk.len()).unwrap_or(i64::MAX);
        if coming > self.upload.size - self.upload.received - self.uncounted {
            return Err(Error::TooLarge { limit: self.upload.size.cast_unsigned() }.into());
        }
        self.look_at(chunk)?;
        self.gathered.extend_from_slice(chunk);
        self.uncounted += coming;
        if self.gathered.len() >= GATHERED {
            self.write().await?;
        }
        if self.uncounted >= COUNTED {
            self.count().await?;
        }
        Ok(())
    }

    /// Tells what it is as soon as enough of it has come.
    fn look_at(&mut self, chunk: &[u8]) -> Result<()> {
        let Some(mut head) = self.head.take() else { return Ok(()) };
        let missing = media_type::HEAD - head.len();
        head.extend_from_slice(chunk.get(..missing).unwrap_or(chunk));
        if head.len() == media_type::HEAD {
            self.chat.0.settings.accepted_types.check(&head)?;
        } else {
            self.head = Some(head);
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<()> {
        self.file.write_all(&self.gathered).await.map_err(failed)?;
        self.gathered.clear();
        Ok(())
    }

    /// Flushes what has come to the disk, and only then counts it.
    async fn count(&mut self) -> Result<()> {
        if self.uncounted == 0 {
            return Ok(());
        }
        self.write().await?;
        self.file.flush().await.map_err(failed)?;
        self.file.sync_data().await.map_err(failed)?;
        self.upload.received += self.uncounted;
        self.uncounted = 0;
        count(self.chat, self.upload).await
    }
}

async fn count(chat: &Chat, upload: &mut StoredUpload) -> Result<()> {
    let (id, received) = (upload.id.clone(), upload.received);
    let counting = chat.0.store.write(move |change| {
        async move {
            let now = change.now();
            store::resumable::advance(change.connection(), &id, received, now).await?;
            Ok(now)
        }
        .boxed()
    });
    upload.touched_at = counting.await?;
    Ok(())
}

async fn read_head(staged: &Staged) -> Result<Vec<u8>> {
    let (mut head, file) = (Vec::new(), File::open(staged.path()).await.map_err(failed)?);
    file.take(media_type::HEAD as u64).read_to_end(&mut head).await.map_err(failed)?;
    Ok(head)
}
