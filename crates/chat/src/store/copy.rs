//! Rows from one database into another with the same tables and columns, whichever kind each of them is. It knows no table
//! by name, so one that a migration adds is copied too.

use futures::TryStreamExt as _;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _, any::AnyRow};

use crate::{Fault, Result};

/// How many values one statement takes. SQLite looks for each by its name, from the first one on: with many more, the
/// looking would take longer than the writing.
const VALUES: usize = 300;

/// A table of ours.
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    columns: Vec<Column>,
}

struct Column {
    name: String,
    is_integer: bool,
}

/// All tables of a SQLite database that our migrations made. PostgreSQL has the same.
pub(super) async fn tables(sqlite: &mut AnyConnection) -> Result<Vec<Table>> {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND name <> '_sqlx_migrations' ORDER BY name",
    )
    .fetch_all(&mut *sqlite)
    .await?;
    let mut tables = Vec::new();
    for name in names {
        let columns: Vec<(String, String)> =
            sqlx::query_as("SELECT name, type FROM pragma_table_info($1) ORDER BY cid")
                .bind(&name)
                .fetch_all(&mut *sqlite)
                .await?;
        let column = |(name, kind): (String, String)| Column { name, is_integer: kind == "INTEGER" };
        tables.push(Table { name, columns: columns.into_iter().map(column).collect() });
    }
    Ok(tables)
}

impl Table {
    /// Makes the rows of the one the only rows of the other.
    pub(super) async fn copy(&self, from: &mut AnyConnection, to: &mut AnyConnection) -> Result<()> {
        // The texts are ours: names out of our schema, and placeholders.
        sqlx::query(AssertSqlSafe(format!("DELETE FROM {}", self.name))).execute(&mut *to).await?;
        let select = format!("SELECT {} FROM {}", self.names(), self.name);
        let portion = (VALUES / self.columns.len().max(1)).max(1);
        let mut portions = sqlx::query(AssertSqlSafe(select)).fetch(from).try_chunks(portion);
        while let Some(rows) = portions.try_next().await.map_err(|error| error.1)? {
            self.insert(&rows, to).await?;
        }
        Ok(())
    }

    async fn insert(&self, rows: &[AnyRow], to: &mut AnyConnection) -> Result<()> {
        // Ours too: names out of our schema, and placeholders for what is bound below.
        let mut query = sqlx::query(AssertSqlSafe(self.statement(rows.len())));
        for row in rows {
            for (index, column) in self.columns.iter().enumerate() {
                query = if column.is_integer {
                    query.bind(row.try_get::<Option<i64>, _>(index).map_err(|error| self.misfit(column, &error))?)
                } else {
                    query.bind(row.try_get::<Option<String>, _>(index).map_err(|error| self.misfit(column, &error))?)
                };
            }
        }
        query.execute(to).await?;
        Ok(())
    }

    /// `INSERT … VALUES ($1, …, $6), ($7, …` for so many rows.
    fn statement(&self, rows: usize) -> String {
        let columns = self.columns.len();
        let row = |row: usize| {
            let values: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
            format!("({})", values.join(", "))
        };
        let rows: Vec<String> = (0..rows).map(row).collect();
        format!("INSERT INTO {} ({}) VALUES {}", self.name, self.names(), rows.join(", "))
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        names.join(", ")
    }

    fn misfit(&self, column: &Column, error: &sqlx::Error) -> Fault {
        Fault::Stored(format!("{}.{}: {error}", self.name, column.name))
    }
}
