//! The rows of the report: what is measured, in which figures, and what they were hoped to be.

pub mod day;
mod durable;
mod fan_out;
mod files;
mod first_load;
mod idle;
mod latency;
mod machine;
mod page;
mod resume;
mod start;

use futures::future::LocalBoxFuture;

use anyhow::Result;

use crate::{Bench, sample::Sample};

/// A row.
pub struct Row {
    /// What it is called.
    pub name: &'static str,
    /// What it measures.
    pub title: &'static str,
    /// Its figures.
    pub columns: &'static [Column],
    /// What they were hoped to be.
    pub goals: &'static [Goal],
    /// Takes the samples.
    pub run: for<'a> fn(&'a Bench) -> LocalBoxFuture<'a, Result<Vec<Sample>>>,
}

/// A figure of a row.
pub struct Column {
    /// What samples call it.
    pub key: &'static str,
    /// What the report calls it, with its unit.
    pub heading: &'static str,
    /// How many digits stand behind the point.
    pub digits: usize,
}

/// What a figure was hoped to be.
pub struct Goal {
    /// In words.
    pub words: &'static str,
    /// Whose figure.
    pub variant: &'static str,
    /// Which.
    pub key: &'static str,
    /// The hope itself.
    pub bound: Bound,
}

/// A hope.
pub enum Bound {
    /// So much or more.
    Least(f64),
    /// So much or less.
    Most(f64),
    /// So many times another variant's figure of the same round, or more.
    LeastTimes(f64, &'static str),
    /// So many times another variant's figure of the same round, or less.
    MostTimes(f64, &'static str),
}

/// All rows, in the report's order.
pub const ALL: &[Row] = &[
    machine::ROW,
    fan_out::ROW,
    latency::ROW,
    day::ROW,
    idle::ROW,
    resume::ROW,
    durable::ROW,
    page::HISTORY,
    page::PAGES,
    first_load::ROW,
    start::ROW,
    files::ROW,
];
