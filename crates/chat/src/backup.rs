//! Backups: one file with everything, made while people go on writing.
//!
//! Bytes of files are copied first and the database last, because bytes never change and the database always does. What it
//! names at its moment and isn't copied yet came a moment ago, so the last round is short. Bytes that go before they are
//! copied went because somebody deleted their file; then a later moment is taken, at which it is deleted.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use protocol::Timestamp;

use crate::{
    Environment, Fault, Result, Settings,
    archive::{Contents, FORMAT, Manifest, read::Archive, write::ArchiveWriter},
    blobs::Blobs,
    partial::Partial,
    store::backup::Snapshot,
};

/// In how many moments in a row bytes must be named, and missing each time, to be lost: who brings and deletes the same file
/// again and again could make them look so in one.
const LOST_AFTER: usize = 3;

/// How many moments are taken at most.
const MOST_MOMENTS: usize = 100;

/// After how many files it is said how far it has come.
const REPORTED: u64 = 1_000;

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// How many people are in it.
    pub people: i64,
    /// How many messages are in it, deleted ones too.
    pub messages: i64,
    /// How many files are in it, as people count them.
    pub files: i64,
    /// How many bytes they have; what is the same counts once.
    pub bytes: u64,
    /// SHA-256 of the bytes that files of the place should have, and that are missing or damaged there.
    pub lost: Vec<String>,
}

/// Writes everything that a place has into one file: the database, the bytes of files, and `secret`, what its sign-ins are
/// signed with, where it is kept in the data folder. A server may go on meanwhile. It has been read back once when this
/// returns.
///
/// # Errors
/// [`Fault::Backup`] where `target` is there already, or can't be written, or the database is damaged.
pub async fn back_up(
    settings: &Settings,
    environment: Environment,
    secret: Option<&[u8]>,
    target: &Path,
) -> Result<Backup> {
    // Before any folder is made for uploads: there may be no place here.
    drop(Snapshot::take(&settings.database_url).await?);
    let partial = Partial::begin(target)?;
    let blobs = Blobs::open(&settings.uploads, environment).await?;
    let made_at = (environment.now)();
    let archive = ArchiveWriter::create(partial.path(), made_at).await?;
    let mut making = Making { blobs, archive, copied: HashSet::new(), missing: HashMap::new() };
    let mut snapshot = making.copy_uploads(&settings.database_url).await?;
    tracing::info!("copying the database");
    let place = snapshot.write(&partial.helper()).await?;
    drop(snapshot);

    let manifest = making.finish(&partial, place, made_at, secret).await?;
    tracing::info!("reading the backup back");
    if Archive::open(&partial.path()).await?.manifest != manifest {
        return Err(Fault::Backup("what was read back is not what was written".to_owned()).into());
    }
    partial.finish()?;
    let Contents { people, messages, files, .. } = place;
    Ok(Backup { people, messages, files, bytes: manifest.uploads.bytes, lost: manifest.lost })
}

struct Making {
    blobs: Blobs,
    archive: ArchiveWriter,
    copied: HashSet<String>,
    /// In how many moments in a row bytes were missing.
    missing: HashMap<String, usize>,
}

impl Making {
    /// Copies the bytes of all files; returns a moment at which there are no others.
    async fn copy_uploads(&mut self, url: &str) -> Result<Snapshot> {
        for moment in 0..MOST_MOMENTS {
            let mut snapshot = Snapshot::take(url).await?;
            let named = snapshot.blobs().await?;
            tracing::info!(files = named.len(), "copying the bytes of files");
            // The first round may take hours, for which no database should have to keep a moment.
            let snapshot = (moment > 0).then_some(snapshot);
            let all = self.copy_those(&named).await?;
            if let Some(snapshot) = snapshot.filter(|_| all) {
                return Ok(snapshot);
            }
        }
        Err(Fault::Backup("files come and go faster than they can be copied: try again later".to_owned()).into())
    }

    /// Copies those that aren't copied yet; whether nothing is left to try again.
    async fn copy_those(&mut self, named: &[(String, i64)]) -> Result<bool> {
        let mut all = true;
        for (hash, bytes) in named.iter().filter(|(hash, _)| !self.copied.contains(hash)).collect::<Vec<_>>() {
            if self.copy(hash, bytes.cast_unsigned()).await? {
                self.missing.remove(hash);
                self.copied.insert(hash.clone());
                self.report();
            } else {
                let moments = self.missing.entry(hash.clone()).or_default();
                *moments += 1;
                all &= *moments >= LOST_AFTER;
            }
        }
        let named: HashSet<&str> = named.iter().map(|(hash, _)| hash.as_str()).collect();
        self.missing.retain(|hash, _| named.contains(hash.as_str()));
        Ok(all)
    }

    async fn copy(&mut self, hash: &str, bytes: u64) -> Result<bool> {
        match self.blobs.read(hash, None).await? {
            Some(content) => self.archive.add_blob(hash, bytes, content).await,
            None => Ok(false),
        }
    }

    fn report(&self) {
        let uploads = self.archive.uploads();
        if uploads.files.is_multiple_of(REPORTED) {
            tracing::info!(files = uploads.files, bytes = uploads.bytes, "copied");
        }
    }

    /// Adds the rest.
    async fn finish(
        mut self,
        partial: &Partial,
        place: Contents,
        made_at: Timestamp,
        secret: Option<&[u8]>,
    ) -> Result<Manifest> {
        let secret = match secret {
            Some(secret) => Some(self.archive.add_secret(secret).await?),
            None => None,
        };
        let database = self.archive.add_database(&partial.helper()).await?;
        let mut lost: Vec<String> = self.missing.into_keys().collect();
        lost.sort();
        let manifest = Manifest {
            format: FORMAT,
            confab: env!("CARGO_PKG_VERSION").to_owned(),
            made_at: made_at.to_rfc3339(),
            made_at_milliseconds: made_at.0,
            place,
            database,
            secret,
            uploads: self.archive.uploads(),
            lost,
        };
        self.archive.finish(&manifest).await?;
        Ok(manifest)
    }
}
