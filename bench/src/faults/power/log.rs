//! The log of the disk, as `bench/disk/src/log.rs` writes it.

use std::{
    ffi::OsString,
    fs,
    os::unix::ffi::OsStringExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Open,
    Write,
    Truncate,
    Sync,
    Unlink,
    Rename,
    Link,
}

/// One thing that was done.
#[derive(Debug)]
pub struct Record {
    pub kind: Kind,
    /// The file or folder, where it was open.
    pub inode: u64,
    /// Where was written, how long it was made, how it was opened, or how many records were safe.
    pub number: u64,
    /// What was written, or the names.
    pub bytes: Vec<u8>,
}

impl Record {
    /// All of a log, up to where the server was killed.
    pub fn read(path: &Path) -> Result<Vec<Self>> {
        let log = fs::read(path)?;
        let (mut rest, mut records) = (log.as_slice(), Vec::new());
        while let Some((head, tail)) = rest.split_first_chunk::<32>() {
            let field = |index: usize| {
                let bytes = head[index * 8..(index + 1) * 8].try_into().unwrap_or_default();
                u64::from_ne_bytes(bytes)
            };
            let Some((bytes, tail)) = tail.split_at_checked(usize::try_from(field(3))?) else { break };
            let kind = match field(0) {
                1 => Kind::Open,
                2 => Kind::Write,
                3 => Kind::Truncate,
                4 => Kind::Sync,
                5 => Kind::Unlink,
                6 => Kind::Rename,
                7 => Kind::Link,
                other => bail!("the log of the disk has a record of kind {other}"),
            };
            records.push(Self { kind, inode: field(1), number: field(2), bytes: bytes.to_vec() });
            rest = tail;
        }
        Ok(records)
    }

    /// Its name.
    pub fn path(&self) -> PathBuf {
        OsString::from_vec(self.bytes.clone()).into()
    }

    /// Its two names.
    pub fn paths(&self) -> Result<(PathBuf, PathBuf)> {
        let at = self.bytes.iter().position(|byte| *byte == 0).context("two names have a NUL between them")?;
        let name = |bytes: &[u8]| OsString::from_vec(bytes.to_vec()).into();
        Ok((name(&self.bytes[..at]), name(&self.bytes[at + 1..])))
    }
}
