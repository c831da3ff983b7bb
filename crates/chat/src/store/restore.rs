//! The database of a backup, looked through and brought up to date, and its rows into a place in which nobody is yet: in one
//! transaction, so that they are there all at once or not at all.

use std::path::Path;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};

use super::{
    POSTGRES, SQLITE, backup, connect,
    copy::{self, Table},
    creating, is_sqlite, open,
};
use crate::{Fault, Result};

/// The database of a backup.
pub(crate) struct Unpacked {
    connection: AnyConnection,
    tables: Vec<Table>,
}

impl Unpacked {
    /// Opens a file of SQLite that came out of a backup.
    ///
    /// # Errors
    /// [`Fault::Backup`] for one that is damaged, is not of our making or of a newer Confab.
    pub(crate) async fn open(file: &Path) -> Result<Self> {
        let unusable = |why: crate::Error| Fault::Backup(format!("the backup’s database can’t be used: {why}"));
        let mut connection = backup::scratch(file).await.map_err(unusable)?;
        // Before anything else is asked of it: a trigger or a view could do anything.
        check_schema(&mut connection).await.map_err(unusable)?;
        SQLITE.run_direct(None, &mut connection, false).await.map_err(|error| unusable(Fault::from(error).into()))?;
        backup::check(&mut connection).await.map_err(unusable)?;
        let tables = copy::tables(&mut connection).await?;
        Ok(Self { connection, tables })
    }

    /// The bytes that files have: their hash, and how many there are.
    pub(crate) async fn blobs(&mut self) -> Result<Vec<(String, i64)>> {
        let versions = backup::versions(&mut self.connection).await?;
        backup::blobs(&mut self.connection, &versions).await
    }

    /// Fills the database of that address, in which nobody may be. All numbers of changes go on from `leap` further.
    ///
    /// # Errors
    /// [`Fault::Backup`] where someone has come meanwhile.
    pub(crate) async fn fill(mut self, url: &str, leap: i64) -> Result<()> {
        let mut place = connect_to_place(url).await?;
        let migrator = if is_sqlite(url) { &SQLITE } else { &POSTGRES };
        migrator.run_direct(None, &mut place, false).await.map_err(Fault::from)?;
        // What the rows refer to was looked at as a whole; one after the other, they refer to what is still to come.
        let constraints = if is_sqlite(url) {
            place.execute("PRAGMA foreign_keys = OFF").await?;
            place.execute("BEGIN IMMEDIATE").await?;
            Vec::new()
        } else {
            place.execute("BEGIN").await?;
            self.lift_constraints(&mut place).await?
        };
        if !nobody_in(&mut place, is_sqlite(url)).await? {
            return Err(occupied().into());
        }
        for table in &self.tables {
            table.copy(&mut self.connection, &mut place).await?;
        }
        if !is_sqlite(url) {
            self.resume_counting(&mut place).await?;
        }
        settle(&mut place, leap).await?;
        for constraint in constraints {
            // As `lift_constraints` put it together.
            place.execute(AssertSqlSafe(constraint)).await?;
        }
        place.execute("COMMIT").await?;
        place.close().await?;
        Ok(self.connection.close().await?)
    }

    /// Takes PostgreSQL's foreign keys away, which also keeps everyone else out; returns what puts them back and looks at
    /// every row again.
    async fn lift_constraints(&self, postgres: &mut AnyConnection) -> Result<Vec<String>> {
        let mut restoring = Vec::new();
        // The texts are ours and PostgreSQL's: names out of our schema, and constraints as it writes them itself.
        for Table { name, .. } in &self.tables {
            postgres.execute(AssertSqlSafe(format!("LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE"))).await?;
            let constraints: Vec<(String, String)> = sqlx::query_as(
                "SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint \
                 WHERE contype = 'f' AND conrelid = CAST($1 AS regclass)",
            )
            .bind(name)
            .fetch_all(&mut *postgres)
            .await?;
            for (constraint, definition) in constraints {
                let drop = format!("ALTER TABLE {name} DROP CONSTRAINT {constraint}");
                postgres.execute(AssertSqlSafe(drop)).await?;
                restoring.push(format!("ALTER TABLE {name} ADD CONSTRAINT {constraint} {definition}"));
            }
        }
        Ok(restoring)
    }

    /// Lets PostgreSQL number new rows beyond those that there are. SQLite does so by itself.
    async fn resume_counting(&self, postgres: &mut AnyConnection) -> Result<()> {
        for Table { name, .. } in &self.tables {
            let counted: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = current_schema() \
                 AND table_name = $1 AND column_name = 'id' AND is_identity = 'YES'",
            )
            .bind(name)
            .fetch_one(&mut *postgres)
            .await?;
            if counted > 0 {
                // A name out of our schema.
                let go_on = format!("SELECT setval(pg_get_serial_sequence('{name}', 'id'), MAX(id)) FROM {name}");
                postgres.execute(AssertSqlSafe(go_on)).await?;
            }
        }
        Ok(())
    }
}

/// Refuses a database in which there is anyone already.
pub(crate) async fn require_nobody(url: &str) -> Result<()> {
    let mut place = connect_to_place(url).await?;
    let nobody = nobody_in(&mut place, is_sqlite(url)).await?;
    place.close().await?;
    if nobody { Ok(()) } else { Err(occupied().into()) }
}

async fn connect_to_place(url: &str) -> Result<AnyConnection> {
    if is_sqlite(url) { connect(&creating(url)).await } else { connect(url).await }
}

fn occupied() -> Fault {
    Fault::Backup("there are people in this database already: a backup is restored only where nobody is".to_owned())
}

async fn nobody_in(place: &mut AnyConnection, sqlite: bool) -> Result<bool> {
    let tables = if sqlite {
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'users'"
    } else {
        "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'users'"
    };
    let there: i64 = sqlx::query_scalar(tables).fetch_one(&mut *place).await?;
    if there == 0 {
        return Ok(true);
    }
    let people: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(place).await?;
    Ok(people == 0)
}

/// What isn't as it was when the backup was made. Clients may know numbers of changes that happened after it, and that will
/// be given again: all streams go on further than any client knows, so that everyone fetches them afresh. Smaller pictures
/// are not in a backup; they are made again.
async fn settle(place: &mut AnyConnection, leap: i64) -> Result<()> {
    for leaping in [
        "UPDATE place SET rev = rev + $1",
        "UPDATE conversations SET rev = rev + $1",
        "UPDATE users SET person_rev = person_rev + $1",
    ] {
        sqlx::query(leaping).bind(leap).execute(&mut *place).await?;
    }
    place.execute("UPDATE blobs SET preview = 'waiting' WHERE preview NOT IN ('none', 'failed')").await?;
    Ok(())
}

/// Refuses a file whose tables, or whatever else is in it, are not exactly what our migrations make.
async fn check_schema(connection: &mut AnyConnection) -> Result<()> {
    let versions = backup::versions(connection).await?;
    if let Some(version) = backup::newer(&versions) {
        return Err(
            Fault::Stored(format!("a newer Confab made it (schema {version}): restore it with that one")).into()
        );
    }
    let mut ours = open("sqlite::memory:").await?;
    backup::migrate(&mut ours, &versions).await?;
    let schema = "SELECT type, name, tbl_name, COALESCE(sql, '') FROM sqlite_master ORDER BY type, name";
    let found: Vec<(String, String, String, String)> = sqlx::query_as(schema).fetch_all(connection).await?;
    let expected: Vec<(String, String, String, String)> = sqlx::query_as(schema).fetch_all(&mut ours).await?;
    if found == expected { Ok(()) } else { Err(Fault::Stored("its tables are not Confab’s".to_owned()).into()) }
}
