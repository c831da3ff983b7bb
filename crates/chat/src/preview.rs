//! Previews: smaller pictures of the pictures that people upload, without what a camera wrote beside them. One is made at a
//! time, in the background, or at once where somebody wants to see it. What still waits is in the database, so a restart
//! goes on with it.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use futures::{FutureExt, TryStreamExt, stream::BoxStream};
use protocol::{Error, FileId, PreviewSize};
use tokio::{
    sync::{Mutex, Notify},
    task::AbortHandle,
    time::sleep,
};

use crate::{
    Caller, Chat, Fault, Result,
    darkroom::Darkroom,
    file,
    picture::{self, MAX_FILE, Smaller},
    store,
    store::blob::Preview,
};

/// How long nothing is made after a fault of the database or the uploads.
const PAUSE: Duration = Duration::from_mins(1);

/// A smaller picture that its caller may see.
pub struct OpenPreview {
    /// Its media type: `image/jpeg`, `image/png` or `image/gif`.
    pub content_type: &'static str,
    /// What no other picture has: the name of the bytes that it was made of, and its size.
    pub tag: String,
    hash: String,
    size: PreviewSize,
    id: FileId,
    chat: Chat,
    caller: Caller,
}

impl OpenPreview {
    /// How many bytes it has, and all of them in pieces.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the file was deleted a moment ago.
    pub async fn read(&self) -> Result<(u64, BoxStream<'static, Result<Bytes>>)> {
        if let Some(found) = self.chat.0.blobs.read_preview(&self.hash, self.size).await? {
            return Ok(found);
        }
        // Unless it was deleted, its bytes are lost, which the operator must learn.
        self.chat.file(self.caller, self.id).await?;
        Err(Fault::Stored(format!("the preview of file {} ({}) is missing", self.id, self.tag)).into())
    }
}

/// Who makes previews.
#[derive(Default)]
pub(crate) struct Previews {
    uploaded: Notify,
    /// Held by whoever makes one. Those who want to see one stand in line with the worker.
    turn: Arc<Mutex<()>>,
    darkroom: Darkroom,
    worker: OnceLock<AbortHandle>,
}

impl Previews {
    /// Tells the worker that a picture may be waiting.
    pub(crate) fn wake(&self) {
        self.uploaded.notify_one();
    }

    /// Begins nothing more.
    pub(crate) fn stop(&self) {
        if let Some(worker) = self.worker.get() {
            worker.abort();
        }
    }
}

impl Chat {
    /// A smaller picture of a file, to read its bytes. Where it isn't made yet, it is made now.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::file`], and where there is none: the file is no picture that can be read.
    pub async fn open_preview(&self, caller: Caller, id: FileId, size: PreviewSize) -> Result<OpenPreview> {
        let stored = file::find(&mut *self.0.store.read().await?, caller, id).await?.0;
        let (hash, pixels) = (stored.blob_hash, stored.file.pixels);
        let mut preview = self.preview(&hash).await?;
        if preview == Preview::Waiting {
            self.make_preview(&hash).await?;
            preview = self.preview(&hash).await?;
        }
        match (preview, pixels) {
            (Preview::Made(content_type), Some(pixels)) => {
                let size = size.of(pixels);
                let tag = format!("{hash}-{}", size.name());
                Ok(OpenPreview { content_type, tag, hash, size, id, chat: self.clone(), caller })
            }
            _ => Err(Error::not_found("that preview").into()),
        }
    }

    /// Starts to make what waits, now and after every upload.
    pub(crate) fn start_previews(&self) {
        let chat = self.clone();
        let worker = tokio::spawn(async move {
            loop {
                if let Err(error) = chat.make_waiting_previews().await {
                    tracing::error!(%error, "previews can't be made at the moment");
                    sleep(PAUSE).await;
                } else {
                    chat.0.previews.uploaded.notified().await;
                }
            }
        });
        // There is one worker; a second call would only be a mistake.
        let _ = self.0.previews.worker.set(worker.abort_handle());
    }

    async fn make_waiting_previews(&self) -> Result<()> {
        while let Some(hash) = store::blob::waiting_for_preview(&mut *self.0.store.read().await?).await? {
            self.make_preview(&hash).await?;
        }
        Ok(())
    }

    /// How it stands with the previews of the bytes of that name; none for bytes that are gone.
    async fn preview(&self, hash: &str) -> Result<Preview> {
        store::blob::preview(&mut *self.0.store.read().await?, hash).await
    }

    /// Makes the previews of the bytes of that name, unless somebody else just did.
    async fn make_preview(&self, hash: &str) -> Result<()> {
        let turn = self.0.previews.turn.clone().lock_owned().await;
        let (chat, hash) = (self.clone(), hash.to_owned());
        // To its end, even if whoever asked goes away: the next one must not begin beside it.
        let making = tokio::spawn(async move {
            let _turn = turn;
            if chat.preview(&hash).await? == Preview::Waiting {
                let made = chat.shrink(&hash).await?;
                chat.keep_previews(hash, made).await?;
            }
            Ok(())
        });
        making.await.map_err(|_| Fault::Panic)?
    }

    /// Smaller pictures, or none where that is not to be.
    async fn shrink(&self, hash: &str) -> Result<Option<Smaller>> {
        let Some((content_type, size)) = store::blob::description(&mut *self.0.store.read().await?, hash).await? else {
            return Ok(None);
        };
        let Some(content) = self.0.blobs.read(hash, None).await?.filter(|_| size.cast_unsigned() <= MAX_FILE) else {
            tracing::debug!(hash, size, "no preview: the bytes are too many, or gone");
            return Ok(None);
        };
        let file: Vec<Bytes> = content.try_collect().await?;
        match self.0.previews.darkroom.run(move || picture::shrink(&file.concat(), &content_type)).await {
            Some(Ok(made)) => return Ok(Some(made)),
            Some(Err(error)) => tracing::debug!(hash, %error, "no preview: the picture can’t be read"),
            None => tracing::warn!(hash, "no preview: the decoder gave up"),
        }
        Ok(None)
    }

    /// Puts previews where they stay, unless the bytes that they are of have gone.
    async fn keep_previews(&self, hash: String, made: Option<Smaller>) -> Result<()> {
        let _keeping = self.0.blobs.keeping(&hash).await;
        if self.preview(&hash).await? != Preview::Waiting {
            return Ok(());
        }
        let content_type = made.as_ref().map(|made| made.content_type);
        for (size, picture) in made.map(|made| made.pictures).unwrap_or_default() {
            self.0.blobs.keep_preview(&hash, size, picture).await?;
        }
        let outcome = content_type.map_or(Preview::Failed, Preview::Made);
        let written = self.0.store.write(move |change| {
            async move { store::blob::set_preview(change.connection(), &hash, outcome).await }.boxed()
        });
        written.await
    }
}
