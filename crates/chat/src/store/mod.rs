//! The only SQL. One source for SQLite and PostgreSQL through sqlx's `Any` driver: `$1` placeholders, integers and
//! text only. What differs between the two (opening, locking) is in this file and in `migrations/`; beside that, the one statement
//! that posts a message ([`message::post`]).

pub(crate) mod access_token;
pub(crate) mod attachment;
pub(crate) mod backup;
pub(crate) mod bin;
pub(crate) mod blob;
mod checkpoint;
pub(crate) mod conversation;
mod copy;
pub(crate) mod direct;
pub(crate) mod entry;
pub(crate) mod file;
pub(crate) mod file_record;
pub(crate) mod folder;
pub(crate) mod library;
pub(crate) mod member;
pub(crate) mod message;
pub(crate) mod participant;
pub(crate) mod place;
#[cfg(test)]
mod plan;
pub(crate) mod profile;
pub(crate) mod project;
pub(crate) mod reaction;
pub(crate) mod restore;
pub(crate) mod resumable;
pub(crate) mod seed;
pub(crate) mod session;
pub(crate) mod user;
pub(crate) mod version;
mod writer;

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use log::LevelFilter;
use sqlx::{
    Any, AnyConnection, AnyPool, ConnectOptions, Executor,
    any::{AnyConnectOptions, AnyPoolOptions},
    migrate::Migrator,
    pool::PoolConnection,
};
use tokio::{
    sync::{Mutex, Notify, mpsc},
    task::JoinHandle,
};

use crate::{Environment, Fault, Result, Settings, hub::Hub};
pub(crate) use writer::Change;
use writer::{Job, Writer, job};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How many changes may wait for the writer before callers wait themselves.
const QUEUE: usize = 1_024;
/// How long a request waits for a connection before it fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// Settings of every SQLite connection. A commit is on disk when it returns (`synchronous = FULL`); readers see
/// the last commit and never wait for the writer (WAL). The log is moved into the file elsewhere ([`checkpoint`]), so
/// no commit pays for it. The file isn't mapped into memory: what the disk then fails to read would end the process and not a
/// statement, and each connection would hold the whole file.
const SQLITE_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
     PRAGMA busy_timeout = 10000; PRAGMA wal_autocheckpoint = 0; PRAGMA mmap_size = 0; PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY;";

/// The database: many readers, one writer.
pub(crate) struct Store {
    readers: AnyPool,
    writing: AnyPool,
    jobs: mpsc::Sender<Job>,
    stop: Arc<Notify>,
    writer: Mutex<Option<JoinHandle<()>>>,
    checkpoints: Option<JoinHandle<()>>,
}

impl Store {
    /// Opens the database, migrates it and starts the writer, which publishes to `hub`.
    pub(crate) async fn open(settings: &Settings, environment: Environment, hub: Hub) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let sqlite = is_sqlite(&settings.database_url);
        let url = if sqlite { creating(&settings.database_url) } else { settings.database_url.clone() };
        let writing = pool(&url, 1, sqlite, false)?;
        let mut connection = writing.acquire().await?;
        let migrator = if sqlite { &SQLITE } else { &POSTGRES };
        migrator.run_direct(None, &mut *connection, false).await.map_err(Fault::from)?;
        drop(connection);

        let readers = pool(&url, settings.readers.max(1), sqlite, true)?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        let begin = if sqlite { "BEGIN IMMEDIATE; SAVEPOINT change" } else { "BEGIN; SAVEPOINT change" };
        let written = Arc::new(Notify::new());
        let stop = Arc::new(Notify::new());
        let writer = Writer::new(writing.clone(), queue, hub, environment, begin, written.clone());
        let writer = Mutex::new(Some(tokio::spawn(writer.run(stop.clone()))));
        let checkpoints = if sqlite { Some(checkpoint::run(pool(&url, 1, sqlite, false)?, written)) } else { None };
        Ok(Self { readers, writing, jobs, stop, writer, checkpoints })
    }

    /// A connection to read with.
    pub(crate) async fn read(&self) -> Result<PoolConnection<Any>> {
        Ok(self.readers.acquire().await?)
    }

    /// Carries out a change in a transaction and answers once it is on disk and told to everyone. A change that
    /// refuses or fails leaves no trace. It runs to its end even if the caller goes away.
    pub(crate) async fn write<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut Change) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let (job, answer) = job(work);
        self.jobs.send(job).await.map_err(|_| protocol::Error::Unavailable)?;
        answer.await.map_err(|_| protocol::Error::Unavailable)?
    }

    pub(crate) async fn is_ready(&self) -> bool {
        let Ok(mut connection) = self.read().await else { return false };
        connection.execute("SELECT 1").await.is_ok()
    }

    /// Lets the writer finish what it has taken, then closes the connections.
    pub(crate) async fn close(&self) {
        self.stop.notify_one();
        if let Some(writer) = self.writer.lock().await.take() {
            let _ = writer.await;
        }
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.abort();
        }
        self.readers.close().await;
        self.writing.close().await;
    }
}

/// Whether that is the address of a file of SQLite, rather than of a PostgreSQL server.
fn is_sqlite(url: &str) -> bool {
    url.starts_with("sqlite:")
}

/// A connection beside those of a store, in another process perhaps.
async fn connect(url: &str) -> Result<AnyConnection> {
    let mut connection = open(url).await?;
    prepare(&mut connection, is_sqlite(url), false).await?;
    Ok(connection)
}

/// A connection as sqlx opens it.
async fn open(url: &str) -> Result<AnyConnection> {
    sqlx::any::install_default_drivers();
    let options: AnyConnectOptions = url.parse()?;
    Ok(options.disable_statement_logging().connect().await?)
}

/// The address of a database file that is made if it isn't there yet.
fn creating(url: &str) -> String {
    match url.split_once('?') {
        None => format!("{url}?mode=rwc"),
        Some((_, parameters)) if parameters.contains("mode=") => url.to_owned(),
        Some(_) => format!("{url}&mode=rwc"),
    }
}

fn pool(url: &str, connections: u32, sqlite: bool, read_only: bool) -> Result<AnyPool> {
    let options: AnyConnectOptions = url.parse()?;
    // Statements are logged for who asks for them (`CONFAB_LOG=info,sqlx::query=debug`); they hold no values.
    let options = options.log_slow_statements(LevelFilter::Off, Duration::MAX);
    let pool = AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // A file doesn't go away; a database server may.
        .test_before_acquire(!sqlite)
        .after_connect(move |connection, _| Box::pin(prepare(connection, sqlite, read_only)));
    Ok(pool.connect_lazy_with(options))
}

async fn prepare(
    connection: &mut AnyConnection,
    sqlite: bool,
    read_only: bool,
) -> std::result::Result<(), sqlx::Error> {
    if sqlite {
        connection.execute(SQLITE_PRAGMAS).await?;
        if read_only {
            // There are several, and the system keeps the same pages for all of them.
            connection.execute("PRAGMA query_only = ON; PRAGMA cache_size = -1000").await?;
        }
    } else if read_only {
        connection.execute("SET default_transaction_read_only = on").await?;
    }
    Ok(())
}

/// `%text%` for LIKE, lower case, with LIKE's own signs taken literally (`ESCAPE '\'`).
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.trim().to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        // PostgreSQL takes no text with NUL, and SQLite reads none beyond it. No name has this control character either.
        pattern.push(if c == '\0' { '\u{1}' } else { c });
    }
    pattern.push('%');
    pattern
}
