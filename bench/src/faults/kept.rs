//! What must be left after every fault: what clients were told is what is stored, and nothing else.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::Result;

use super::client::Client;
use crate::{
    Bench,
    place::{self, Filled},
    stored::{self, Row},
};

/// How many faults are told.
const TOLD: usize = 5;

/// Holds what a place has kept against what its clients were told. Where `settled`, everything that was posted was
/// acknowledged in the end, so nothing else may be stored, and everyone must have heard all of their rooms.
pub fn faults(folder: &Path, rooms: usize, clients: &[Client], settled: bool) -> Result<Vec<String>> {
    let database = place::database(folder);
    let mut faults = stored::corruption(&database)?;
    for room in (0..rooms).map(Filled::room) {
        let rows = stored::messages(&database, room)?;
        faults.extend(stored::disorder(room, &rows));
        let mut told = BTreeSet::new();
        for client in clients {
            faults.extend(lost(room, &rows, client));
            faults.extend(misheard(room, &rows, client, settled));
            told.extend(client.acknowledged.iter().filter(|(of, _)| *of == room).map(|(_, row)| row.seq));
        }
        if settled && told.len() != rows.len() {
            faults.push(format!("room {room} has {} messages, and {} were acknowledged", rows.len(), told.len()));
        }
    }
    Ok(few(faults))
}

/// The same of a copy, where the server is gone but not at its end: who opens a database after a crash mends it.
pub fn look(bench: &Bench, folder: &Path, rooms: usize, clients: &[Client]) -> Result<Vec<String>> {
    let copy = bench.scratch("look")?;
    for name in ["confab.db", "confab.db-wal"] {
        let from = folder.join("data").join(name);
        if from.exists() {
            fs::copy(from, copy.join("data").join(name))?;
        }
    }
    faults(&copy, rooms, clients, false)
}

/// The first few of many faults, and how many more there are.
pub fn few(mut faults: Vec<String>) -> Vec<String> {
    if faults.len() > TOLD {
        let more = faults.len() - TOLD;
        faults.truncate(TOLD);
        faults.push(format!("and {more} more"));
    }
    faults
}

/// How many messages were acknowledged to all of them.
pub fn acknowledged(clients: &[Client]) -> usize {
    clients.iter().map(|client| client.acknowledged.len()).sum()
}

fn lost(room: i64, rows: &[Row], client: &Client) -> Vec<String> {
    let stored = |row: &Row| usize::try_from(row.seq - 1).ok().and_then(|index| rows.get(index)) == Some(row);
    let own = client.acknowledged.iter().filter(|(of, _)| *of == room);
    let lost = own.filter(|(_, row)| !stored(row));
    lost.map(|(_, row)| format!("room {room} lacks what was acknowledged: {row:?}")).collect()
}

fn misheard(room: i64, rows: &[Row], client: &Client, settled: bool) -> Option<String> {
    let heard = client.heard.get(&room)?;
    let begins = heard.len() <= rows.len() && rows.iter().zip(heard).all(|(row, heard)| row.number == Some(*heard));
    let whole = heard.len() == rows.len() || !settled;
    let person = client.person;
    (!begins || !whole).then(|| {
        format!("person {person} heard {} messages of room {room}, which has {} or others", heard.len(), rows.len())
    })
}
