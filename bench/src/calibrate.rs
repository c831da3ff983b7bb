//! What the machine itself can do: the numbers that the others have to be seen beside.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::Result;
use hdrhistogram::Histogram;
use rusqlite::{Connection, params};

use crate::words::body;

/// How long a probe takes.
const PROBE: Duration = Duration::from_secs(2);

/// How long this disk takes to keep 4 KiB for good: the median and the 99th percentile, in microseconds.
pub fn flushes(folder: &Path) -> Result<(f64, f64)> {
    let mut file = File::create(folder.join("probe"))?;
    let mut times = Histogram::<u64>::new(3)?;
    let begun = Instant::now();
    while begun.elapsed() < PROBE {
        let asked = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.record(u64::try_from(asked.elapsed().as_micros())?)?;
    }
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a disk")]
    let at = |quantile| times.value_at_quantile(quantile) as f64;
    Ok((at(0.5), at(0.99)))
}

/// Messages a second that SQLite keeps for good, so many to a commit, in a table like Confab's and set up like Confab's; on a disk
/// that takes so much longer to flush than this one.
pub fn commits(folder: &Path, each: usize, flush: Duration) -> Result<f64> {
    let path = folder.join(format!("probe-{each}.db"));
    let mut connection = Connection::open(&path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
         CREATE TABLE messages (id INTEGER PRIMARY KEY, conversation_id INTEGER, seq INTEGER, body TEXT);
         CREATE UNIQUE INDEX messages_seq ON messages (conversation_id, seq);",
    )?;
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < PROBE {
        let transaction = connection.transaction()?;
        for _ in 0..each {
            count += 1;
            let row = params![count, body(count.into())];
            transaction.execute("INSERT INTO messages (conversation_id, seq, body) VALUES (1, ?1, ?2)", row)?;
        }
        transaction.commit()?;
        thread::sleep(flush);
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}
