//! What is refused, and how slow the disk is: read from a page that the harness writes, so that it begins and ends at once.

use std::{
    ffi::{CString, c_int},
    ptr,
    sync::atomic::{AtomicI32, AtomicU32, Ordering},
    time::Duration,
};

use crate::calls;

/// The page: what is refused, how many more changes pass before that, and how many microseconds more a flush takes.
#[repr(C)]
struct Page {
    mode: AtomicU32,
    left: AtomicI32,
    flush: AtomicU32,
}

/// What is refused, and how slow the disk is.
pub struct Fault(Option<&'static Page>);

/// A change to a file or a folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// One that needs room.
    Grow,
    /// One that needs none.
    Other,
    /// Flushing, which changes nothing that can be read.
    Flush,
}

impl Fault {
    /// The fault that a file tells of, or none for ever.
    pub fn open(path: Option<Vec<u8>>) -> Self {
        Self(path.and_then(|path| {
            let path = CString::new(path).ok()?;
            // SAFETY: the file has a page's bytes, as the harness wrote it, and stays mapped as long as the process lives.
            unsafe {
                let file = calls::REAL_OPEN.get::<calls::Open>()(path.as_ptr(), libc::O_RDWR | libc::O_CLOEXEC, 0);
                let page = libc::mmap(
                    ptr::null_mut(),
                    size_of::<Page>(),
                    libc::PROT_READ | libc::PROT_WRITE,
                    libc::MAP_SHARED,
                    file,
                    0,
                );
                assert!(page != libc::MAP_FAILED, "the page of the fault can't be mapped");
                page.cast::<Page>().as_ref()
            }
        }))
    }

    /// How much longer a flush takes.
    pub fn flush(&self) -> Duration {
        Duration::from_micros(self.0.map_or(0, |page| page.flush.load(Ordering::Relaxed)).into())
    }

    /// The error that a change to a name comes to, if it is refused: a disk that fails by its n-th write counts none of these.
    pub fn refuses_name(&self, change: Change) -> Option<c_int> {
        let failing = self.0?.mode.load(Ordering::SeqCst) == 3;
        (!failing).then(|| self.refuses(change)).flatten()
    }

    /// The error that a change comes to, if it is refused.
    pub fn refuses(&self, change: Change) -> Option<c_int> {
        let page = self.0?;
        match (page.mode.load(Ordering::SeqCst), change) {
            (1, Change::Grow) => Some(libc::ENOSPC),
            (2, Change::Grow | Change::Other) => Some(libc::EROFS),
            // From then on every one, until it is taken back.
            (3, _) => (page.left.fetch_sub(1, Ordering::SeqCst) <= 0).then(|| {
                page.left.store(0, Ordering::SeqCst);
                libc::EIO
            }),
            _ => None,
        }
    }
}
