//! Confab itself: the release binary, as it comes, but for what a setting lifts.

use std::{ffi::OsStr, path::Path};

use anyhow::{Context as _, Result};

use crate::{
    Bench,
    process::Process,
    socket::{Place, Speech},
};

/// A running server, and where it listens.
pub struct Running {
    pub process: Process,
    pub place: Place,
}

/// Starts Confab on a folder. Limits on how often one person may ask are off: here one person asks for thousands.
pub async fn start(bench: &Bench, folder: &Path, settings: &[(&str, &str)]) -> Result<Running> {
    let data = folder.join("data");
    let mut variables = vec![
        ("CONFAB_ADDR", OsStr::new("127.0.0.1:0")),
        ("CONFAB_DATA", data.as_os_str()),
        ("CONFAB_RATE_LIMIT", OsStr::new("off")),
    ];
    variables.extend(settings.iter().map(|(name, value)| (*name, OsStr::new(*value))));
    let mut process = Process::start(&bench.binary, &[OsStr::new("serve")], &variables, folder)?;
    let line = process.line().await?;
    let (_, address) = line.rsplit_once('/').context("it says where it is")?;
    let place = Place { address: address.parse()?, speech: Speech::Confab };
    Ok(Running { process, place })
}
