//! What was measured, as it is kept: one file of JSON per row, with every sample, from which the report is written.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use crate::machine::Machine;

/// One measurement.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sample {
    /// What was measured: a server, a size.
    pub variant: String,
    /// Samples of one round were taken shortly after one another, and are compared with each other.
    pub round: u32,
    /// The figures, by the keys of the row's columns.
    pub values: BTreeMap<String, f64>,
    /// What went wrong. A sample with any doesn't count.
    pub faults: Vec<String>,
}

impl Sample {
    /// A sample without figures so far.
    pub fn new(variant: impl Into<String>, round: u32) -> Self {
        Self { variant: variant.into(), round, values: BTreeMap::new(), faults: Vec::new() }
    }

    /// Adds a figure, where it is one: a part of nothing isn't.
    #[must_use]
    pub fn with(mut self, key: &str, value: f64) -> Self {
        if value.is_finite() {
            self.values.insert(key.to_owned(), value);
        }
        self
    }

    /// Adds what went wrong.
    #[must_use]
    pub fn blamed(mut self, faults: Vec<String>) -> Self {
        self.faults.extend(faults);
        self
    }

    /// Whether it counts.
    pub fn is_good(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Milliseconds at a quantile of what was recorded in nanoseconds.
#[expect(clippy::cast_precision_loss, reason = "nobody waits for 2^52 nanoseconds")]
pub fn millis(waits: &Histogram<u64>, quantile: f64) -> f64 {
    waits.value_at_quantile(quantile) as f64 / 1e6
}

/// All samples of a row.
#[derive(Debug, Serialize, Deserialize)]
pub struct Results {
    /// Which row.
    pub row: String,
    /// Where and when.
    pub machine: Machine,
    /// How long the row took, in seconds.
    pub seconds: f64,
    /// In the order in which they were taken.
    pub samples: Vec<Sample>,
}

impl Results {
    /// Those of a row, if it was ever measured.
    pub fn read(folder: &Path, row: &str) -> Result<Option<Self>> {
        let path = folder.join(format!("{row}.json"));
        if !path.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&path)?;
        Ok(Some(serde_json::from_str(&text).with_context(|| format!("{} can’t be read", path.display()))?))
    }

    /// How often a fault was brought about.
    pub fn runs(&self) -> f64 {
        self.samples.iter().filter_map(|sample| sample.values.get("runs")).sum()
    }

    /// Where they were measured, when and at what.
    pub fn origin(&self) -> String {
        let Self { row, machine, seconds, .. } = self;
        format!(
            "{}, {} GiB, Linux {}; {} at commit {}, in {seconds} s; load {:.1} at its beginning. Every sample: [`results/{row}.json`](results/{row}.json).",
            machine.processor, machine.memory_gib, machine.kernel, machine.at, machine.commit, machine.load,
        )
    }

    /// Keeps them.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder)?;
        let text = serde_json::to_string_pretty(self)?;
        Ok(fs::write(folder.join(format!("{}.json", self.row)), text + "\n")?)
    }
}
