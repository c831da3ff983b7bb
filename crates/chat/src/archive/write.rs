//! Writing a backup, entry by entry, as its parts come.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use protocol::Timestamp;
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncSeekExt as _, AsyncWriteExt as _, BufWriter, SeekFrom},
};

use super::{DATABASE, MANIFEST, Manifest, Part, Passed, SECRET, Uploads, blob_name, failed, header, padding, trailer};
use crate::{Result, blobs::GATHERED, staging::pieces};

/// A backup in the making.
pub(crate) struct ArchiveWriter {
    path: PathBuf,
    file: BufWriter<File>,
    made_at: Timestamp,
    passed: Passed,
    uploads: Uploads,
}

impl ArchiveWriter {
    /// Begins one in a file that isn't there yet.
    pub(crate) async fn create(path: PathBuf, made_at: Timestamp) -> Result<Self> {
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).await;
        let file = BufWriter::with_capacity(GATHERED, opened.map_err(|error| failed(&path, error))?);
        Ok(Self { path, file, made_at, passed: Passed::default(), uploads: Uploads::default() })
    }

    /// Enters the bytes of that hash; `false` if `content` isn't what it should be, and then nothing stays of it.
    pub(crate) async fn add_blob(
        &mut self,
        hash: &str,
        bytes: u64,
        content: impl Stream<Item = Result<Bytes>> + Unpin,
    ) -> Result<bool> {
        let before = self.passed.clone();
        let part = self.add(&blob_name(hash), bytes, content).await?;
        if part.bytes != bytes || part.sha256 != hash {
            self.take_back(before).await?;
            return Ok(false);
        }
        self.uploads.files += 1;
        self.uploads.bytes += bytes;
        Ok(true)
    }

    pub(crate) async fn add_secret(&mut self, secret: &[u8]) -> Result<Part> {
        self.add(SECRET, secret.len() as u64, whole(secret)).await
    }

    /// Enters a file of SQLite, which nobody may write to meanwhile.
    pub(crate) async fn add_database(&mut self, path: &Path) -> Result<Part> {
        let file = File::open(path).await.map_err(|error| failed(path, error))?;
        let bytes = file.metadata().await.map_err(|error| failed(path, error))?.len();
        self.add(DATABASE, bytes, pieces(file)).await
    }

    /// What has been entered of files.
    pub(crate) const fn uploads(&self) -> Uploads {
        self.uploads
    }

    /// Enters what it says of itself, and the hash of everything. It is on disk when this returns.
    pub(crate) async fn finish(mut self, manifest: &Manifest) -> Result<()> {
        let text = serde_json::to_vec_pretty(manifest).map_err(|error| failed(&self.path, error))?;
        self.add(MANIFEST, text.len() as u64, whole(&text)).await?;
        let trailer = trailer(&self.passed.clone().part().sha256)?;
        self.write(&trailer).await?;
        self.file.flush().await.map_err(|error| failed(&self.path, error))?;
        self.file.get_ref().sync_all().await.map_err(|error| failed(&self.path, error))?;
        Ok(())
    }

    /// Enters `content`, but no more of it than was announced; returns what came.
    async fn add(
        &mut self,
        name: &str,
        bytes: u64,
        mut content: impl Stream<Item = Result<Bytes>> + Unpin,
    ) -> Result<Part> {
        self.write(header(name, bytes, self.made_at)?.as_bytes()).await?;
        let mut part = Passed::default();
        while let Some(piece) = content.next().await {
            let piece = piece?;
            part.take(&piece);
            if part.bytes > bytes {
                break;
            }
            self.write(&piece).await?;
        }
        self.write(padding(bytes)).await?;
        Ok(part.part())
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.passed.take(bytes);
        Ok(self.file.write_all(bytes).await.map_err(|error| failed(&self.path, error))?)
    }

    async fn take_back(&mut self, before: Passed) -> Result<()> {
        let taken = async {
            self.file.flush().await?;
            self.file.get_ref().set_len(before.bytes).await?;
            self.file.seek(SeekFrom::Start(before.bytes)).await
        };
        taken.await.map_err(|error| failed(&self.path, error))?;
        self.passed = before;
        Ok(())
    }
}

fn whole(bytes: &[u8]) -> impl Stream<Item = Result<Bytes>> + Unpin + use<> {
    stream::iter([Ok(Bytes::copy_from_slice(bytes))])
}
