//! Measures Confab, beside servers of the same sort, row by row, and writes what came out. `make bench` runs it.

mod broadcaster;
mod calibrate;
mod chance;
mod confab;
mod faults;
mod faulty_disk;
mod figures;
mod http;
mod ledger;
mod machine;
mod peers;
mod place;
mod process;
mod report;
mod rows;
mod sample;
mod socket;
mod stored;
mod wakeful;
mod words;
mod xmpp;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Parser, Subcommand};
use tokio::{
    signal::unix::{SignalKind, signal},
    task::LocalSet,
};

use crate::{
    faults::Extent,
    machine::Machine,
    sample::{Results, Sample},
};

#[derive(Parser)]
#[command(name = "confab-bench", about = "Measures Confab, and writes what came out")]
struct Line {
    /// The repository.
    #[arg(long, default_value = ".")]
    root: PathBuf,
    /// The program to measure; the repository's release where none is named.
    #[arg(long)]
    binary: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures rows, all of them where none is named, and writes the report.
    Run {
        /// Which, such as P6.
        rows: Vec<String>,
        /// So many rounds in place of each row's own number.
        #[arg(long)]
        rounds: Option<u32>,
    },
    /// Brings about faults, all of them where none is named, checks what is left after each, and writes the report.
    Chaos {
        /// Which, such as kill.
        faults: Vec<String>,
        /// Each in a minute or so. What comes out takes the place of no longer run’s.
        #[arg(long)]
        short: bool,
    },
    /// Writes the report from what was measured before.
    Report,
    /// Serves as the peer that does the least.
    #[command(hide = true)]
    Broadcaster,
}

/// What share of a former run's length makes another as long: chance decides by a few how many disconnects there are.
const AS_LONG: f64 = 0.9;

/// What every row and every fault needs to know.
pub struct Bench {
    /// The repository.
    pub root: PathBuf,
    /// The program that is measured.
    pub binary: PathBuf,
    rounds: Option<u32>,
}

impl Bench {
    /// An empty folder of that name, on the disk where the repository lies, with a folder `data` in it.
    pub fn scratch(&self, name: &str) -> Result<PathBuf> {
        let folder = self.scratches().join(name);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        fs::create_dir_all(folder.join("data"))?;
        Ok(folder)
    }

    /// The same folder as it was left.
    pub fn kept(&self, name: &str) -> PathBuf {
        self.scratches().join(name)
    }

    /// How many rounds to measure.
    pub fn rounds(&self, usual: u32) -> u32 {
        self.rounds.unwrap_or(usual)
    }

    /// This program's own: another one beside it has others.
    fn scratches(&self) -> PathBuf {
        self.all_scratches().join(std::process::id().to_string())
    }

    fn all_scratches(&self) -> PathBuf {
        self.root.join("target/bench/scratch")
    }

    /// Removes what programs have left that were stopped, or failed.
    fn clear_up(&self) -> Result<()> {
        let left = match fs::read_dir(self.all_scratches()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            left => left?,
        };
        for scratches in left {
            let scratches = scratches?;
            if !Path::new("/proc").join(scratches.file_name()).exists() {
                fs::remove_dir_all(scratches.path())?;
            }
        }
        Ok(())
    }

    fn results(&self) -> PathBuf {
        self.root.join("bench/results")
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = tokio::select! {
        outcome = carry_out(Line::parse()) => outcome,
        // Servers end with what started them.
        outcome = stopped() => outcome,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Waits until someone stops this program.
async fn stopped() -> Result<()> {
    signal(SignalKind::terminate())?.recv().await;
    bail!("stopped")
}

async fn carry_out(line: Line) -> Result<()> {
    rlimit::increase_nofile_limit(u64::MAX).context("many sockets are many open files")?;
    let root = line.root.canonicalize()?;
    match line.command {
        Command::Run { rows, rounds } => {
            let binary = line.binary.unwrap_or_else(|| root.join("target/release/confab"));
            LocalSet::new().run_until(run(Bench { root, binary, rounds }, &rows)).await
        }
        Command::Chaos { faults, short } => {
            let binary = line.binary.unwrap_or_else(|| root.join("target/release/confab"));
            let extent = if short { Extent::Short } else { Extent::Full };
            LocalSet::new().run_until(chaos(Bench { root, binary, rounds: None }, &faults, extent)).await
        }
        Command::Report => report::write(&root, &root.join("bench/results")),
        Command::Broadcaster => broadcaster::run().await,
    }
}

async fn run(bench: Bench, wanted: &[String]) -> Result<()> {
    bench.clear_up()?;
    for row in chosen(&bench, rows::ALL, |row| row.name, wanted)? {
        println!("==> {}: {}", row.name, row.title);
        let results = measure(&bench, row.name, (row.run)(&bench)).await?;
        for sample in results.samples.iter().filter(|sample| !sample.is_good()) {
            println!("    doesn’t count: {}: {}", sample.variant, sample.faults.join("; "));
        }
        results.write(&bench.results())?;
    }
    finish(&bench)
}

async fn chaos(bench: Bench, wanted: &[String], extent: Extent) -> Result<()> {
    bench.clear_up()?;
    let mut failed = Vec::new();
    for fault in chosen(&bench, faults::ALL, |fault| fault.name, wanted)? {
        println!("==> {}: {}", fault.name, fault.checked);
        let results = measure(&bench, fault.name, (fault.run)(&bench, extent)).await?;
        for sample in &results.samples {
            println!("    {}", faults::report::outcome(fault, sample));
        }
        if !results.samples.iter().all(Sample::is_good) {
            failed.push(fault.name);
        }
        let before = Results::read(&bench.results(), fault.name)?;
        if before.is_none_or(|before| results.runs() >= AS_LONG * before.runs()) {
            results.write(&bench.results())?;
        }
    }
    finish(&bench)?;
    ensure!(failed.is_empty(), "not survived: {}", failed.join(", "));
    Ok(())
}

/// Those that were named, or all.
fn chosen<'a, T>(
    bench: &Bench,
    all: &'a [T],
    name: impl Fn(&T) -> &'static str,
    wanted: &[String],
) -> Result<Vec<&'a T>> {
    ensure!(bench.binary.exists(), "there is no {}: make build", bench.binary.display());
    for wanted in wanted {
        ensure!(all.iter().any(|one| name(one).eq_ignore_ascii_case(wanted)), "there is no {wanted}");
    }
    let is_wanted = |one: &&T| wanted.is_empty() || wanted.iter().any(|wanted| name(one).eq_ignore_ascii_case(wanted));
    Ok(all.iter().filter(is_wanted).collect())
}

async fn measure(bench: &Bench, name: &str, taking: impl Future<Output = Result<Vec<Sample>>>) -> Result<Results> {
    let (machine, begun) = (Machine::here(&bench.root)?, Instant::now());
    let samples = taking.await.with_context(|| name.to_owned())?;
    let seconds = begun.elapsed().as_secs_f64().round();
    Ok(Results { row: name.to_owned(), machine, seconds, samples })
}

fn finish(bench: &Bench) -> Result<()> {
    // What is left lies there for nobody.
    let _ = fs::remove_dir_all(bench.scratches());
    report::write(&bench.root, &bench.results())
}

/// The folder in which a row's words lie.
pub fn notes(root: &Path) -> PathBuf {
    root.join("bench/notes")
}
