//! Reading a backup. Whoever made it may mean harm: nothing in it names a place on this machine's disk, and nothing is
//! believed before all of it has been read once.

use std::{
    collections::HashMap,
    fs,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures::stream::BoxStream;
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _, SeekFrom},
};

use super::{
    DATABASE, FORMAT, MANIFEST, Manifest, Part, Passed, SECRET, SUM, TRAILER, Uploads, blob_name, failed, is_hash,
    trailer,
};
use crate::{Fault, Result};

/// The most bytes of an entry that is read into memory, but for the manifest, which may have to name many losses.
const MAX_SECRET: u64 = 4_096;
const MAX_MANIFEST: u64 = 64 << 20;

/// How much is read at once.
const PIECE: usize = 1 << 18;

/// A backup that is whole and says of itself what is in it.
pub(crate) struct Archive {
    path: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) secret: Option<Vec<u8>>,
    database: Span,
    blobs: HashMap<String, Span>,
}

/// Where an entry's bytes lie in the file.
#[derive(Clone, Copy)]
struct Span {
    offset: u64,
    bytes: u64,
}

impl Archive {
    /// Reads all of it.
    ///
    /// # Errors
    /// [`Fault::Backup`] for one that was cut short or changed anywhere, is of a newer format, or holds what no backup does.
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let path = path.to_owned();
        let reading = tokio::task::spawn_blocking(move || read(&path));
        Ok(reading.await.map_err(|_| Fault::Panic)??)
    }

    /// How many bytes it has of that hash; none if it hasn't.
    pub(crate) fn blob(&self, hash: &str) -> Option<u64> {
        self.blobs.get(hash).map(|span| span.bytes)
    }

    /// The bytes of that hash.
    pub(crate) async fn read_blob(&self, hash: &str) -> Result<BoxStream<'static, Result<Bytes>>> {
        let span = self.blobs.get(hash).ok_or_else(|| self.failed("the bytes of a file are missing"))?;
        self.read(*span).await
    }

    /// The database, a file of SQLite.
    pub(crate) async fn read_database(&self) -> Result<BoxStream<'static, Result<Bytes>>> {
        self.read(self.database).await
    }

    async fn read(&self, span: Span) -> Result<BoxStream<'static, Result<Bytes>>> {
        let mut file = File::open(&self.path).await.map_err(|error| self.failed(error))?;
        file.seek(SeekFrom::Start(span.offset)).await.map_err(|error| self.failed(error))?;
        Ok(crate::staging::pieces(file.take(span.bytes)))
    }

    pub(crate) fn failed(&self, error: impl std::fmt::Display) -> Fault {
        failed(&self.path, error)
    }
}

fn read(path: &Path) -> std::result::Result<Archive, Fault> {
    let file = fs::File::open(path).map_err(|error| failed(path, error))?;
    let length = file.metadata().map_err(|error| failed(path, error))?.len();
    let before_trailer = length.checked_sub(TRAILER as u64).ok_or_else(|| incomplete(path))?;
    let summing = Summing {
        file: BufReader::with_capacity(PIECE, file),
        left: before_trailer,
        passed: Passed::default(),
        rest: Vec::new(),
    };
    let mut tar = tar::Archive::new(summing);
    let found = entries(&mut tar);
    let mut summing = tar.into_inner();
    io::copy(&mut summing, &mut io::sink()).map_err(|error| failed(path, error))?;
    // Whatever else is wrong with it: if it isn't what was written, that is what there is to say.
    if summing.rest != trailer(&summing.passed.part().sha256)? {
        return Err(incomplete(path));
    }
    found.and_then(Found::check).map(|found| found.archive(path.to_owned())).map_err(|why| failed(path, why))
}

fn incomplete(path: &Path) -> Fault {
    failed(path, "this is no whole backup of Confab’s: it was cut short, or changed since it was made")
}

/// Notes what it passes on: the hash of what stands before the last entry, and the rest.
struct Summing {
    file: BufReader<fs::File>,
    left: u64,
    passed: Passed,
    rest: Vec<u8>,
}

impl Read for Summing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        let before = usize::try_from(self.left).unwrap_or(usize::MAX).min(read);
        let (before, rest) = bytes.split_at(before);
        self.passed.take(before);
        self.left -= before.len() as u64;
        // A file that grows while it is read must not fill the memory.
        let room = (TRAILER + 1).saturating_sub(self.rest.len()).min(rest.len());
        self.rest.extend_from_slice(rest.get(..room).unwrap_or_default());
        Ok(read)
    }
}

/// What stands in an archive, as it comes.
#[derive(Default)]
struct Found {
    manifest: Option<Vec<u8>>,
    secret: Option<Vec<u8>>,
    database: Option<(Span, Part)>,
    blobs: HashMap<String, Span>,
    unknown: Option<String>,
}

/// What was found, once it is what the manifest says.
struct Checked {
    manifest: Manifest,
    secret: Option<Vec<u8>>,
    database: Span,
    blobs: HashMap<String, Span>,
}

type Outcome<T> = std::result::Result<T, String>;

fn entries(tar: &mut tar::Archive<Summing>) -> Outcome<Found> {
    let mut found = Found::default();
    // Raw: no entry that only says something about the next one is obeyed.
    for entry in tar.entries().map_err(|error| error.to_string())?.raw(true) {
        let mut entry = entry.map_err(|error| error.to_string())?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if !entry.header().entry_type().is_file() {
            return Err(format!("{name:?} in it is not a file"));
        }
        found.take(&name, &mut entry)?;
    }
    Ok(found)
}

impl Found {
    fn take(&mut self, name: &str, entry: &mut tar::Entry<'_, Summing>) -> Outcome<()> {
        let span = Span { offset: entry.raw_file_position(), bytes: entry.size() };
        let twice = match name {
            MANIFEST => self.manifest.replace(small(entry, MAX_MANIFEST)?).is_some(),
            SECRET => self.secret.replace(small(entry, MAX_SECRET)?).is_some(),
            DATABASE => self.database.replace((span, summed(entry)?)).is_some(),
            SUM => false,
            _ => match blob_hash(name) {
                Some(hash) if summed(entry)?.sha256 == hash => self.blobs.insert(hash.to_owned(), span).is_some(),
                Some(_) => return Err(format!("{name} in it is not what its name says")),
                None => {
                    self.unknown.get_or_insert_with(|| name.to_owned());
                    false
                }
            },
        };
        if twice { Err(format!("{name} is in it twice")) } else { Ok(()) }
    }

    fn check(self) -> Outcome<Checked> {
        let text = self.manifest.ok_or("it has no manifest.json")?;
        // First of all only this: a newer format may say everything else in another way.
        let Format { format } = serde_json::from_slice(&text).map_err(|error| format!("its manifest.json: {error}"))?;
        if format > FORMAT {
            return Err(format!("it is of format {format}, which a newer Confab wrote: restore it with that one"));
        }
        if let Some(name) = self.unknown {
            return Err(format!("{name:?} in it has no place in a backup"));
        }
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|error| format!("its manifest.json: {error}"))?;
        let (database, part) = self.database.ok_or("it has no confab.db")?;
        let uploads =
            Uploads { files: self.blobs.len() as u64, bytes: self.blobs.values().map(|span| span.bytes).sum() };
        let secret = self.secret.as_deref().map(|secret| {
            let mut passed = Passed::default();
            passed.take(secret);
            passed.part()
        });
        if !manifest.lost.iter().all(|hash| is_hash(hash)) {
            return Err("its manifest.json names bytes by what is no hash".to_owned());
        }
        if manifest.database != part || manifest.uploads != uploads || manifest.secret != secret {
            return Err("it doesn’t hold what its manifest.json says".to_owned());
        }
        Ok(Checked { manifest, secret: self.secret, database, blobs: self.blobs })
    }
}

impl Checked {
    fn archive(self, path: PathBuf) -> Archive {
        let Self { manifest, secret, database, blobs } = self;
        Archive { path, manifest, secret, database, blobs }
    }
}

#[derive(serde::Deserialize)]
struct Format {
    format: u32,
}

/// The hash that an entry of that name must have; none for any other name.
fn blob_hash(name: &str) -> Option<&str> {
    let hash = name.rsplit('/').next()?;
    (is_hash(hash) && blob_name(hash) == name).then_some(hash)
}

fn small(entry: &mut impl Read, limit: u64) -> Outcome<Vec<u8>> {
    let mut content = Vec::new();
    entry.take(limit + 1).read_to_end(&mut content).map_err(|error| error.to_string())?;
    if content.len() as u64 > limit { Err("an entry of it is too large".to_owned()) } else { Ok(content) }
}

fn summed(entry: &mut impl Read) -> Outcome<Part> {
    let (mut passed, mut piece) = (Passed::default(), vec![0; PIECE]);
    loop {
        match entry.read(&mut piece).map_err(|error| error.to_string())? {
            0 => return Ok(passed.part()),
            read => passed.take(piece.get(..read).unwrap_or_default()),
        }
    }
}
