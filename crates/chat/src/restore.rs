//! Restoring a backup into a place in which nobody is yet. Everything in the backup is read and looked through before
//! anything of the place is touched; then the bytes of files come first, and last the database, in one transaction. Where
//! that breaks off there is still nobody in the place, and it can be done again: bytes are named after what they are.

use std::{collections::HashSet, path::Path};

use bytes::Bytes;
use futures::{TryStreamExt as _, stream::BoxStream};
use protocol::Timestamp;
use tokio::io::AsyncWriteExt as _;

use crate::{
    Environment, Fault, Result, Settings,
    archive::{Part, Passed, read::Archive},
    blobs::Blobs,
    staging::{Staged, failed},
    store::restore::{Unpacked, require_nobody},
};

/// How much further the numbers of changes go on, beside one for each millisecond since the backup: more than any client
/// can have been told since, and so much more than is sent row by row.
const LEAP: i64 = 1_000_000;
/// A century in milliseconds: a backup that says it is older is not believed.
const CENTURY: i64 = 100 * 365 * 24 * 60 * 60 * 1000;

/// What is said of a file that is another one than was read a moment ago.
const CHANGED: &str = "it was changed while it was read";

/// A backup that is whole and fits this place.
pub struct Restore {
    settings: Settings,
    environment: Environment,
    archive: Archive,
    database: Unpacked,
    blobs: Blobs,
    /// The bytes that its files have.
    needed: Vec<String>,
    unpacked: Staged,
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was made, as `2026-11-20T10:30:00.000Z`.
    pub made_at: String,
    /// How many people there are.
    pub people: i64,
    /// How many messages there are, deleted ones too.
    pub messages: i64,
    /// How many files there are.
    pub files: i64,
    /// SHA-256 of the bytes that files should have, and that were lost when the backup was made.
    pub lost: Vec<String>,
}

impl Restore {
    /// Reads a backup and looks whether it can be restored here. No server may run here.
    ///
    /// # Errors
    /// [`Fault::Backup`] for a backup that isn't whole, isn't one, or is of a newer Confab; where there are people in the
    /// database, or files among the uploads that are not of this backup.
    pub async fn prepare(settings: Settings, environment: Environment, file: &Path) -> Result<Self> {
        tracing::info!("reading the backup");
        let archive = Archive::open(file).await?;
        require_nobody(&settings.database_url).await?;
        let blobs = Blobs::open(&settings.uploads, environment).await?;
        let strange = blobs.names().await?.into_iter().find(|hash| archive.blob(hash).is_none());
        if let Some(hash) = strange {
            return Err(Fault::Backup(format!(
                "there are files among the uploads that are not of this backup ({hash})"
            ))
            .into());
        }
        blobs.sweep_staging(&HashSet::new())?;
        tracing::info!("looking through its database");
        let unpacked = blobs.staging().passing();
        if write(&unpacked, archive.read_database().await?).await? != archive.manifest.database {
            return Err(archive.failed(CHANGED).into());
        }
        let mut database = Unpacked::open(unpacked.path()).await?;
        let needed = needed(&archive, &mut database).await?;
        Ok(Self { settings, environment, archive, database, blobs, needed, unpacked })
    }

    /// What sign-ins were signed with, where that was kept in the data folder.
    pub fn secret(&self) -> Option<&[u8]> {
        self.archive.secret.as_deref()
    }

    /// Restores it. To be called once the secret is in its place.
    ///
    /// # Errors
    /// [`Fault::Backup`] where someone has come meanwhile; other faults of the database and the uploads. There is nobody in
    /// the place then, and it can be tried again.
    pub async fn carry_out(self) -> Result<Restored> {
        tracing::info!(files = self.needed.len(), "putting the bytes of files in their place");
        for hash in &self.needed {
            let staged = self.blobs.staging().passing();
            let part = write(&staged, self.archive.read_blob(hash).await?).await?;
            if part.sha256 != *hash {
                return Err(self.archive.failed(CHANGED).into());
            }
            self.blobs.put(&staged, hash, part.bytes).await?;
        }
        tracing::info!("filling the database");
        let manifest = self.archive.manifest;
        let since = (self.environment.now)().0.saturating_sub(manifest.made_at_milliseconds).clamp(0, CENTURY);
        self.database.fill(&self.settings.database_url, LEAP + since).await?;
        drop(self.unpacked);
        let made_at = Timestamp(manifest.made_at_milliseconds).to_rfc3339();
        let (place, lost) = (manifest.place, manifest.lost);
        Ok(Restored { made_at, people: place.people, messages: place.messages, files: place.files, lost })
    }
}

/// The bytes that the files of that database have, all of which the archive must have.
async fn needed(archive: &Archive, database: &mut Unpacked) -> Result<Vec<String>> {
    let lost: HashSet<&str> = archive.manifest.lost.iter().map(String::as_str).collect();
    let mut needed = Vec::new();
    for (hash, bytes) in database.blobs().await? {
        match archive.blob(&hash) {
            Some(found) if found == bytes.cast_unsigned() => needed.push(hash),
            None if lost.contains(hash.as_str()) => {}
            _ => return Err(archive.failed("the bytes of a file are missing").into()),
        }
    }
    Ok(needed)
}

/// Writes what comes into a file, onto the disk; returns what came.
async fn write(staged: &Staged, mut content: BoxStream<'static, Result<Bytes>>) -> Result<Part> {
    let (mut file, mut passed) = (staged.open().await.map_err(failed)?, Passed::default());
    while let Some(piece) = content.try_next().await? {
        file.write_all(&piece).await.map_err(failed)?;
        passed.take(&piece);
    }
    file.flush().await.map_err(failed)?;
    file.sync_all().await.map_err(failed)?;
    Ok(passed.part())
}
