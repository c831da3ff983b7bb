//! Faults that the server must survive: what is done to it, how often, and what must be left after each. `make chaos` runs
//! them.

mod client;
mod crowd;
mod disconnect;
mod disk;
mod drift;
mod kept;
mod kill;
mod over_http;
mod overload;
mod power;
mod proxy;
pub mod report;
mod retry;
mod settle;
mod slow;
mod upload;

use anyhow::Result;
use futures::future::LocalBoxFuture;

use crate::{Bench, rows::Column, sample::Sample};

/// A fault.
pub struct Fault {
    /// What it is called.
    pub name: &'static str,
    /// What is done, so many times; the figure `runs` of each sample counts it.
    pub runs: &'static str,
    /// What is checked after it.
    pub checked: &'static str,
    /// What else is told of it.
    pub figures: &'static [Column],
    /// Brings it about. A sample with faults tells what was not survived.
    pub run: for<'a> fn(&'a Bench, Extent) -> LocalBoxFuture<'a, Result<Vec<Sample>>>,
}

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What the report claims.
    Full,
    /// A minute or so: whether it still works.
    Short,
}

impl Extent {
    /// The one or the other.
    pub fn of<T>(self, full: T, short: T) -> T {
        match self {
            Self::Full => full,
            Self::Short => short,
        }
    }
}

/// All faults, in the report's order.
pub const ALL: &[Fault] = &[
    kill::FAULT,
    power::FAULT,
    disk::FAULT,
    disconnect::FAULT,
    retry::FAULT,
    slow::FAULT,
    overload::FAULT,
    drift::FAULT,
];
