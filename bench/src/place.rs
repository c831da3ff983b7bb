//! A place full of people, made in its database: through the API, ten thousand passwords would take ten minutes. The
//! tables themselves are made by the server, which is started once for it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::Result;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use crate::{Bench, chance::Chance, confab, stored, words::body};

/// The chat that everyone is in; the migrations make it first.
pub const PUBLIC: i64 = 1;

/// What a place is made of.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub people: usize,
    /// Conversations beside the public chat.
    pub rooms: usize,
    /// In how many of them each person is.
    pub rooms_each: usize,
    /// In which.
    pub spread: Spread,
    /// How many messages stand in the first room.
    pub messages: usize,
}

/// Which rooms people are in.
#[derive(Clone, Copy, Debug)]
pub enum Spread {
    /// Person `p` in room `p mod rooms` and those that follow: all rooms are of one size.
    Even,
    /// Few rooms are large and many are small: the room of rank `r` is chosen in proportion to `1 / r`.
    Zipf,
}

impl Plan {
    /// The rooms of a person, both counted from 0.
    pub fn rooms_of(&self, person: usize) -> Vec<usize> {
        let mut chance = Chance::new(person);
        let mut rooms = BTreeSet::new();
        while rooms.len() < self.rooms_each {
            let room = match self.spread {
                Spread::Even => (person + rooms.len()) % self.rooms,
                Spread::Zipf => chance.zipf(self.rooms),
            };
            rooms.insert(room);
        }
        rooms.into_iter().collect()
    }

    /// A person's page with twenty rooms beside the one that is open.
    pub fn page() -> Self {
        Self { people: 50, rooms: 20, rooms_each: 20, spread: Spread::Even, messages: 500 }
    }

    /// People who are all in one room, in which nothing was said yet.
    pub fn one_room(people: usize) -> Self {
        Self { people, rooms: 1, rooms_each: 1, spread: Spread::Even, messages: 0 }
    }
}

/// A place that was made: its data folder.
#[derive(Clone, Debug)]
pub struct Filled {
    pub folder: PathBuf,
}

impl Filled {
    /// Makes a place, anew.
    pub async fn make(bench: &Bench, name: &str, plan: Plan) -> Result<Self> {
        let folder = bench.scratch(name)?;
        confab::start(bench, &folder, &[]).await?.process.stop().await?;
        fill(&database(&folder), plan)?;
        Ok(Self { folder })
    }

    /// The access token of a person, counted from 0.
    pub fn token(person: usize) -> String {
        token(person)
    }

    /// The id of a room, counted from 0.
    pub fn room(room: usize) -> i64 {
        i64::try_from(room).unwrap_or(i64::MAX) + PUBLIC + 1
    }

    /// The numbers of the messages that a conversation holds, in its order.
    pub fn stored(&self, room: i64) -> Result<Vec<i64>> {
        let rows = stored::messages(&database(&self.folder), room)?;
        Ok(rows.into_iter().map(|row| row.number.unwrap_or(-1)).collect())
    }

    /// What is wrong with what a conversation holds, if anything: each message that was posted must have been acknowledged,
    /// and each that was acknowledged must be there once.
    pub fn lacks(&self, room: i64, acknowledged: &[i64], posted: usize) -> Result<Option<String>> {
        let mut stored = self.stored(room)?;
        let mut acknowledged = acknowledged.to_vec();
        stored.sort_unstable();
        acknowledged.sort_unstable();
        let right = stored == acknowledged && stored.len() == posted;
        let counts = (stored.len(), acknowledged.len());
        Ok((!right).then(|| format!("{posted} posted, {} acknowledged, {} stored", counts.1, counts.0)))
    }
}

/// The database of a place's folder.
pub fn database(folder: &Path) -> PathBuf {
    folder.join("data/confab.db")
}

fn token(person: usize) -> String {
    format!("confab_{}", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(format!("person {person}"))))
}

fn fill(database: &Path, plan: Plan) -> Result<()> {
    let mut connection = Connection::open(database)?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;")?;
    let transaction = connection.transaction()?;
    let now = i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000)?;
    {
        let mut user = transaction.prepare(
            "INSERT INTO users (id, username, username_key, display_name, password_hash, theme, admin, created_at, rev, \
             account_rev, person_rev) VALUES (?1, ?2, ?2, ?2, '', 'system', ?1 = 1, ?3, ?1, 1, 1)",
        )?;
        let mut session = transaction.prepare(
            "INSERT INTO sessions (user_id, created_at, last_seen_at, expires_at, user_agent, address, name, token_hash) \
             VALUES (?1, ?2, ?2, ?2 + 86400000, '', '', 'bench', ?3)",
        )?;
        let mut member = transaction.prepare(
            "INSERT INTO members (conversation_id, user_id, role, joined_at, read_seq, rev, person_rev) \
             VALUES (?1, ?2, 'member', ?3, 0, 1, 1)",
        )?;
        for person in 0..plan.people {
            let id = i64::try_from(person)? + 1;
            user.execute(params![id, format!("person{person}"), now])?;
            session.execute(params![id, now, hash(&token(person))])?;
            member.execute(params![PUBLIC, id, now])?;
            for room in plan.rooms_of(person) {
                member.execute(params![Filled::room(room), id, now])?;
            }
        }
        let mut room = transaction.prepare(
            "INSERT INTO conversations (id, kind, name, name_key, topic, private, creator_id, created_at, active_at, rev, \
             about_rev, last_seq, member_count) VALUES (?1, 'room', ?2, ?2, '', 0, 1, ?3, ?3, 1, 1, 0, 0)",
        )?;
        for number in 0..plan.rooms {
            room.execute(params![Filled::room(number), format!("room{number}"), now])?;
        }
    }
    talk(&transaction, plan, now)?;
    transaction.execute_batch(
        "UPDATE place SET rev = (SELECT count(*) FROM users);
         UPDATE conversations SET rev = max(rev, 1), member_count =
             (SELECT count(*) FROM members WHERE conversation_id = conversations.id);",
    )?;
    transaction.commit()?;
    // One file, so that it can be copied.
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}

/// A message a second up to now, of 200 characters each, by everyone in turn.
fn talk(transaction: &rusqlite::Transaction<'_>, plan: Plan, now: i64) -> Result<()> {
    let mut message = transaction.prepare(
        "INSERT INTO messages (conversation_id, seq, rev, author_id, body, created_at) VALUES (?1, ?2, ?2 + 1, ?3, ?4, ?5)",
    )?;
    let last = i64::try_from(plan.messages)?;
    let people = i64::try_from(plan.people)?;
    for seq in 1..=last {
        message.execute(params![Filled::room(0), seq, seq % people + 1, body(seq), now - (last - seq) * 1000])?;
    }
    let about = "UPDATE conversations SET last_seq = ?2, rev = ?2 + 1 WHERE id = ?1 AND ?2 > 0";
    transaction.execute(about, params![Filled::room(0), last])?;
    Ok(())
}

fn hash(token: &str) -> String {
    Sha256::digest(token).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
