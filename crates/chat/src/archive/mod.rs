//! The file that a backup is: an ordinary tar, so that anyone can look into it, in which nothing can change unnoticed.
//!
//! The bytes of files come first, then the secret and the database, each where it lies in a data folder; then
//! `manifest.json`, which says what there must be. The last entry, `sha256`, is the hash of all that stands before it: a
//! backup that was cut short or changed anywhere is told by it, and one that was never finished doesn't have it.

pub(crate) mod read;
pub(crate) mod write;

use std::{fmt::Display, path::Path};

use protocol::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tar::{EntryType, Header};

use crate::{Fault, hexadecimal::hexadecimal};

/// The version of this format. It grows when an older Confab could not restore what a newer one writes.
pub(crate) const FORMAT: u32 = 1;

pub(crate) const DATABASE: &str = "confab.db";
pub(crate) const SECRET: &str = "secret";
const MANIFEST: &str = "manifest.json";
const SUM: &str = "sha256";

/// What everything in a tar is a multiple of.
const BLOCK: usize = 512;
static ZEROS: [u8; BLOCK] = [0; BLOCK];
/// The last entry, a block of name and one of content, and the two empty blocks that end every tar.
const TRAILER: usize = 4 * BLOCK;

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    /// The version of Confab that made it.
    pub(crate) confab: String,
    /// When, for people.
    pub(crate) made_at: String,
    /// When, in milliseconds.
    pub(crate) made_at_milliseconds: i64,
    pub(crate) place: Contents,
    pub(crate) database: Part,
    /// None where the secret is given by a setting.
    pub(crate) secret: Option<Part>,
    pub(crate) uploads: Uploads,
    /// Hashes of bytes that the database names, but that the place had lost or that were damaged.
    pub(crate) lost: Vec<String>,
}

/// What is in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contents {
    /// The number of the place's last change.
    pub(crate) rev: i64,
    pub(crate) people: i64,
    pub(crate) conversations: i64,
    pub(crate) messages: i64,
    pub(crate) files: i64,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

/// All entries that are bytes of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Uploads {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

/// Bytes that have passed: how many, and their hash.
#[derive(Clone, Default)]
pub(crate) struct Passed {
    bytes: u64,
    hash: Sha256,
}

impl Passed {
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    pub(crate) fn part(self) -> Part {
        Part { bytes: self.bytes, sha256: hexadecimal(&self.hash.finalize()) }
    }
}

/// Whether that is a hash as it is written here, and so nothing that leads anywhere.
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Where the bytes of that hash are entered.
fn blob_name(hash: &str) -> String {
    let (folder, _) = hash.split_at(2);
    format!("uploads/blobs/{folder}/{hash}")
}

/// What begins an entry. It is for the owner only, wherever someone unpacks it.
fn header(name: &str, bytes: u64, made_at: Timestamp) -> Result<Header, Fault> {
    let mut header = Header::new_gnu();
    header.set_path(name).map_err(|error| Fault::Backup(format!("{name} can’t be entered: {error}")))?;
    header.set_entry_type(EntryType::Regular);
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(made_at.0 / 1000).unwrap_or_default());
    header.set_uid(0);
    header.set_gid(0);
    header.set_cksum();
    Ok(header)
}

/// What fills up the last block of so many bytes.
fn padding(bytes: u64) -> &'static [u8] {
    let over = usize::try_from(bytes % BLOCK as u64).unwrap_or_default();
    if over == 0 { &[] } else { ZEROS.get(over..).unwrap_or_default() }
}

/// How an archive ends, given the hash of all before. Nothing else is in it, so that it can be compared byte by byte.
fn trailer(sha256: &str) -> Result<Vec<u8>, Fault> {
    let content = format!("{sha256}\n");
    let mut trailer = header(SUM, content.len() as u64, Timestamp(0))?.as_bytes().to_vec();
    trailer.extend_from_slice(content.as_bytes());
    trailer.resize(TRAILER, 0);
    Ok(trailer)
}

/// What went wrong with a file.
pub(crate) fn failed(path: &Path, error: impl Display) -> Fault {
    Fault::Backup(format!("{}: {error}", path.display()))
}
