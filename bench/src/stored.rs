//! What a place has kept, read from its database without the server, and held against what clients were told.

use std::{collections::HashSet, path::Path};

use anyhow::Result;
use rusqlite::Connection;

use crate::words::number;

/// A message as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub id: i64,
    /// Its place in its conversation.
    pub seq: i64,
    /// Who posted it, counted from 0.
    pub person: usize,
    /// The number in its text; none where it is none of ours.
    pub number: Option<i64>,
}

/// Everything that a conversation holds, in its order.
pub fn messages(database: &Path, room: i64) -> Result<Vec<Row>> {
    let connection = Connection::open(database)?;
    let mut statement =
        connection.prepare("SELECT id, seq, author_id, body FROM messages WHERE conversation_id = ?1 ORDER BY seq")?;
    let rows = statement.query_map([room], |row| {
        let person = usize::try_from(row.get::<_, i64>(2)? - 1).unwrap_or(usize::MAX);
        let body: String = row.get(3)?;
        Ok(Row { id: row.get(0)?, seq: row.get(1)?, person, number: number(&body) })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// What is wrong with a conversation by itself: holes in its numbers, messages that are there twice, or a sender's messages
/// in another order than that of their numbers.
pub fn disorder(room: i64, rows: &[Row]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = HashSet::new();
    let mut last = std::collections::HashMap::new();
    for (expected, row) in (1..).zip(rows) {
        let Some(number) = row.number else {
            faults.push(format!("room {room} has a message that nobody posted, {}", row.seq));
            continue;
        };
        if row.seq != expected {
            faults.push(format!("room {room} has number {} where {expected} should be", row.seq));
        }
        if !seen.insert((row.person, number)) {
            faults.push(format!("room {room} has message {number} twice"));
        }
        if last.insert(row.person, number).is_some_and(|before| before >= number) {
            faults.push(format!("room {room} has message {number} after a later one of its sender"));
        }
    }
    faults
}

/// What SQLite itself finds wrong with a database.
pub fn corruption(database: &Path) -> Result<Vec<String>> {
    let connection = Connection::open(database)?;
    let mut faults = Vec::new();
    let mut check = connection.prepare("PRAGMA integrity_check")?;
    for line in check.query_map([], |row| row.get::<_, String>(0))? {
        let line = line?;
        if line != "ok" {
            faults.push(format!("integrity_check: {line}"));
        }
    }
    let mut check = connection.prepare("PRAGMA foreign_key_check")?;
    for table in check.query_map([], |row| row.get::<_, String>(0))? {
        faults.push(format!("foreign_key_check: a row of {} refers to nothing", table?));
    }
    Ok(faults)
}
