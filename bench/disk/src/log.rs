//! The log of what changed the folder, in the order in which it was done. A record is its kind, three numbers and a length, all
//! in this machine's order of bytes, and so many bytes; it is written with one call, so what is killed leaves whole ones.

use std::{
    ffi::{CString, c_int},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::calls;

/// The log.
pub struct Log {
    file: c_int,
    /// How many records there are.
    count: Mutex<u64>,
}

/// What a record tells.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Kind {
    /// A file was opened: its path; 1 if that made it, 2 if it cut off what was in it.
    Open = 1,
    /// Bytes were written: where.
    Write = 2,
    /// A file was made as long as that.
    Truncate = 3,
    /// A file or folder is on disk as it was after so many records.
    Sync = 4,
    /// A name is gone.
    Unlink = 5,
    /// A name became another, after a NUL.
    Rename = 6,
    /// A name has another one beside it, after a NUL.
    Link = 7,
}

impl Log {
    /// A log that goes on in that file.
    pub fn open(path: &[u8]) -> Self {
        let path = CString::new(path).unwrap_or_default();
        let flags = libc::O_WRONLY | libc::O_APPEND | libc::O_CREAT | libc::O_CLOEXEC;
        // SAFETY: the path is a C string.
        let file = unsafe { calls::REAL_OPEN.get::<calls::Open>()(path.as_ptr(), flags, 0o600) };
        assert!(file >= 0, "the log can't be opened");
        Self { file, count: Mutex::new(0) }
    }

    /// How many records there are.
    pub fn count(&self) -> u64 {
        *self.lock()
    }

    /// Adds a record.
    pub fn note(&self, kind: Kind, inode: u64, number: u64, bytes: &[u8]) {
        let mut record = Vec::with_capacity(bytes.len() + 32);
        record.extend((kind as u64).to_ne_bytes());
        record.extend(inode.to_ne_bytes());
        record.extend(number.to_ne_bytes());
        record.extend((bytes.len() as u64).to_ne_bytes());
        record.extend(bytes);
        let mut count = self.lock();
        *count += 1;
        // SAFETY: the record has so many bytes.
        let written =
            unsafe { calls::REAL_WRITE.get::<calls::Write>()(self.file, record.as_ptr().cast(), record.len()) };
        assert!(usize::try_from(written) == Ok(record.len()), "the log of the disk has no room");
    }

    fn lock(&self) -> MutexGuard<'_, u64> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
