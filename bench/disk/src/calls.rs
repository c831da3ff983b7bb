//! The calls that stand in front of libc's: each asks whether it is refused, does what libc does, and notes what was done. A
//! change is noted after it was done, and a flush as it stood before it began, so the log never takes for safe what wasn't.

use std::{
    ffi::{CStr, c_char, c_int, c_void},
    slice, thread,
};

use crate::{
    fault::Change,
    log::Kind,
    real::Real,
    state::{State, state},
};

/// The type of libc's `open`.
pub type Open = unsafe extern "C" fn(*const c_char, c_int, libc::mode_t) -> c_int;
/// The type of libc's `write`.
pub type Write = unsafe extern "C" fn(c_int, *const c_void, usize) -> isize;
type WriteAt = unsafe extern "C" fn(c_int, *const c_void, usize, i64) -> isize;
type WriteMany = unsafe extern "C" fn(c_int, *const libc::iovec, c_int) -> isize;
type Truncate = unsafe extern "C" fn(c_int, i64) -> c_int;
type Flush = unsafe extern "C" fn(c_int) -> c_int;
type OnName = unsafe extern "C" fn(*const c_char) -> c_int;
type OnNames = unsafe extern "C" fn(*const c_char, *const c_char) -> c_int;
type LinkAt = unsafe extern "C" fn(c_int, *const c_char, c_int, *const c_char, c_int) -> c_int;

/// libc's own `open`.
pub static REAL_OPEN: Real = Real::new(c"open64");
/// libc's own `write`.
pub static REAL_WRITE: Real = Real::new(c"write");
static REAL_PWRITE: Real = Real::new(c"pwrite64");
static REAL_WRITEV: Real = Real::new(c"writev");
static REAL_FTRUNCATE: Real = Real::new(c"ftruncate64");
static REAL_FSYNC: Real = Real::new(c"fsync");
static REAL_FDATASYNC: Real = Real::new(c"fdatasync");
static REAL_UNLINK: Real = Real::new(c"unlink");
static REAL_RENAME: Real = Real::new(c"rename");
static REAL_LINKAT: Real = Real::new(c"linkat");

fn refuse<T: From<i8>>(error: c_int) -> T {
    // SAFETY: every thread has its own.
    unsafe { *libc::__errno_location() = error };
    T::from(-1)
}

/// The state and the inode, where an open file is one of the folder's.
fn concerned(file: c_int) -> Option<(&'static State, u64)> {
    let state = state()?;
    Some((state, state.inode(file)?))
}

/// The state, where a name is one of the folder's.
///
/// # Safety
/// `path` must be a C string.
unsafe fn named(path: *const c_char) -> Option<(&'static State, &'static CStr)> {
    let state = state()?;
    // SAFETY: the caller's path outlives the call that this is for.
    let path: &'static CStr = unsafe { CStr::from_ptr(path) };
    state.has(path).then_some((state, path))
}

fn note(state: &State, kind: Kind, inode: u64, number: u64, bytes: &[u8]) {
    if let Some(log) = &state.log {
        log.note(kind, inode, number, bytes);
    }
}

/// Opens a file. C's own takes its last argument only where a file may be made, which on this machine is read the same way.
///
/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open64(path: *const c_char, flags: c_int, mode: libc::mode_t) -> c_int {
    // SAFETY: as the caller vouches.
    unsafe {
        let open = REAL_OPEN.get::<Open>();
        let Some((state, name)) = named(path) else { return open(path, flags, mode) };
        let makes = flags & libc::O_CREAT != 0 && libc::access(path, libc::F_OK) != 0;
        let change = if makes { Some(Change::Grow) } else { (flags & libc::O_ACCMODE != 0).then_some(Change::Other) };
        if let Some(error) = change.and_then(|change| state.fault.refuses_name(change)) {
            return refuse(error);
        }
        let file = open(path, flags, mode);
        if let Some(inode) = (file >= 0).then(|| state.know(file)).flatten() {
            let number = if makes { 1 } else { u64::from(flags & libc::O_TRUNC != 0) * 2 };
            note(state, Kind::Open, inode, number, name.to_bytes());
        }
        file
    }
}

/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open(path: *const c_char, flags: c_int, mode: libc::mode_t) -> c_int {
    // SAFETY: as the caller vouches; the two are one on machines of 64 bits.
    unsafe { open64(path, flags, mode) }
}

/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn write(file: c_int, bytes: *const c_void, count: usize) -> isize {
    // SAFETY: as the caller vouches.
    unsafe {
        let write = REAL_WRITE.get::<Write>();
        let Some((state, inode)) = concerned(file) else { return write(file, bytes, count) };
        if let Some(error) = state.fault.refuses(Change::Grow) {
            return refuse(error);
        }
        let written = write(file, bytes, count);
        if let Ok(count) = usize::try_from(written) {
            let end = libc::lseek64(file, 0, libc::SEEK_CUR).cast_unsigned();
            note(state, Kind::Write, inode, end - count as u64, slice::from_raw_parts(bytes.cast(), count));
        }
        written
    }
}

/// Writes the first of several pieces that has any bytes, which libc's may do too.
///
/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn writev(file: c_int, pieces: *const libc::iovec, count: c_int) -> isize {
    // SAFETY: as the caller vouches.
    unsafe {
        if concerned(file).is_none() {
            return REAL_WRITEV.get::<WriteMany>()(file, pieces, count);
        }
        let pieces = slice::from_raw_parts(pieces, usize::try_from(count).unwrap_or(0));
        match pieces.iter().find(|piece| piece.iov_len > 0) {
            Some(piece) => write(file, piece.iov_base, piece.iov_len),
            None => 0,
        }
    }
}

/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(file: c_int, bytes: *const c_void, count: usize, at: i64) -> isize {
    // SAFETY: as the caller vouches.
    unsafe {
        let write = REAL_PWRITE.get::<WriteAt>();
        let Some((state, inode)) = concerned(file) else { return write(file, bytes, count, at) };
        if let Some(error) = state.fault.refuses(Change::Grow) {
            return refuse(error);
        }
        let written = write(file, bytes, count, at);
        if let Ok(count) = usize::try_from(written) {
            note(state, Kind::Write, inode, at.cast_unsigned(), slice::from_raw_parts(bytes.cast(), count));
        }
        written
    }
}

/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate64(file: c_int, length: i64) -> c_int {
    // SAFETY: as the caller vouches.
    unsafe {
        let truncate = REAL_FTRUNCATE.get::<Truncate>();
        let Some((state, inode)) = concerned(file) else { return truncate(file, length) };
        if let Some(error) = state.fault.refuses(Change::Other) {
            return refuse(error);
        }
        let outcome = truncate(file, length);
        if outcome == 0 {
            note(state, Kind::Truncate, inode, length.cast_unsigned(), &[]);
        }
        outcome
    }
}

unsafe fn flush(file: c_int, real: &Real) -> c_int {
    // SAFETY: as the caller vouches.
    unsafe {
        let flush = real.get::<Flush>();
        let Some((state, inode)) = concerned(file) else { return flush(file) };
        if let Some(error) = state.fault.refuses(Change::Flush) {
            return refuse(error);
        }
        let before = state.log.as_ref().map_or(0, crate::log::Log::count);
        let outcome = flush(file);
        thread::sleep(state.fault.flush());
        if outcome == 0 {
            note(state, Kind::Sync, inode, before, &[]);
        }
        outcome
    }
}

/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(file: c_int) -> c_int {
    // SAFETY: as the caller vouches.
    unsafe { flush(file, &REAL_FSYNC) }
}

/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdatasync(file: c_int) -> c_int {
    // SAFETY: as the caller vouches.
    unsafe { flush(file, &REAL_FDATASYNC) }
}

/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
    // SAFETY: as the caller vouches.
    unsafe {
        let unlink = REAL_UNLINK.get::<OnName>();
        let Some((state, name)) = named(path) else { return unlink(path) };
        if let Some(error) = state.fault.refuses_name(Change::Other) {
            return refuse(error);
        }
        let outcome = unlink(path);
        if outcome == 0 {
            note(state, Kind::Unlink, 0, 0, name.to_bytes());
        }
        outcome
    }
}

/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rename(from: *const c_char, to: *const c_char) -> c_int {
    // SAFETY: as the caller vouches.
    unsafe { two_names(from, to, Kind::Rename, || REAL_RENAME.get::<OnNames>()(from, to)) }
}

/// # Safety
/// As libc's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn linkat(a: c_int, from: *const c_char, b: c_int, to: *const c_char, flags: c_int) -> c_int {
    // SAFETY: as the caller vouches.
    unsafe { two_names(from, to, Kind::Link, || REAL_LINKAT.get::<LinkAt>()(a, from, b, to, flags)) }
}

unsafe fn two_names(from: *const c_char, to: *const c_char, kind: Kind, act: impl FnOnce() -> c_int) -> c_int {
    // SAFETY: as the caller vouches.
    let names = unsafe { (named(from), named(to)) };
    let (Some((state, from)), Some((_, to))) = names else { return act() };
    if let Some(error) = state.fault.refuses_name(Change::Grow) {
        return refuse(error);
    }
    let outcome = act();
    if outcome == 0 {
        note(state, kind, 0, 0, &[from.to_bytes(), b"\0", to.to_bytes()].concat());
    }
    outcome
}
