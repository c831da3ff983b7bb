//! The folder that holds the place's data. One program at a time uses it: two would not hear of each other's changes.

use std::{
    fs::{self, File, TryLockError},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::Path,
};

/// The data folder, for this program alone until it is dropped or the program ends, however it ends.
pub struct DataFolder(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

impl DataFolder {
    /// Makes the folder where it is missing, and locks it.
    pub fn open(path: &Path) -> io::Result<Self> {
        // Only for the owner: the folder holds everyone's private messages.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let file = File::create(path.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(io::Error::other("another Confab is using it")),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_folder_is_made_for_the_owner_and_used_by_one_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/data");
        let first = DataFolder::open(&path).expect("made");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o700);
        assert!(DataFolder::open(&path).is_err());
        drop(first);
        assert!(DataFolder::open(&path).is_ok());
    }
}
