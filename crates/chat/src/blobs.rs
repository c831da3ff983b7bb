//! The bytes of files: objects named after what is in them, so that the same bytes are kept once.
//!
//! `incoming/` has what is still under way, `blobs/` what is whole and on disk, `previews/` smaller pictures of it.
//! Which of those are needed is for the database to say: this room only receives, keeps, reads and removes.

use std::{fmt::Display, fs, io, ops::Range, os::unix::fs::DirBuilderExt as _, path::Path as Folder};

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{GetOptions, MultipartUpload, ObjectStore as _, ObjectStoreExt, local::LocalFileSystem, path::Path};
use protocol::{Error, Pixels, PreviewSize};
use sha2::{Digest, Sha256};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::{AcceptedTypes, Environment, Fault, Result, Storage, hexadecimal::hexadecimal, media_type, picture};

/// How many bytes are gathered before they are written.
const PART: usize = 1 << 20;

/// Where bytes are kept.
pub(crate) struct Blobs {
    objects: LocalFileSystem,
    random: fn(&mut [u8]),
    /// Many may keep bytes at once; who removes some is alone. Otherwise bytes could go that a new file just named.
    order: RwLock<()>,
}

/// Bytes that have arrived whole, but aren't kept yet.
pub(crate) struct Incoming {
    path: Path,
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
    /// Opens the folder, makes it where it is missing, and removes what was still under way when the last run ended.
    pub(crate) fn open(folder: &Folder, environment: Environment) -> Result<Self> {
        prepare(folder).map_err(|error| Fault::UploadsFolder(folder.to_owned(), error))?;
        // Only once the bytes and the folders that name them are on disk is an object there.
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(Fault::from)?.with_fsync(true);
        Ok(Self { objects, random: environment.random, order: RwLock::new(()) })
    }

    /// Takes bytes in as they come. Where they break off, don't fit or are of a type that isn't taken, nothing of them stays.
    pub(crate) async fn receive<E: Display>(
        &self,
        content: impl Stream<Item = std::result::Result<Bytes, E>> + Unpin,
        storage: &Storage,
        types: &AcceptedTypes,
    ) -> Result<Incoming> {
        let path = self.unused_path();
        let mut upload = self.objects.put_multipart(&path).await.map_err(Fault::from)?;
        match write(&mut *upload, content, storage, types).await {
            Ok(summary) => {
                upload.complete().await.map_err(Fault::from)?;
                let Summary { hash, size, content_type } = summary;
                let file = self.objects.path_to_filesystem(&path).map_err(Fault::from)?;
                let pixels = picture::pixels(file, content_type).await;
                Ok(Incoming { path, hash, size, content_type, pixels })
            }
            Err(error) => {
                if let Err(error) = upload.abort().await {
                    tracing::warn!(%error, "an upload that broke off could not be removed");
                }
                Err(error)
            }
        }
    }

    /// To be held from before bytes are kept until the database names them.
    pub(crate) async fn keeping(&self) -> RwLockReadGuard<'_, ()> {
        self.order.read().await
    }

    /// To be held from before the database is asked whether bytes are needed until they are removed.
    pub(crate) async fn removing(&self) -> RwLockWriteGuard<'_, ()> {
        self.order.write().await
    }

    /// Bytes that aren't kept yet, in pieces.
    pub(crate) async fn look_at(&self, incoming: &Incoming) -> Result<BoxStream<'static, Result<Bytes>>> {
        let found = self.objects.get(&incoming.path).await.map_err(Fault::from)?;
        Ok(found.into_stream().map_err(|error| Fault::from(error).into()).boxed())
    }

    /// Puts bytes where they stay, under their name. They are on disk when this returns.
    pub(crate) async fn keep(&self, incoming: &Incoming) -> Result<()> {
        Ok(self.objects.rename(&incoming.path, &kept_path(&incoming.hash)).await.map_err(Fault::from)?)
    }

    /// Removes bytes that arrived for nothing.
    pub(crate) async fn discard(&self, incoming: &Incoming) {
        if let Err(error) = self.objects.delete(&incoming.path).await {
            tracing::warn!(%error, "an upload could not be removed");
        }
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

    /// Keeps a smaller picture of the bytes of that name. It is on disk when this returns.
    pub(crate) async fn keep_preview(&self, hash: &str, size: PreviewSize, picture: Vec<u8>) -> Result<()> {
        // Whole or not at all: what a crash leaves half-written goes with all that was under way.
        let path = self.unused_path();
        self.objects.put(&path, picture.into()).await.map_err(Fault::from)?;
        Ok(self.objects.rename(&path, &preview_path(hash, size)).await.map_err(Fault::from)?)
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

    fn unused_path(&self) -> Path {
        let mut random = [0; 16];
        (self.random)(&mut random);
        Path::from(format!("incoming/{}", hexadecimal(&random)))
    }
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

/// What was learnt of bytes while they came.
struct Summary {
    hash: String,
    size: i64,
    content_type: &'static str,
}

async fn write<E: Display>(
    upload: &mut dyn MultipartUpload,
    mut content: impl Stream<Item = std::result::Result<Bytes, E>> + Unpin,
    storage: &Storage,
    types: &AcceptedTypes,
) -> Result<Summary> {
    let (mut hash, mut size, mut head, mut part) = (Sha256::new(), 0_u64, Vec::new(), Vec::new());
    while let Some(chunk) = content.next().await {
        let chunk = chunk.map_err(broken_off)?;
        size += chunk.len() as u64;
        storage.check(size)?;
        hash.update(&chunk);
        let missing = media_type::HEAD - head.len();
        head.extend_from_slice(chunk.get(..missing).unwrap_or(&chunk));
        if missing > 0 && head.len() == media_type::HEAD {
            types.check(&head)?;
        }
        part.extend_from_slice(&chunk);
        if part.len() >= PART {
            upload.put_part(std::mem::take(&mut part).into()).await.map_err(Fault::from)?;
        }
    }
    if head.len() < media_type::HEAD {
        types.check(&head)?;
    }
    upload.put_part(part.into()).await.map_err(Fault::from)?;
    Ok(Summary {
        hash: hexadecimal(&hash.finalize()),
        size: i64::try_from(size).unwrap_or(i64::MAX),
        content_type: media_type::of(&head),
    })
}

fn broken_off(error: impl Display) -> Error {
    tracing::debug!(%error, "an upload broke off");
    Error::invalid("file", "The upload broke off before its end.")
}

fn prepare(folder: &Folder) -> io::Result<()> {
    // Only for the owner, even within a folder that was there before: they hold everyone's private files.
    for name in ["blobs", "incoming", "previews"] {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder.join(name))?;
    }
    for entry in fs::read_dir(folder.join("incoming"))? {
        let entry = entry?;
        // Somebody may have named a folder that held something else before.
        if is_ours(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether an upload under way is called so: 32 hexadecimal digits, and `#1` while it is being written.
fn is_ours(name: &str) -> bool {
    let digits = name.split('#').next().unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
