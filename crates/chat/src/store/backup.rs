//! What a place's database holds at one moment, taken into a file of SQLite while others go on reading and writing.

use std::{collections::HashSet, path::Path};

use sqlx::{AnyConnection, Connection as _, Executor as _, migrate::Migrate as _};

use super::{SQLITE, connect, copy, is_sqlite, open};
use crate::{
    Fault, Result,
    archive::{Contents, failed},
};

/// Where sqlx notes which migrations were carried out.
const MIGRATIONS: &str = "_sqlx_migrations";
/// The migration that brought files.
const FILES: i64 = 2;

/// One moment of a database.
pub(crate) struct Snapshot {
    connection: AnyConnection,
    /// The migrations that were carried out on it.
    versions: HashSet<i64>,
}

impl Snapshot {
    /// From now on it shows what there is now.
    ///
    /// # Errors
    /// [`Fault::Backup`] where no Confab has been, or a newer one.
    pub(crate) async fn take(url: &str) -> Result<Self> {
        let nowhere = |error: crate::Error| Fault::Backup(format!("there is no database to back up: {error}"));
        let mut connection = connect(url).await.map_err(nowhere)?;
        let begin = if is_sqlite(url) { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" };
        connection.execute(begin).await?;
        // With SQLite, the first one that reads begins it.
        let versions = versions(&mut connection).await.map_err(nowhere)?;
        if let Some(version) = newer(&versions) {
            return Err(Fault::Backup(format!(
                "a newer Confab has used this database (schema {version}): back it up with that one"
            ))
            .into());
        }
        Ok(Self { connection, versions })
    }

    /// The bytes that files have: their hash, and how many there are.
    pub(crate) async fn blobs(&mut self) -> Result<Vec<(String, i64)>> {
        blobs(&mut self.connection, &self.versions).await
    }

    /// Makes a file of SQLite with all of it, and looks whether everything in it is sound.
    pub(crate) async fn write(&mut self, file: &Path) -> Result<Contents> {
        let mut copy = scratch(file).await?;
        migrate(&mut copy, &self.versions).await?;
        copy.execute("BEGIN").await?;
        for table in copy::tables(&mut copy).await? {
            table.copy(&mut self.connection, &mut copy).await?;
        }
        copy.execute("COMMIT").await?;
        check(&mut copy).await.map_err(|why| Fault::Backup(format!("the database is damaged: {why}")))?;
        let contents = contents(&mut copy, &self.versions).await?;
        copy.close().await?;
        Ok(contents)
    }
}

/// The migrations that were carried out on a database.
pub(super) async fn versions(connection: &mut AnyConnection) -> Result<HashSet<i64>> {
    let versions: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(connection).await?;
    Ok(versions.into_iter().collect())
}

/// One of these migrations that is of a newer Confab, if there is any.
pub(super) fn newer(versions: &HashSet<i64>) -> Option<i64> {
    versions.iter().copied().find(|version| !SQLITE.version_exists(*version))
}

/// Carries out those of our migrations on an empty file of SQLite.
pub(super) async fn migrate(sqlite: &mut AnyConnection, versions: &HashSet<i64>) -> Result<()> {
    sqlite.ensure_migrations_table(MIGRATIONS).await.map_err(Fault::from)?;
    for migration in SQLITE.iter().filter(|migration| versions.contains(&migration.version)) {
        sqlite.apply(MIGRATIONS, migration).await.map_err(Fault::from)?;
    }
    Ok(())
}

/// The bytes that files have, in a database with these migrations.
pub(super) async fn blobs(connection: &mut AnyConnection, versions: &HashSet<i64>) -> Result<Vec<(String, i64)>> {
    if !versions.contains(&FILES) {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_as("SELECT DISTINCT b.hash, b.size FROM file_versions v JOIN blobs b ON b.hash = v.blob_hash")
        .fetch_all(connection)
        .await?)
}

/// A file of SQLite that is made anew rather than mended if this breaks off: so it keeps no journal beside it.
pub(super) async fn scratch(file: &Path) -> Result<AnyConnection> {
    let file = std::path::absolute(file).map_err(|error| failed(file, error))?;
    // What would end the path in an address.
    let path = file.display().to_string().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    let mut connection = open(&format!("sqlite://{path}?mode=rwc")).await?;
    connection
        .execute(
            "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; \
             PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY",
        )
        .await?;
    Ok(connection)
}

/// Looks whether a file of SQLite is sound, from its pages to what its rows refer to.
pub(super) async fn check(sqlite: &mut AnyConnection) -> Result<()> {
    let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut *sqlite).await?;
    if found != "ok" {
        return Err(Fault::Stored(found).into());
    }
    let loose: Option<String> =
        sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_check").fetch_optional(sqlite).await?;
    match loose {
        Some(table) => Err(Fault::Stored(format!("a row of {table} refers to one that isn’t there")).into()),
        None => Ok(()),
    }
}

/// What is in a database with these migrations.
pub(super) async fn contents(connection: &mut AnyConnection, versions: &HashSet<i64>) -> Result<Contents> {
    let (rev, people, conversations, messages) = sqlx::query_as(
        "SELECT (SELECT rev FROM place), (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM conversations), \
         (SELECT COUNT(*) FROM messages)",
    )
    .fetch_one(&mut *connection)
    .await?;
    let files = if versions.contains(&FILES) {
        sqlx::query_scalar("SELECT COUNT(*) FROM files").fetch_one(connection).await?
    } else {
        0
    };
    Ok(Contents { rev, people, conversations, messages, files })
}
