//! The server on a disk that fails or is slow (`bench/disk`): what is refused to it, how long it flushes, and the log of what it did.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    Bench,
    confab::{self, Running},
    process::this_program,
};

/// What the disk refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing.
    None,
    /// What needs room.
    Full,
    /// Every change.
    ReadOnly,
    /// Every write and flush, after so many more.
    Failing(u32),
}

/// A disk for one place.
pub struct Disk {
    page: PathBuf,
    /// How much longer it takes to flush.
    flush: Duration,
    /// The log of what was done; empty unless it is kept.
    pub log: PathBuf,
}

impl Disk {
    /// A disk that refuses nothing yet, for the place in that folder.
    pub fn new(folder: &Path) -> Result<Self> {
        Self::slow(folder, Duration::ZERO)
    }

    /// A disk that takes so much longer to flush, and refuses nothing yet.
    pub fn slow(folder: &Path, flush: Duration) -> Result<Self> {
        let disk = Self { page: folder.join("refusal"), flush, log: folder.join("done") };
        disk.refuse(Refusal::None)?;
        Ok(disk)
    }

    /// Refuses that from now on.
    pub fn refuse(&self, refusal: Refusal) -> Result<()> {
        let (mode, left) = match refusal {
            Refusal::None => (0_u32, 0),
            Refusal::Full => (1, 0),
            Refusal::ReadOnly => (2, 0),
            Refusal::Failing(left) => (3, left),
        };
        let flush = u32::try_from(self.flush.as_micros())?;
        let page = [mode.to_ne_bytes(), left.to_ne_bytes(), flush.to_ne_bytes()].concat();
        // Not anew: the server has it mapped.
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(&self.page)?;
        Ok(std::io::Write::write_all(&mut file, &page)?)
    }

    /// Starts Confab on it, with a new log where one is kept.
    pub async fn start(&self, bench: &Bench, folder: &Path, logged: bool) -> Result<Running> {
        let library = this_program()?.with_file_name("libfaulty_disk.so");
        ensure!(library.exists(), "there is no {}: scripts/chaos and scripts/bench build it", library.display());
        let data = folder.join("data");
        let mut settings = vec![
            ("LD_PRELOAD", text(&library)?),
            ("CONFAB_DISK_FOLDER", text(&data)?),
            ("CONFAB_DISK_FAULT", text(&self.page)?),
        ];
        if logged {
            fs::write(&self.log, [])?;
            settings.push(("CONFAB_DISK_LOG", text(&self.log)?));
        }
        confab::start(bench, folder, &settings).await
    }
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is no text", path.display()))
}
