//! The one writer. It gathers the changes that have arrived into one transaction, a savepoint each, so that many
//! durable commits cost one flush; then publishes what they did, in order, and answers.

use std::{any, panic::AssertUnwindSafe, sync::Arc};

use futures::{FutureExt, future::BoxFuture};
use protocol::{Event, PersonChange, Timestamp, User, UserId};
use sqlx::{Any, AnyConnection, AnyPool, Executor, pool::PoolConnection};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::{
    Environment, Fault, Result,
    hub::{Hub, Publication},
};

/// How many changes are taken at once; at most twice as many go into one transaction.
const BATCH: usize = 256;

/// A transaction in the making: where a change reads and writes, and notes what is to be told once it is on disk.
pub(crate) struct Change {
    connection: PoolConnection<Any>,
    now: Timestamp,
    publications: Vec<Publication>,
}

impl Change {
    /// The connection, inside the transaction.
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// The time of this change.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// Makes this change one of an earlier time.
    pub(crate) const fn pretend(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// Notes a change of a person's own stream, to be told to their devices.
    pub(crate) fn publish_to_person(&mut self, user_id: UserId, rev: i64, change: PersonChange, users: Vec<User>) {
        self.publish(Publication::Person(user_id, Event::Person { rev, change, users }));
    }

    /// Notes what is to be told after the commit.
    pub(crate) fn publish(&mut self, publication: Publication) {
        self.publications.push(publication);
    }
}

/// A change that waits for its turn.
pub(crate) type Job = Box<dyn for<'c> FnOnce(&'c mut Change) -> BoxFuture<'c, Outcome> + Send>;

/// What a change came to, with a way to answer its caller.
pub(crate) enum Outcome {
    /// It wants to be kept; answered after the commit, with the fault if that failed.
    Keep(Box<dyn FnOnce(Option<Fault>) + Send>),
    /// It must be undone; answered at once.
    Undo(Box<dyn FnOnce() + Send>),
}

/// Wraps a change so that the writer needn't know what it returns.
pub(crate) fn job<T, W>(work: W) -> (Job, oneshot::Receiver<Result<T>>)
where
    T: Send + 'static,
    W: for<'c> FnOnce(&'c mut Change) -> BoxFuture<'c, Result<T>> + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    let job: Job = Box::new(move |change| {
        async move {
            match work(change).await {
                Ok(value) => Outcome::Keep(Box::new(move |fault: Option<Fault>| {
                    // A caller that has gone away needs no answer.
                    let _ = sender.send(fault.map_or(Ok(value), |fault| Err(fault.into())));
                })),
                Err(error) => Outcome::Undo(Box::new(move || {
                    let _ = sender.send(Err(error));
                })),
            }
        }
        .boxed()
    });
    (job, receiver)
}

pub(crate) struct Writer {
    pool: AnyPool,
    /// What the last transaction left. The pool would ask it for a sign of life after each, which is a trip as long as any.
    connection: Option<PoolConnection<Any>>,
    queue: mpsc::Receiver<Job>,
    hub: Hub,
    environment: Environment,
    begin: &'static str,
    written: Arc<Notify>,
}

/// A change that is done but not yet committed.
struct Done {
    answer: Box<dyn FnOnce(Option<Fault>) + Send>,
    publications: Vec<Publication>,
}

impl Writer {
    pub(crate) const fn new(
        pool: AnyPool,
        queue: mpsc::Receiver<Job>,
        hub: Hub,
        environment: Environment,
        begin: &'static str,
        written: Arc<Notify>,
    ) -> Self {
        Self { pool, connection: None, queue, hub, environment, begin, written }
    }

    /// Runs until `stop` is notified, then finishes what it has taken. Stopping needs no database: it may be what failed.
    pub(crate) async fn run(mut self, stop: Arc<Notify>) {
        let mut jobs = Vec::with_capacity(BATCH);
        loop {
            let arrived = tokio::select! {
                biased;
                () = stop.notified() => {
                    self.queue.close();
                    continue;
                }
                arrived = self.queue.recv_many(&mut jobs, BATCH) => arrived,
            };
            if arrived == 0 {
                return;
            }
            self.batch(&mut jobs).await;
        }
    }

    /// Carries out `jobs`.
    async fn batch(&mut self, jobs: &mut Vec<Job>) {
        let mut done = Vec::with_capacity(jobs.len());
        let fault = self.attempt(jobs, &mut done).await.err().map(|fault| fault.to_string());
        if let Some(fault) = &fault {
            tracing::error!(%fault, changes = done.len(), "a group of changes was rolled back");
        }
        for Done { answer, publications } in done {
            if fault.is_none() {
                for publication in publications {
                    self.hub.publish(publication);
                }
            }
            answer(fault.clone().map(Fault::RolledBack));
        }
        // Jobs that were never begun, because the connection failed, drop here; their callers hear "unavailable".
        jobs.clear();
    }

    async fn attempt(&mut self, jobs: &mut Vec<Job>, done: &mut Vec<Done>) -> std::result::Result<(), Fault> {
        let connection = self.begin().await?;
        let now = (self.environment.now)();
        let mut change = Change { connection, now, publications: Vec::new() };
        let result = self.transact(&mut change, jobs, done).await;
        match result {
            Ok(()) => self.connection = Some(change.connection),
            // Its transaction is in an unknown state: closing the connection rolls back what there is.
            Err(_) => change.connection.close_on_drop(),
        }
        result
    }

    /// Begins a transaction, on another connection where the one that there was has died since: nothing was lost with it.
    async fn begin(&mut self) -> std::result::Result<PoolConnection<Any>, Fault> {
        if let Some(connection) = self.connection.take()
            && let Ok(begun) = begin(connection, self.begin).await
        {
            return Ok(begun);
        }
        begin(self.pool.acquire().await?, self.begin).await
    }

    async fn transact(
        &mut self,
        change: &mut Change,
        jobs: &mut Vec<Job>,
        done: &mut Vec<Done>,
    ) -> std::result::Result<(), Fault> {
        let untouched = carry_out_all(change, jobs, done, true).await?;
        // What came meanwhile goes along, once. Those who were answered by the last commit say their next by now: without this they
        // and the others would take turns, half of all to a flush, each waiting for two.
        while jobs.len() < BATCH
            && let Ok(job) = self.queue.try_recv()
        {
            jobs.push(job);
        }
        change.now = (self.environment.now)();
        carry_out_all(change, jobs, done, untouched).await?;
        change.connection.execute("COMMIT").await?;
        if !done.is_empty() {
            metrics::histogram!("confab_writer_batch_size")
                .record(f64::from(u32::try_from(done.len()).unwrap_or(u32::MAX)));
        }
        self.written.notify_one();
        Ok(())
    }
}

/// Begins a transaction with `statement`.
async fn begin(
    mut connection: PoolConnection<Any>,
    statement: &'static str,
) -> std::result::Result<PoolConnection<Any>, Fault> {
    if let Err(error) = connection.execute(statement).await {
        connection.close_on_drop();
        return Err(error.into());
    }
    Ok(connection)
}

/// Runs changes in a savepoint each, of which the first is there, `untouched` or not; returns whether the last one was left so.
/// Each trip to the database is worth several rows: what ends one savepoint begins the next, and the commit ends the last.
async fn carry_out_all(
    change: &mut Change,
    jobs: &mut Vec<Job>,
    done: &mut Vec<Done>,
    mut untouched: bool,
) -> std::result::Result<bool, Fault> {
    for job in jobs.drain(..) {
        if !untouched {
            change.connection.execute("RELEASE SAVEPOINT change; SAVEPOINT change").await?;
        }
        let kept = carry_out(change, job).await?;
        untouched = kept.is_none();
        done.extend(kept);
    }
    Ok(untouched)
}

/// Runs one change within the savepoint that there is. A refusal undoes it alone, which leaves the savepoint as it was; an
/// error means that even undoing failed.
async fn carry_out(change: &mut Change, job: Job) -> std::result::Result<Option<Done>, Fault> {
    let now = change.now;
    let outcome = AssertUnwindSafe(job(change)).catch_unwind().await;
    // One that pretended another time did so for itself.
    change.now = now;
    let publications = std::mem::take(&mut change.publications);
    match outcome {
        Ok(Outcome::Keep(answer)) => Ok(Some(Done { answer, publications })),
        Ok(Outcome::Undo(answer)) => {
            undo(change).await?;
            answer();
            Ok(None)
        }
        Err(panic) => {
            tracing::error!(message = panic_message(&*panic), "{}", Fault::Panic);
            undo(change).await?;
            Ok(None)
        }
    }
}

async fn undo(change: &mut Change) -> std::result::Result<(), Fault> {
    change.connection.execute("ROLLBACK TO SAVEPOINT change").await?;
    Ok(())
}

fn panic_message(panic: &(dyn any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}
