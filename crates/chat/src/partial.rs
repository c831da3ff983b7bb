//! A file that appears whole or not at all. It and whatever helps to make it lie in a folder beside it until then, so that
//! what breaks off leaves one thing, whose name says what it is, and that the next attempt clears away.

use std::{
    ffi::OsString,
    fs::{self, File, TryLockError},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use crate::{Fault, archive::failed};

/// The folder `<target>.partial`, for this program alone. It goes when this is dropped.
pub(crate) struct Partial {
    target: PathBuf,
    folder: PathBuf,
    _lock: File,
}

impl Partial {
    /// Begins to make `target`.
    ///
    /// # Errors
    /// [`Fault::Backup`] where there is one already, or another program is making it.
    pub(crate) fn begin(target: &Path) -> Result<Self, Fault> {
        let mut name = target.file_name().map_or_else(OsString::new, OsString::from);
        if name.is_empty() {
            return Err(failed(target, "name a file to write the backup to"));
        }
        name.push(".partial");
        let (target, folder) = (target.to_owned(), target.with_file_name(name));
        require_none(&target)?;
        make(&folder).map_err(|error| failed(&folder, error))?;
        let lock = File::create(folder.join("lock")).map_err(|error| failed(&folder, error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(failed(&folder, "another Confab is making this backup")),
            Err(TryLockError::Error(error)) => return Err(failed(&folder, error)),
        }
        let partial = Self { target, folder, _lock: lock };
        for name in [Self::WHOLE, Self::HELPER] {
            remove(&partial.folder.join(name)).map_err(|error| failed(&partial.folder, error))?;
        }
        Ok(partial)
    }

    const WHOLE: &str = "whole";
    const HELPER: &str = "helper";

    /// Where it is to be made.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(Self::WHOLE)
    }

    /// A file that helps to make it.
    pub(crate) fn helper(&self) -> PathBuf {
        self.folder.join(Self::HELPER)
    }

    /// Puts it in its place, for good. What it holds is on disk already.
    pub(crate) fn finish(self) -> Result<(), Fault> {
        require_none(&self.target)?;
        let moved = || {
            fs::rename(self.path(), &self.target)?;
            let parent = self.target.parent().filter(|parent| !parent.as_os_str().is_empty());
            File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
        };
        moved().map_err(|error| failed(&self.target, error))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        for name in [Self::WHOLE, Self::HELPER, "lock"] {
            let _ = remove(&self.folder.join(name));
        }
        // Only if nothing else is in it: somebody may have had a folder of that name.
        let _ = fs::remove_dir(&self.folder);
    }
}

fn require_none(target: &Path) -> Result<(), Fault> {
    match target.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(target, error)),
        Ok(_) => Err(failed(target, "there is a file already, which is left as it is")),
    }
}

/// Makes the folder, unless an earlier attempt did, but none above it: a name that was mistyped is to be known.
fn make(folder: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
