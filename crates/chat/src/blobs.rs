//! The bytes of files: objects named after what is in them, so that the same bytes are kept once.
//!
//! `blobs/` has what is whole, in a folder or in a bucket, and `previews/` smaller pictures of it; what is still under way is
//! staged ([`crate::staging`]). Which of those are needed is for the database to say: this room only receives, keeps, reads
//! and removes.

use std::{array, collections::HashSet, fmt::Display, fs, io::Read as _, ops::Range, sync::Arc};

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{GetOptions, MultipartUpload, ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use protocol::{Error, Pixels, PreviewSize};
use sha2::{Digest, Sha256};
use tokio::{
    fs::File,
    io::AsyncWriteExt as _,
    sync::{RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use crate::{
    AcceptedTypes, Environment, Fault, Result, Storage, Uploads,
    hexadecimal::hexadecimal,
    media_type, picture,
    staging::{Staged, Staging, failed, make_private, next_piece},
};

/// How many bytes are gathered before they are written.
pub(crate) const GATHERED: usize = 1 << 20;

/// How many bytes go to a bucket at once, and the most parts that it takes of one object.
const PART: usize = 8 << 20;
const MAX_PARTS: usize = 10_000;

/// Where bytes are kept.
pub(crate) struct Blobs {
    objects: Arc<dyn ObjectStore>,
    staging: Staging,
    /// Whether the objects lie beside what is staged, so that it need not be copied.
    beside: bool,
    /// Many may keep bytes at once; who removes some is alone. Otherwise bytes could go that a new file just named. One for
    /// each first byte of a hash: a large file on its way to a bucket holds up few others.
    order: Box<[RwLock<()>; 256]>,
}

/// Bytes that have arrived whole, but aren't kept yet.
pub(crate) struct Incoming {
    pub(crate) staged: Staged,
    /// SHA-256, in hexadecimal.
    pub(crate) hash: String,
    /// How many there are.
    pub(crate) size: i64,
    /// What they are, told by the first of them.
    pub(crate) content_type: &'static str,
    /// How large they are shown, if they are a picture.
    pub(crate) pixels: Option<Pixels>,
}

impl Blobs {
    /// Opens the folder, which is made where it is missing, or the bucket, which must be there.
    pub(crate) async fn open(uploads: &Uploads, environment: Environment) -> Result<Self> {
        let folder = uploads.staging();
        let unusable = |error| Fault::UploadsFolder(folder.to_owned(), error);
        let staging = Staging::open(folder.join("incoming"), environment).map_err(unusable)?;
        let order = Box::new(array::from_fn(|_| RwLock::new(())));
        if let Uploads::Bucket { bucket, .. } = uploads {
            return Ok(Self { objects: bucket.open().await?, staging, beside: false, order });
        }
        for name in ["blobs", "previews"] {
            make_private(&folder.join(name)).map_err(unusable)?;
        }
        // Only once the bytes and the folders that name them are on disk is an object there.
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(Fault::from)?.with_fsync(true);
        Ok(Self { objects: Arc::new(objects), staging, beside: true, order })
    }

    /// Where bytes are while they are under way.
    pub(crate) const fn staging(&self) -> &Staging {
        &self.staging
    }

    /// Removes what was still under way when the last run ended, but for the files with these names.
    pub(crate) fn sweep_staging(&self, needed: &HashSet<String>) -> Result<()> {
        self.staging.sweep(needed).map_err(failed)
    }

    /// Takes bytes in as they come. Where they break off, don't fit or are of a type that isn't taken, nothing of them stays.
    pub(crate) async fn receive<E: Display>(
        &self,
        content: impl Stream<Item = std::result::Result<Bytes, E>> + Unpin,
        storage: &Storage,
        types: &AcceptedTypes,
    ) -> Result<Incoming> {
        let staged = self.staging.passing();
        let mut file = staged.open().await.map_err(failed)?;
        let summary = write(&mut file, content, storage, types).await?;
        file.sync_all().await.map_err(failed)?;
        Ok(summary.of(staged).await)
    }

    /// Looks at bytes that came in parts, once they are whole.
    pub(crate) async fn examine(&self, staged: Staged, types: &AcceptedTypes) -> Result<Incoming> {
        let path = staged.path().to_owned();
        let looking = tokio::task::spawn_blocking(move || {
            let (mut file, mut summary, mut piece) = (fs::File::open(path)?, Summary::default(), vec![0; GATHERED]);
            loop {
                match file.read(&mut piece)? {
                    0 => return Ok(summary),
                    read => summary.take(piece.get(..read).unwrap_or_default()),
                }
            }
        });
        let summary = looking.await.map_err(|_| Fault::Panic)?.map_err(failed)?;
        types.check(&summary.head)?;
        Ok(summary.of(staged).await)
    }

    /// To be held from before bytes are kept until the database names them.
    pub(crate) async fn keeping(&self, hash: &str) -> RwLockReadGuard<'_, ()> {
        self.order_of(hash).read().await
    }

    /// To be held from before the database is asked whether bytes are needed until they are removed.
    pub(crate) async fn removing(&self, hash: &str) -> RwLockWriteGuard<'_, ()> {
        self.order_of(hash).write().await
    }

    fn order_of(&self, hash: &str) -> &RwLock<()> {
        let [first, others @ ..] = &*self.order;
        let byte = hash.get(..2).and_then(|digits| usize::from_str_radix(digits, 16).ok()).unwrap_or_default();
        byte.checked_sub(1).and_then(|at| others.get(at)).unwrap_or(first)
    }

    /// Puts bytes where they stay, under their name. They are safe there when this returns; what is staged stays as well.
    pub(crate) async fn keep(&self, incoming: &Incoming) -> Result<()> {
        self.put(&incoming.staged, &incoming.hash, incoming.size.cast_unsigned()).await
    }

    /// The same for so many bytes of which only their name is known.
    pub(crate) async fn put(&self, staged: &Staged, hash: &str, bytes: u64) -> Result<()> {
        let path = kept_path(hash);
        if !self.beside {
            return self.send(staged, bytes, &path).await;
        }
        let staged = staged_path(staged);
        // A second name for the same bytes, so that a crash before the database names them loses nothing. Not every file
        // system has those.
        if let Err(error) = self.objects.copy(&staged, &path).await {
            tracing::debug!(%error, "moving an upload into its place instead");
            self.objects.rename(&staged, &path).await.map_err(Fault::from)?;
        }
        Ok(())
    }

    /// Sends bytes to the bucket, a part after the other.
    async fn send(&self, staged: &Staged, bytes: u64, path: &Path) -> Result<()> {
        let size = usize::try_from(bytes).unwrap_or(usize::MAX);
        let part = PART.max(size.div_ceil(MAX_PARTS));
        let mut file = File::open(staged.path()).await.map_err(failed)?;
        if size <= part {
            let content = next_piece(&mut file, size).await.map_err(failed)?;
            self.objects.put(path, content.into()).await.map_err(Fault::from)?;
            return Ok(());
        }
        let mut upload = self.objects.put_multipart(path).await.map_err(Fault::from)?;
        let sent = send_parts(&mut *upload, &mut file, part).await;
        if sent.is_err()
            && let Err(error) = upload.abort().await
        {
            tracing::warn!(%error, "an upload to the bucket that broke off could not be removed");
        }
        sent
    }

    /// The names of all bytes that are there.
    pub(crate) async fn names(&self) -> Result<Vec<String>> {
        let found = self.objects.list(Some(&Path::from("blobs")));
        let names = found.map_ok(|object| object.location.filename().unwrap_or_default().to_owned());
        Ok(names.try_collect().await.map_err(Fault::from)?)
    }

    /// The bytes of that name, all of them or only a range, in pieces; none if they aren't there.
    pub(crate) async fn read(
        &self,
        hash: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<BoxStream<'static, Result<Bytes>>>> {
        match self.objects.get_opts(&kept_path(hash), GetOptions::new().with_range(range)).await {
            Ok(found) => Ok(Some(found.into_stream().map_err(|error| Fault::from(error).into()).boxed())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Fault::from(error).into()),
        }
    }

    /// Keeps a smaller picture of the bytes of that name. It is safe there when this returns.
    pub(crate) async fn keep_preview(&self, hash: &str, size: PreviewSize, picture: Vec<u8>) -> Result<()> {
        let path = preview_path(hash, size);
        if !self.beside {
            self.objects.put(&path, picture.into()).await.map_err(Fault::from)?;
            return Ok(());
        }
        // Whole or not at all: what a crash leaves half-written goes with all that was under way.
        let staged = self.staging.passing();
        self.objects.put(&staged_path(&staged), picture.into()).await.map_err(Fault::from)?;
        Ok(self.objects.rename(&staged_path(&staged), &path).await.map_err(Fault::from)?)
    }

    /// A smaller picture of the bytes of that name: how many bytes it has, and all of them; none if it isn't there.
    pub(crate) async fn read_preview(
        &self,
        hash: &str,
        size: PreviewSize,
    ) -> Result<Option<(u64, BoxStream<'static, Result<Bytes>>)>> {
        match self.objects.get(&preview_path(hash, size)).await {
            Ok(found) => {
                Ok(Some((found.meta.size, found.into_stream().map_err(|error| Fault::from(error).into()).boxed())))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Fault::from(error).into()),
        }
    }

    /// Removes the bytes of that name and the smaller pictures of them, if they are there.
    pub(crate) async fn remove(&self, hash: &str) -> Result<()> {
        let previews = PreviewSize::ALL.map(|size| preview_path(hash, size));
        for path in previews.iter().chain([&kept_path(hash)]) {
            match self.objects.delete(path).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(Fault::from(error).into()),
            }
        }
        Ok(())
    }
}

/// Where a staged file lies, for a folder that also has what is kept.
fn staged_path(staged: &Staged) -> Path {
    let name = staged.path().file_name().map(|name| name.to_string_lossy().into_owned());
    Path::from(format!("incoming/{}", name.unwrap_or_default()))
}

/// Folders of a few thousand names each stay quick to look through.
fn kept_path(hash: &str) -> Path {
    let (folder, _) = hash.split_at(2);
    Path::from(format!("blobs/{folder}/{hash}"))
}

fn preview_path(hash: &str, size: PreviewSize) -> Path {
    let (folder, _) = hash.split_at(2);
    Path::from(format!("previews/{folder}/{hash}-{}", size.name()))
}

/// What is learnt of bytes while they come.
#[derive(Default)]
struct Summary {
    hash: Sha256,
    size: u64,
    head: Vec<u8>,
}

impl Summary {
    fn take(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        let missing = media_type::HEAD - self.head.len();
        self.head.extend_from_slice(bytes.get(..missing).unwrap_or(bytes));
    }

    async fn of(self, staged: Staged) -> Incoming {
        let content_type = media_type::of(&self.head);
        let pixels = picture::pixels(staged.path().to_owned(), content_type).await;
        let (hash, size) = (hexadecimal(&self.hash.finalize()), i64::try_from(self.size).unwrap_or(i64::MAX));
        Incoming { staged, hash, size, content_type, pixels }
    }
}

async fn write<E: Display>(
    file: &mut File,
    mut content: impl Stream<Item = std::result::Result<Bytes, E>> + Unpin,
    storage: &Storage,
    types: &AcceptedTypes,
) -> Result<Summary> {
    let (mut summary, mut gathered, mut told) = (Summary::default(), Vec::new(), false);
    while let Some(chunk) = content.next().await {
        let chunk = chunk.map_err(broken_off)?;
        storage.check(summary.size + chunk.len() as u64)?;
        summary.take(&chunk);
        if !told && summary.head.len() == media_type::HEAD {
            types.check(&summary.head)?;
            told = true;
        }
        gathered.extend_from_slice(&chunk);
        if gathered.len() >= GATHERED {
            file.write_all(&gathered).await.map_err(failed)?;
            gathered.clear();
        }
    }
    if !told {
        types.check(&summary.head)?;
    }
    file.write_all(&gathered).await.map_err(failed)?;
    file.flush().await.map_err(failed)?;
    Ok(summary)
}

async fn send_parts(upload: &mut dyn MultipartUpload, file: &mut File, part: usize) -> Result<()> {
    loop {
        let content = next_piece(file, part).await.map_err(failed)?;
        if content.is_empty() {
            upload.complete().await.map_err(Fault::from)?;
            return Ok(());
        }
        upload.put_part(content.into()).await.map_err(Fault::from)?;
    }
}

pub(crate) fn broken_off(error: impl Display) -> Error {
    tracing::debug!(%error, "an upload broke off");
    Error::invalid("file", "The upload broke off before its end.")
}
