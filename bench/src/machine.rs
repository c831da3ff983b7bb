//! Where and when something was measured.

use std::{fs, path::Path, process::Command};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A machine at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// RFC 3339, UTC.
    pub at: String,
    /// The processor as the system names it, and how many of it.
    pub processor: String,
    pub memory_gib: u64,
    pub kernel: String,
    /// How many programs wanted a core in the last minute: 0 on an idle machine.
    pub load: f64,
    /// The commit that was measured.
    pub commit: String,
}

impl Machine {
    /// This machine, now.
    pub fn here(root: &Path) -> Result<Self> {
        let processors = fs::read_to_string("/proc/cpuinfo")?;
        let names: Vec<_> = processors.lines().filter_map(|line| line.strip_prefix("model name")).collect();
        let name = names.first().map_or("unknown", |name| name.trim_start_matches([' ', '\t', ':']));
        let memory = fs::read_to_string("/proc/meminfo")?;
        let kibibytes = memory.split_ascii_whitespace().nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        let load = fs::read_to_string("/proc/loadavg")?;
        Ok(Self {
            at: OffsetDateTime::now_utc().replace_nanosecond(0)?.format(&Rfc3339)?,
            processor: format!("{} × {name}", names.len()),
            memory_gib: kibibytes.div_ceil(1 << 20),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            load: load.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0.0),
            commit: commit(root),
        })
    }
}

fn commit(root: &Path) -> String {
    let asked = Command::new("git").args(["rev-parse", "--short=10", "HEAD"]).current_dir(root).output();
    asked.ok().and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default().trim().to_owned()
}
