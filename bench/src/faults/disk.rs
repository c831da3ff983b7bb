//! A disk that takes nothing more: full, read-only, or failing from its n-th write or flush on, while people post and bring
//! files; then all is well again. The server isn't restarted in between.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use futures::{
    FutureExt as _,
    future::{LocalBoxFuture, try_join_all},
};
use protocol::Error;
use tokio::time::{Instant, timeout};

use super::{
    Extent, Fault,
    client::{Client, Heard},
    kept, settle, upload,
};
use crate::{
    Bench,
    chance::Chance,
    confab::Running,
    faulty_disk::{Disk, Refusal},
    http::{Connection, bearer},
    place::{Filled, Plan, Spread},
    rows::Column,
    sample::Sample,
};

pub const FAULT: Fault = Fault {
    name: "disk",
    runs: "times the disk takes nothing more, and then does again",
    checked: "posts and files are refused for now, reading goes on, it goes on by itself, files are whole; all is kept",
    figures: &[
        Column { key: "acknowledged", heading: "messages acknowledged:", digits: 0 },
        Column { key: "refused", heading: "refused:", digits: 0 },
        Column { key: "recovery_ms", heading: "longest until all are acknowledged again, ms:", digits: 0 },
    ],
    run,
};

const CLIENTS: usize = 8;
const ROOMS: usize = 4;
/// How many messages each posts before the disk fails, and how many at most until that shows.
const BEFORE: usize = 5;
const AT_MOST: usize = 1_000;
/// After how many writes and flushes the disk fails, at most.
const WRITES: usize = 60;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

fn run(bench: &Bench, extent: Extent) -> LocalBoxFuture<'_, Result<Vec<Sample>>> {
    async move {
        let mut chance = Chance::new(4);
        let runs = extent.of(20, 3);
        let mut samples = Vec::new();
        let failing: Vec<_> = (0..runs * 5).map(|_| chance.below(WRITES)).collect();
        let failing =
            failing.into_iter().map(|left| Ok(Refusal::Failing(u32::try_from(left)?))).collect::<Result<_>>()?;
        let kinds = [
            ("full", vec![Refusal::Full; runs]),
            ("read-only", vec![Refusal::ReadOnly; runs]),
            ("input/output errors from the n-th write on", failing),
        ];
        for (variant, refusals) in kinds {
            samples.push(measure(bench, variant, &refusals).await.with_context(|| variant.to_owned())?);
        }
        Ok(samples)
    }
    .boxed_local()
}

/// Those who post and bring files while the disk fails.
struct Scene {
    running: Running,
    disk: Disk,
    clients: Vec<Client>,
    connection: Connection,
    project: i64,
    /// How many files were to be brought.
    files: usize,
    refused: usize,
    recovery: Duration,
}

async fn measure(bench: &Bench, variant: &str, refusals: &[Refusal]) -> Result<Sample> {
    let plan = Plan { people: CLIENTS, rooms: ROOMS, rooms_each: 1, spread: Spread::Even, messages: 0 };
    let filled = Filled::make(bench, "disk", plan).await?;
    let disk = Disk::new(&filled.folder)?;
    let running = disk.start(bench, &filled.folder, false).await?;
    let mut connection = Connection::open(running.place.address).await?;
    let project = upload::make_project(&mut connection).await?;
    let mut clients: Vec<_> = (0..CLIENTS).map(|person| Client::new(person, &[room(person)])).collect();
    for client in &mut clients {
        client.connect(running.place).await?;
    }
    let mut scene =
        Scene { running, disk, clients, connection, project, files: 0, refused: 0, recovery: Duration::ZERO };
    let mut faults = Vec::new();
    for (run, refusal) in (1..).zip(refusals) {
        let outcome = scene.fail(*refusal).await;
        scene.disk.refuse(Refusal::None)?;
        if let Err(error) = outcome {
            faults.push(format!("run {run}, {refusal:?}: {error:#}"));
            break;
        }
    }
    if faults.is_empty() {
        settle::everyone(scene.running.place, &mut scene.clients).await?;
    }
    let settled = faults.is_empty();
    scene.clients.iter_mut().for_each(Client::leave);
    drop(scene.connection);
    scene.running.process.stop().await?;
    faults.extend(kept::faults(&filled.folder, ROOMS, &scene.clients, settled)?);
    let count = |count: usize| u32::try_from(count).map(f64::from);
    Ok(Sample::new(variant, 0)
        .with("runs", count(refusals.len())?)
        .with("acknowledged", count(kept::acknowledged(&scene.clients))?)
        .with("refused", count(scene.refused)?)
        .with("recovery_ms", scene.recovery.as_secs_f64() * 1e3)
        .blamed(faults))
}

fn room(person: usize) -> i64 {
    Filled::room(person % ROOMS)
}

impl Scene {
    /// Lets the disk fail once, and mends it.
    async fn fail(&mut self, refusal: Refusal) -> Result<()> {
        let posting = try_join_all(self.clients.iter_mut().map(|client| post(client, BEFORE)));
        ensure!(posting.await?.into_iter().all(|refused| refused.is_none()), "refused on a good disk");
        self.disk.refuse(refusal)?;
        let refusals = try_join_all(self.clients.iter_mut().map(|client| post(client, AT_MOST))).await?;
        for refused in &refusals {
            ensure!(matches!(refused, Some(Error::Unavailable)), "not “later”, but {refused:?}");
        }
        self.refused += refusals.len();
        self.files += 1;
        let brought = timeout(PATIENCE, upload::bring(&mut self.connection, self.project, self.files)).await??;
        ensure!(matches!(brought, Err(503 | 507)), "a file was answered {brought:?}");
        self.read().await.context("reading doesn’t go on")?;

        self.disk.refuse(Refusal::None)?;
        let begun = Instant::now();
        try_join_all(self.clients.iter_mut().map(recover)).await?;
        self.recovery = self.recovery.max(begun.elapsed());
        let brought = timeout(PATIENCE, upload::bring(&mut self.connection, self.project, self.files)).await??;
        let Ok(file) = brought else { bail!("the disk is well, and a file was answered {brought:?}") };
        ensure!(upload::is_whole(&mut self.connection, file, self.files).await?, "another file came back");
        Ok(())
    }

    async fn read(&mut self) -> Result<()> {
        let (name, value) = bearer(&Filled::token(0));
        for path in [format!("/api/v1/conversations/{}/messages", room(0)), format!("/c/{}", room(0))] {
            let reading = self.connection.get(&path, (name.clone(), &value));
            timeout(PATIENCE, reading).await.with_context(|| path.clone())??;
        }
        Ok(())
    }
}

/// Posts one message after the other, so many or until one is refused; returns why.
async fn post(client: &mut Client, messages: usize) -> Result<Option<Error>> {
    for _ in 0..messages {
        let number = client.person + (client.acknowledged.len() + client.outbox.len()) * CLIENTS;
        client.post(room(client.person), i64::try_from(number)?).await;
        if let Some(error) = answer(client).await? {
            return Ok(Some(error));
        }
    }
    Ok(None)
}

/// Sends again what was refused, until it is taken.
async fn recover(client: &mut Client) -> Result<()> {
    let begun = Instant::now();
    while !client.outbox.is_empty() {
        ensure!(begun.elapsed() < PATIENCE, "the disk is well, and posts are refused");
        client.send_again().await;
        answer(client).await?;
    }
    Ok(())
}

/// Waits until the one message that is under way is acknowledged or refused.
async fn answer(client: &mut Client) -> Result<Option<Error>> {
    while !client.outbox.is_empty() {
        match timeout(PATIENCE, client.hear()).await.context("no answer")?? {
            Heard::Known => {}
            Heard::Refused(error) => return Ok(Some(error)),
            other => bail!("a server that runs {other:?}"),
        }
    }
    Ok(None)
}
