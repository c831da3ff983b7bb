//! The report: every row's figures as median and range, its hopes beside what came out, and its words, which lie in
//! `bench/notes`. It is made of the samples alone, so it can be written again at any time.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::Result;

use crate::{
    faults,
    figures::{median, spread},
    notes,
    rows::{self, Bound, Column, Goal, Row},
    sample::{Results, Sample},
};

/// Writes `bench/RESULTS.md`.
pub fn write(root: &Path, results: &Path) -> Result<()> {
    let mut text = fs::read_to_string(notes(root).join("head.md"))?;
    let measured: Vec<(&Row, Results)> = rows::ALL
        .iter()
        .filter_map(|row| Results::read(results, row.name).transpose().map(|read| read.map(|results| (row, results))))
        .collect::<Result<_>>()?;
    overview(&mut text, &measured)?;
    for (row, results) in &measured {
        section(&mut text, row, results)?;
        let note = notes(root).join(format!("{}.md", row.name));
        if note.exists() {
            write!(text, "\n{}", fs::read_to_string(note)?)?;
        }
    }
    faults::report::section(&mut text, root, results)?;
    fs::write(root.join("bench/RESULTS.md"), text)?;
    println!("==> bench/RESULTS.md");
    Ok(())
}

fn overview(text: &mut String, measured: &[(&Row, Results)]) -> Result<()> {
    writeln!(text, "\n| | goal | measured | |\n|---|---|---|---|")?;
    for (row, results) in measured {
        for goal in row.goals {
            let (figure, verdict) = judge(row, goal, &results.samples);
            writeln!(text, "| {} | {} | {figure} | {verdict} |", row.name, goal.words)?;
        }
    }
    Ok(())
}

fn section(text: &mut String, row: &Row, results: &Results) -> Result<()> {
    writeln!(text, "\n## {}: {}\n", row.name, row.title)?;
    let headings: Vec<_> = row.columns.iter().map(|column| column.heading).collect();
    writeln!(text, "| | {} | samples |", headings.join(" | "))?;
    writeln!(text, "|---{}|---|", "|---".repeat(headings.len()))?;
    for variant in variants(&results.samples) {
        let all: Vec<_> = results.samples.iter().filter(|sample| sample.variant == variant).collect();
        let good: Vec<_> = all.iter().copied().filter(|sample| sample.is_good()).collect();
        let cells: Vec<_> = row.columns.iter().map(|column| cell(column, &good)).collect();
        let count =
            if good.len() == all.len() { all.len().to_string() } else { format!("{} of {}", good.len(), all.len()) };
        writeln!(text, "| {variant} | {} | {count} |", cells.join(" | "))?;
    }
    writeln!(text, "\n{}", results.origin())?;
    for sample in results.samples.iter().filter(|sample| !sample.is_good()) {
        writeln!(text, "\nDoesn’t count: {}, round {}: {}.", sample.variant, sample.round, sample.faults.join("; "))?;
    }
    Ok(())
}

fn variants(samples: &[Sample]) -> Vec<&str> {
    let mut variants: Vec<&str> = Vec::new();
    for sample in samples {
        if !variants.contains(&sample.variant.as_str()) {
            variants.push(&sample.variant);
        }
    }
    variants
}

fn cell(column: &Column, samples: &[&Sample]) -> String {
    let values = samples.iter().filter_map(|sample| sample.values.get(column.key).copied());
    spread(values.collect(), column.digits).unwrap_or_default()
}

/// What came of a hope: the figure, and whether it was met or by how much not.
fn judge(row: &Row, goal: &Goal, samples: &[Sample]) -> (String, String) {
    let of = |variant: &str| {
        let of_variant = samples.iter().filter(move |sample| sample.variant == variant && sample.is_good());
        of_variant.filter_map(|sample| Some((sample.round, *sample.values.get(goal.key)?))).collect::<Vec<_>>()
    };
    let own = of(goal.variant);
    let digits = row.columns.iter().find(|column| column.key == goal.key).map_or(1, |column| column.digits);
    let (mut values, bound, least, digits, unit) = match goal.bound {
        Bound::Least(bound) => (own.iter().map(|it| it.1).collect::<Vec<_>>(), bound, true, digits, ""),
        Bound::Most(bound) => (own.iter().map(|it| it.1).collect(), bound, false, digits, ""),
        Bound::LeastTimes(bound, other) => (ratios(&own, &of(other)), bound, true, 2, " ×"),
        Bound::MostTimes(bound, other) => (ratios(&own, &of(other)), bound, false, 2, " ×"),
    };
    let Some(middle) = median(&mut values) else { return ("not measured".to_owned(), String::new()) };
    let figure = spread(values, digits).unwrap_or_default();
    let met = if least { middle >= bound } else { middle <= bound };
    let verdict = if met {
        "met".to_owned()
    } else {
        let times = if least { bound / middle } else { middle / bound };
        format!("**missed**, by {times:.2} ×")
    };
    (format!("{figure}{unit}"), verdict)
}

fn ratios(own: &[(u32, f64)], other: &[(u32, f64)]) -> Vec<f64> {
    let of_round = |round| other.iter().find(|it| it.0 == round).map(|it| it.1);
    own.iter().filter_map(|(round, value)| Some(value / of_round(*round)?)).collect()
}
