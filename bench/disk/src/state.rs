//! What the disk knows: which folder it is about, and which of the open files lie in it.

use std::{
    collections::HashSet,
    ffi::{CStr, c_int},
    mem::MaybeUninit,
    os::unix::ffi::{OsStrExt as _, OsStringExt},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use crate::{fault::Fault, log::Log};

/// What the disk knows.
pub struct State {
    folder: Vec<u8>,
    known: Mutex<HashSet<u64>>,
    /// What is to be refused, and how slow it is.
    pub fault: Fault,
    /// What was done.
    pub log: Option<Log>,
}

/// The disk's state, if it is about any folder.
pub fn state() -> Option<&'static State> {
    static STATE: OnceLock<Option<State>> = OnceLock::new();
    STATE
        .get_or_init(|| {
            let folder = std::env::var_os("CONFAB_DISK_FOLDER")?.into_vec();
            let log = std::env::var_os("CONFAB_DISK_LOG").map(|path| Log::open(path.as_bytes()));
            let fault = Fault::open(std::env::var_os("CONFAB_DISK_FAULT").map(OsStringExt::into_vec));
            Some(State { folder, known: Mutex::default(), fault, log })
        })
        .as_ref()
}

impl State {
    /// Whether a path lies in the folder, or is it. SQLite's index of its log is memory, and no file that outlives anything.
    pub fn has(&self, path: &CStr) -> bool {
        let path = path.to_bytes();
        path.starts_with(&self.folder) && !path.ends_with(b"-shm")
    }

    /// Notes an open file of the folder; returns its inode.
    pub fn know(&self, file: c_int) -> Option<u64> {
        let inode = inode(file)?;
        self.known().insert(inode);
        Some(inode)
    }

    /// The inode of an open file, if it lies in the folder.
    pub fn inode(&self, file: c_int) -> Option<u64> {
        let inode = inode(file)?;
        self.known().contains(&inode).then_some(inode)
    }

    fn known(&self) -> MutexGuard<'_, HashSet<u64>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn inode(file: c_int) -> Option<u64> {
    let mut status = MaybeUninit::<libc::stat64>::uninit();
    // SAFETY: the call fills all of it where it succeeds.
    unsafe { (libc::fstat64(file, status.as_mut_ptr()) == 0).then(|| status.assume_init().st_ino) }
}
