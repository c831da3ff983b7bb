//! What the report says of faults: one table of all, and the words of each, which lie in `bench/notes`.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::Result;

use super::{ALL, Fault};
use crate::{
    figures::grouped,
    notes,
    sample::{Results, Sample},
};

/// Writes the section of the faults, of those that were ever brought about.
pub fn section(text: &mut String, root: &Path, results: &Path) -> Result<()> {
    let mut words = String::new();
    write!(text, "\n{}", fs::read_to_string(notes(root).join("faults.md"))?)?;
    writeln!(text, "\n| fault | runs | what was checked | result |\n|---|---|---|---|")?;
    for fault in ALL {
        let Some(results) = Results::read(results, fault.name)? else { continue };
        for sample in &results.samples {
            let runs = sample.values.get("runs").map(|runs| grouped(*runs, 0)).unwrap_or_default();
            let variant = if sample.variant.is_empty() { String::new() } else { format!(": {}", sample.variant) };
            let Fault { name, runs: what, checked, .. } = fault;
            writeln!(text, "| {name}{variant} | {runs} {what} | {checked} | {} |", verdict(fault, sample))?;
        }
        writeln!(words, "\n### {}\n\n{}", fault.name, results.origin())?;
        let note = notes(root).join(format!("{}.md", fault.name));
        if note.exists() {
            write!(words, "\n{}", fs::read_to_string(note)?)?;
        }
    }
    text.push_str(&words);
    Ok(())
}

/// What came out of a sample, in a line.
pub fn outcome(fault: &Fault, sample: &Sample) -> String {
    let runs = sample.values.get("runs").copied().unwrap_or(0.0);
    format!("{} {} {}: {}", grouped(runs, 0), fault.runs, sample.variant, verdict(fault, sample))
}

fn verdict(fault: &Fault, sample: &Sample) -> String {
    let figures = fault.figures.iter().filter_map(|figure| {
        let value = sample.values.get(figure.key)?;
        Some(format!("{} {}", figure.heading, grouped(*value, figure.digits)))
    });
    let verdict =
        if sample.is_good() { "held".to_owned() } else { format!("**not held**: {}", sample.faults.join("; ")) };
    [verdict].into_iter().chain(figures).collect::<Vec<_>>().join("; ")
}
