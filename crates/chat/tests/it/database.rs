//! Fresh databases: a file for SQLite; for PostgreSQL a database in a server that belongs to this run alone.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use chat::{Chat, Environment};
use sqlx::{Connection, Executor};
use tokio::sync::{Mutex, OnceCell};

use crate::place::settings;

/// Runs the server until its standard input closes. This process holds the other end, so however the tests end,
/// the server goes and its files with it.
const GUARD: &str = r#"
    bin=$1
    folder=$(mktemp -d "${TMPDIR:-/tmp}/confab-postgres.XXXXXX") || exit
    trap '"$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"' EXIT
    trap '' INT TERM HUP
    cd "$folder"
    {
        "$bin/initdb" -D data -U confab -A trust -E UTF8 --locale=C --no-sync &&
        "$bin/pg_ctl" -D data -l server.log -w -o "-k '$folder' -c listen_addresses= -c fsync=off" start
    } >log 2>&1 </dev/null || { tr '\n' ' ' <log; exit 1; }
    echo "ready $folder"
    read -r _
"#;

/// A PostgreSQL server of our own.
struct Cluster {
    folder: String,
    /// Making a database copies a template that nobody may use meanwhile.
    making: Mutex<()>,
    _guard: Child,
}

impl Cluster {
    fn start() -> Self {
        let bin = binaries().unwrap_or_else(|| {
            panic!(
                "PostgreSQL’s programs (initdb, pg_ctl) are missing: run `scripts/setup`, or name their folder in \
                 CONFAB_POSTGRES_BIN"
            )
        });
        let mut guard = as_ordinary_user("sh")
            .args(["-c", GUARD, "sh"])
            .arg(&bin)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts");
        let mut line = String::new();
        let answer = guard.stdout.take().expect("is piped");
        BufReader::new(answer).read_line(&mut line).expect("the guard answers");
        let folder = line.trim().strip_prefix("ready ");
        let folder = folder.unwrap_or_else(|| panic!("PostgreSQL didn’t start: {line}")).to_owned();
        Self { folder, making: Mutex::new(()), _guard: guard }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://confab@localhost/{database}?host={}", self.folder)
    }

    async fn execute(&self, statement: String) {
        let mut connection = sqlx::PgConnection::connect(&self.url("postgres")).await.expect("PostgreSQL answers");
        connection.execute(sqlx::AssertSqlSafe(statement)).await.expect("PostgreSQL obeys");
        connection.close().await.expect("PostgreSQL lets go");
    }
}

/// Where PostgreSQL's programs lie. Debian keeps them out of PATH.
fn binaries() -> Option<PathBuf> {
    let named = env::var_os("CONFAB_POSTGRES_BIN").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .collect();
    debian.sort();
    let folders = named.into_iter().chain(env::split_paths(&path)).chain(debian.into_iter().rev());
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

/// PostgreSQL's server refuses to run as root: then everything about it runs as `nobody`.
fn as_ordinary_user(program: &str) -> Command {
    let root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", program]).current_dir("/");
    command
}

/// The address of a SQLite database that isn't there yet.
pub(crate) fn sqlite(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("confab.db").display())
}

/// The address of a PostgreSQL database with our schema and nothing in it.
pub(crate) async fn postgres() -> String {
    made_from("template").await
}

/// The address of a PostgreSQL database without any schema.
pub(crate) async fn empty_postgres() -> String {
    made_from("template0").await
}

async fn made_from(template: &str) -> String {
    static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let cluster = CLUSTER
        .get_or_init(|| async {
            let cluster = tokio::task::spawn_blocking(Cluster::start).await.expect("PostgreSQL starts");
            cluster.execute("CREATE DATABASE template".to_owned()).await;
            let folder = tempfile::tempdir().expect("there is room for a folder");
            let settings = settings(cluster.url("template"), folder.path());
            let chat = Chat::open(settings, Environment::real()).await.expect("opens");
            chat.close().await;
            cluster
        })
        .await;
    let _making = cluster.making.lock().await;
    let name = format!("confab_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    cluster.execute(format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    cluster.url(&name)
}

/// Changes what the application never would.
pub(crate) async fn execute(url: &str, statement: &'static str) {
    let mut connection = sqlx::AnyConnection::connect(url).await.expect("connects");
    connection.execute(statement).await.expect("it obeys");
    connection.close().await.expect("closes");
}

/// Takes the database of that address away under those who use it.
pub(crate) async fn drop_postgres(url: &str) {
    let database = url.split(['/', '?']).nth(3).expect("the address names a database");
    let mut connection = sqlx::PgConnection::connect(&url.replace(database, "postgres")).await.expect("answers");
    let statement = format!("DROP DATABASE {database} WITH (FORCE)");
    connection.execute(sqlx::AssertSqlSafe(statement)).await.expect("PostgreSQL obeys");
}
