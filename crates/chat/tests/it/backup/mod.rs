//! A backup has everything, and comes back as it was, wherever it is restored.

mod damaged;
mod load;
mod refused;
mod whole;

use std::path::{Path, PathBuf};

use chat::{Backup, Fault, Restore, Result, back_up};
use tempfile::TempDir;

use crate::place::{ENVIRONMENT, Place};

/// What sign-ins are signed with.
const SECRET: &[u8] = b"what sign-ins are signed with";

/// A backup in a folder of its own.
struct Made {
    said: Backup,
    folder: TempDir,
}

impl Made {
    async fn of(place: &Place) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let said = try_back_up(place, &folder.path().join("backup.tar")).await.expect("is made");
        Self { said, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("backup.tar")
    }
}

async fn try_back_up(place: &Place, target: &Path) -> Result<Backup> {
    back_up(&place.settings(), ENVIRONMENT, Some(SECRET), target).await
}

async fn try_restore(file: &Path, place: &Place) -> Result<Restore> {
    Restore::prepare(place.settings(), ENVIRONMENT, file).await
}

/// Why something could not be done.
fn why<T>(result: Result<T>) -> String {
    match result {
        Err(chat::Error::Fault(Fault::Backup(why))) => why,
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("should have failed"),
    }
}

/// What lies in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("is there").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
