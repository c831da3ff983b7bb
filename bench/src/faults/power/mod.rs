//! Power cuts: the server writes to a disk that keeps a log of what it does (`bench/disk`); it is killed, and goes on with what a
//! disk without power would have: nothing that wasn't flushed for certain, and of the rest whatever chance decides.

mod image;
mod log;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, Result};
use futures::{FutureExt as _, future::LocalBoxFuture};
use tokio::{sync::Notify, time::sleep};

use self::{image::Image, log::Record};
use super::{
    Extent, Fault,
    client::Client,
    crowd::{self, Crowd},
    kept, settle,
};
use crate::{Bench, chance::Chance, faulty_disk::Disk, place::Filled, rows::Column, sample::Sample};

pub const FAULT: Fault = Fault {
    name: "power",
    runs: "power cuts under load, with what wasn’t flushed lost, kept or torn by chance",
    checked: "each restart comes up on what the disk has left; all is kept",
    figures: &[
        Column { key: "acknowledged", heading: "messages acknowledged:", digits: 0 },
        Column { key: "under_way", heading: "under way at a cut, on average:", digits: 1 },
        Column { key: "unsafe", heading: "writes not flushed at a cut, on average:", digits: 1 },
    ],
    run,
};

/// How long after its start the server is without power, at most.
const LOAD: Duration = Duration::from_millis(250);

fn run(bench: &Bench, extent: Extent) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    measure(bench, extent.of(200, 20)).map(|sample| Ok(vec![sample?])).boxed_local()
}

async fn measure(bench: &Bench, runs: u32) -> Result<Sample> {
    let filled = Filled::make(bench, "power", Crowd::plan()).await?;
    let (folder, data) = (&filled.folder, filled.folder.join("data"));
    let disk = Disk::new(folder)?;
    let mut crowd = Crowd::new();
    let (mut chance, mut faults, mut unsafe_writes) = (Chance::new(2), Vec::new(), 0);
    for run in 1..=runs {
        let mut image = Image::read(&data)?;
        let running = disk.start(bench, folder, true).await.with_context(|| format!("restart {run}"))?;
        let acknowledged = Notify::new();
        let cutting = async {
            sleep(LOAD.mul_f64(chance.part())).await;
            running.process.kill().await
        };
        let (working, cut) = tokio::join!(crowd.work(running.place, &acknowledged), cutting);
        cut?;
        faults.extend(working.into_iter().map(|fault| format!("cut {run}: {fault}")));
        image.replay(&Record::read(&disk.log)?)?;
        unsafe_writes += image.unsafe_writes();
        replace(&data, &image.cut(&mut chance))?;
        faults.extend(
            kept::look(bench, folder, crowd::ROOMS, &crowd.clients)?
                .into_iter()
                .map(|fault| format!("cut {run}: {fault}")),
        );
        if run % 50 == 0 {
            println!("    {run} cuts, {} acknowledged", kept::acknowledged(&crowd.clients));
        }
        if !faults.is_empty() {
            break;
        }
    }
    if faults.is_empty() {
        faults.extend(settle(bench, &disk, folder, &mut crowd).await?);
    }
    let average = |count: usize| u32::try_from(count).map(|count| f64::from(count) / f64::from(runs));
    Ok(Sample::new("", 0)
        .with("runs", f64::from(runs))
        .with("acknowledged", f64::from(u32::try_from(kept::acknowledged(&crowd.clients))?))
        .with("under_way", average(crowd.under_way)?)
        .with("unsafe", average(unsafe_writes)?)
        .blamed(kept::few(faults))
        .blamed(crowd.idleness()))
}

/// Puts what is left in place of what was there.
fn replace(data: &Path, left: &BTreeMap<std::path::PathBuf, Vec<u8>>) -> Result<()> {
    fs::remove_dir_all(data)?;
    image::write(left, data, data)
}

/// Lets everyone come to an end, and holds the disk's log against what is really in the folder: one that misses a write
/// would make a power cut of nothing.
async fn settle(bench: &Bench, disk: &Disk, folder: &Path, crowd: &mut Crowd) -> Result<Vec<String>> {
    let data = folder.join("data");
    let before = Image::read(&data)?;
    let running = disk.start(bench, folder, true).await?;
    settle::everyone(running.place, &mut crowd.clients).await?;
    crowd.clients.iter_mut().for_each(Client::leave);
    running.process.stop().await?;
    let mut image = before;
    image.replay(&Record::read(&disk.log)?)?;
    let (told, there) = (image.whole(), Image::read(&data)?.whole());
    let mut faults = kept::faults(folder, crowd::ROOMS, &crowd.clients, true)?;
    let paths: BTreeSet<_> = there.keys().chain(told.keys()).collect();
    for path in paths.into_iter().filter(|path| told.get(*path) != there.get(*path)) {
        faults.push(format!("the log of the disk doesn’t tell what is in {}", path.display()));
    }
    Ok(faults)
}
