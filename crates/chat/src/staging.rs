//! Bytes under way. They lie on this machine's disk until they are whole, whatever keeps them then: only there can they be
//! added to, cut back after a crash, and looked at before anyone else sees them.

use std::{
    collections::HashSet,
    fs, io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use bytes::{Bytes, BytesMut};
use futures::{StreamExt as _, stream, stream::BoxStream};
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncRead, AsyncReadExt as _},
};

use crate::{Environment, Fault, Result, hexadecimal::hexadecimal};

/// How many bytes are read at once.
const PIECE: usize = 1 << 18;

/// The folder of what is under way.
pub(crate) struct Staging {
    folder: PathBuf,
    random: fn(&mut [u8]),
}

/// A file of bytes under way.
pub(crate) struct Staged {
    path: PathBuf,
    /// Whether it goes with this value: with the request that brings it, however that ends.
    passing: bool,
}

impl Staging {
    /// Opens the folder, and makes it where it is missing.
    pub(crate) fn open(folder: PathBuf, environment: Environment) -> io::Result<Self> {
        make_private(&folder)?;
        Ok(Self { folder, random: environment.random })
    }

    /// A name that nothing has, and nobody guesses: 32 hexadecimal digits.
    pub(crate) fn unused_name(&self) -> String {
        let mut random = [0; 16];
        (self.random)(&mut random);
        hexadecimal(&random)
    }

    /// A file that goes unless it is kept.
    pub(crate) fn passing(&self) -> Staged {
        Staged { path: self.folder.join(self.unused_name()), passing: true }
    }

    /// The file of that name, which stays until it is removed.
    pub(crate) fn lasting(&self, name: &str) -> Staged {
        Staged { path: self.folder.join(name), passing: false }
    }

    /// Removes what the last run left behind, but for the files with these names.
    pub(crate) fn sweep(&self, needed: &HashSet<String>) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // Somebody may have named a folder that held something else before.
            if is_ours(&name) && !needed.contains(&name) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Staged {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it to be written, and makes it where it is missing. That it is there outlives a power cut.
    pub(crate) async fn open(&self) -> io::Result<File> {
        let is_new = !tokio::fs::try_exists(&self.path).await?;
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&self.path).await?;
        if let Some(folder) = self.path.parent().filter(|_| is_new) {
            File::open(folder).await?.sync_all().await?;
        }
        Ok(file)
    }

    /// What is in it, in pieces.
    pub(crate) async fn read(&self) -> io::Result<BoxStream<'static, Result<Bytes>>> {
        Ok(pieces(File::open(&self.path).await?))
    }

    /// Removes it, if it is there.
    pub(crate) async fn remove(&self) {
        match tokio::fs::remove_file(&self.path).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "an upload could not be removed");
            }
            _ => {}
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Where it fails, the next start sees to it.
        if self.passing {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// What is in a file, from where it stands.
pub(crate) fn pieces(file: impl AsyncRead + Send + Unpin + 'static) -> BoxStream<'static, Result<Bytes>> {
    let pieces = stream::try_unfold(file, async |mut file| {
        let piece = next_piece(&mut file, PIECE).await.map_err(failed)?;
        Ok((!piece.is_empty()).then_some((piece, file)))
    });
    pieces.boxed()
}

/// So many bytes of a file, fewer only at its end.
pub(crate) async fn next_piece(file: &mut (impl AsyncRead + Unpin), size: usize) -> io::Result<Bytes> {
    let mut piece = BytesMut::with_capacity(size);
    let mut rest = file.take(size as u64);
    while rest.limit() > 0 && rest.read_buf(&mut piece).await? > 0 {}
    Ok(piece.freeze())
}

/// A folder for the owner only, even within one that was there before: it holds everyone's private files.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// What failed on this machine's disk. One that is full is for whoever uploads to know.
pub(crate) fn failed(error: io::Error) -> crate::Error {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    if matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge) {
        tracing::error!(%error, "no room for an upload");
        let message = "That doesn’t fit: the server’s disk is full.".to_owned();
        return protocol::Error::NoRoom { message }.into();
    }
    Fault::Staging(error).into()
}

/// Whether an upload under way is called so: 32 hexadecimal digits, and `#1` after them in older versions.
fn is_ours(name: &str) -> bool {
    let digits = name.split('#').next().unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
