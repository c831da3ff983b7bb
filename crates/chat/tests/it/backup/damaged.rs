//! A backup that isn't whole, or that somebody made to do harm, is refused with a reason, and nothing of it gets anywhere.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tar::{EntryType, Header};
use tempfile::TempDir;

use super::{Made, names, try_restore, why};
use crate::{
    database,
    file::{on_disk, upload},
    place::Place,
};

/// An entry of a tar, to be changed.
#[derive(Clone)]
struct Entry {
    name: String,
    kind: EntryType,
    content: Vec<u8>,
}

/// A backup with some files, and what is in it.
async fn made() -> (Made, Vec<Entry>) {
    let place = Place::on_sqlite().await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    upload(&ada, &project, "a", b"hello").await;
    upload(&ada, &project, "b", &[7; 2_000]).await;
    ada.count(place.public_id(), 3).await;
    let made = Made::of(&place).await;
    let mut entries = Vec::new();
    let mut archive = tar::Archive::new(fs::File::open(made.file()).expect("is there"));
    for entry in archive.entries().expect("is a tar") {
        let mut entry = entry.expect("reads");
        let name = String::from_utf8(entry.path_bytes().into_owned()).expect("is text");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("reads");
        entries.push(Entry { name, kind: EntryType::Regular, content });
    }
    assert_eq!(entries.pop().expect("has an end").name, "sha256");
    (made, entries)
}

/// Holds that it is refused, with such a reason, by a place in which nobody is and nothing changes for it.
async fn is_refused(place: &Place, file: &Path, reason: &str) {
    let told = why(try_restore(file, place).await);
    assert!(told.contains(reason), "{told}");
    assert!(on_disk(place).is_empty(), "nothing is left of it");
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

fn entry(name: &str, kind: EntryType, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    // Past the library's own care for names.
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_mode(0o600);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

/// A file of these entries, whose end says that it is whole.
fn forged(entries: &[Entry]) -> (TempDir, PathBuf) {
    let mut bytes: Vec<u8> = entries.iter().flat_map(|made| entry(&made.name, made.kind, &made.content)).collect();
    let sum = format!("{}\n", hash(&bytes));
    bytes.extend(entry("sha256", EntryType::Regular, sum.as_bytes()));
    bytes.extend([0; 1_024]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("forged.tar");
    fs::write(&file, bytes).expect("is written");
    (folder, file)
}

/// Changes what the manifest says.
fn say(entries: &mut [Entry], change: impl FnOnce(&mut serde_json::Value)) {
    let manifest = entries.last_mut().expect("has one");
    let mut value = serde_json::from_slice(&manifest.content).expect("is JSON");
    change(&mut value);
    manifest.content = serde_json::to_vec_pretty(&value).expect("has a form");
}

fn find<'e>(entries: &'e mut [Entry], name: &str) -> &'e mut Entry {
    entries.iter_mut().find(|entry| entry.name.contains(name)).expect("is in it")
}

#[tokio::test]
async fn what_was_forged_as_it_was_is_taken() {
    let (_made, entries) = made().await;
    let (_folder, file) = forged(&entries);
    let place = Place::on_sqlite().await;
    try_restore(&file, &place).await.expect("the tests below change one thing each");
}

#[tokio::test]
async fn a_backup_that_was_cut_short_anywhere_is_refused() {
    let place = Place::on_sqlite().await;
    let (made, _) = made().await;
    let whole = fs::read(made.file()).expect("reads");
    let cut = made.folder.path().join("cut.tar");
    let step = whole.len() / 20;
    for length in (0..whole.len()).step_by(step).chain(whole.len() - 4..whole.len()) {
        fs::write(&cut, &whole[..length]).expect("is written");
        is_refused(&place, &cut, "no whole backup").await;
    }
    fs::File::options().append(true).open(made.file()).expect("opens").write_all(&[0]).expect("is written");
    is_refused(&place, &made.file(), "no whole backup").await;
}

#[tokio::test]
async fn a_backup_in_which_one_bit_changed_anywhere_is_refused() {
    let place = Place::on_sqlite().await;
    let (made, _) = made().await;
    let whole = fs::read(made.file()).expect("reads");
    let flipped = made.folder.path().join("flipped.tar");
    // Also what no reader of tars looks at: what fills up blocks.
    let (step, end) = (whole.len() / 20, whole.len() - 1);
    for at in (0..whole.len()).step_by(step).chain([600, end - 1_024, end - 1_400, end - 1_536, end]) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&flipped, bytes).expect("is written");
        is_refused(&place, &flipped, "no whole backup").await;
    }
}

#[tokio::test]
async fn what_is_no_backup_is_refused() {
    let place = Place::on_sqlite().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    for content in [vec![], b"Dear Ada".to_vec(), vec![0; 1 << 20], vec![b'x'; 1 << 20]] {
        fs::write(&file, content).expect("is written");
        is_refused(&place, &file, "no whole backup").await;
    }
    is_refused(&place, &folder.path().join("missing"), "No such file").await;
    is_refused(&place, folder.path(), "").await;
    let (_folder, file) = forged(&[]);
    is_refused(&place, &file, "no manifest.json").await;
}

#[tokio::test]
async fn no_name_in_it_leads_anywhere() {
    let place = Place::on_sqlite().await;
    let (_made, entries) = made().await;
    let outside = tempfile::tempdir().expect("a folder");
    let target = outside.path().join("harm");
    let target = target.to_str().expect("is text");
    for name in ["../harm", target, "uploads/blobs/../../../harm", "uploads/blobs/ab/../../harm", "lock", ""] {
        let mut entries = entries.clone();
        entries.insert(0, Entry { name: name.to_owned(), kind: EntryType::Regular, content: b"harm".to_vec() });
        let (_folder, file) = forged(&entries);
        is_refused(&place, &file, "has no place in a backup").await;
    }
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Directory,
        EntryType::Fifo,
        EntryType::Char,
        EntryType::GNULongName,
        EntryType::GNUSparse,
        EntryType::XHeader,
        EntryType::XGlobalHeader,
    ] {
        let mut entries = entries.clone();
        entries.insert(0, Entry { name: "secret".to_owned(), kind, content: b"/etc/passwd".to_vec() });
        let (_folder, file) = forged(&entries);
        is_refused(&place, &file, "is not a file").await;
    }
    assert!(names(outside.path()).is_empty());
}

#[tokio::test]
async fn what_is_not_what_it_says_is_refused() {
    let place = Place::on_sqlite().await;
    let (_made, entries) = made().await;
    let change = async |reason: &str, change: &dyn Fn(&mut Vec<Entry>)| {
        let mut entries = entries.clone();
        change(&mut entries);
        let (_folder, file) = forged(&entries);
        is_refused(&place, &file, reason).await;
    };
    change("not what its name says", &|entries| find(entries, "uploads/").content[0] ^= 1).await;
    change("what its manifest.json says", &|entries| drop(entries.remove(0))).await;
    change("what its manifest.json says", &|entries| find(entries, "secret").content[0] ^= 1).await;
    change("what its manifest.json says", &|entries| entries.retain(|entry| entry.name != "secret")).await;
    change("what its manifest.json says", &|entries| find(entries, "confab.db").content[0] ^= 1).await;
    change("no confab.db", &|entries| entries.retain(|entry| entry.name != "confab.db")).await;
    change("no manifest.json", &|entries| drop(entries.pop())).await;
    change("twice", &|entries| entries.insert(0, entries[0].clone())).await;
    change("too large", &|entries| find(entries, "secret").content = vec![7; 5_000]).await;
    change("its manifest.json", &|entries| find(entries, "manifest").content = b"{".to_vec()).await;
    change("no hash", &|entries| say(entries, |manifest| manifest["lost"] = serde_json::json!(["\u{1b}[2J"]))).await;
    change("newer Confab", &|entries| {
        entries.insert(0, Entry { name: "news".to_owned(), ..entries[0].clone() });
        say(entries, |manifest| manifest["format"] = 2.into());
    })
    .await;
    change("bytes of a file are missing", &|entries| {
        let gone = entries.remove(0);
        say(entries, |manifest| {
            let uploads = &mut manifest["uploads"];
            uploads["files"] = 1.into();
            uploads["bytes"] = (uploads["bytes"].as_u64().expect("a number") - gone.content.len() as u64).into();
        });
    })
    .await;
}

/// A backup in whose database somebody did something.
async fn with_database(entries: &[Entry], statement: &'static str) -> (TempDir, PathBuf) {
    let mut entries = entries.to_vec();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("confab.db");
    fs::write(&path, &find(&mut entries, "confab.db").content).expect("is written");
    let mut connection = AnyConnection::connect(&database::sqlite(folder.path())).await.expect("connects");
    connection.execute("PRAGMA foreign_keys = OFF").await.expect("obeys");
    connection.execute(statement).await.expect("obeys");
    connection.close().await.expect("closes");
    replace_database(entries, fs::read(&path).expect("reads"))
}

fn replace_database(mut entries: Vec<Entry>, content: Vec<u8>) -> (TempDir, PathBuf) {
    let part = serde_json::json!({ "bytes": content.len(), "sha256": hash(&content) });
    find(&mut entries, "confab.db").content = content;
    say(&mut entries, |manifest| manifest["database"] = part);
    forged(&entries)
}

#[tokio::test]
async fn a_database_that_is_not_confabs_or_not_sound_is_refused() {
    let place = Place::on_sqlite().await;
    let (_made, entries) = made().await;
    for (statement, reason) in [
        ("CREATE TRIGGER harm AFTER UPDATE ON blobs BEGIN DELETE FROM users; END", "not Confab’s"),
        ("CREATE VIEW harm AS SELECT * FROM users", "not Confab’s"),
        ("DROP INDEX messages_rev", "not Confab’s"),
        ("DROP TABLE reactions", "not Confab’s"),
        ("DROP TABLE _sqlx_migrations", "can’t be used"),
        ("INSERT INTO _sqlx_migrations VALUES (9999, 'later', 0, 1, x'00', 0)", "newer Confab"),
        ("UPDATE _sqlx_migrations SET checksum = x'00'", "can’t be used"),
        ("UPDATE messages SET author_id = 999", "refers to one that isn’t there"),
    ] {
        let (_folder, file) = with_database(&entries, statement).await;
        is_refused(&place, &file, reason).await;
    }
    for content in [b"no database".to_vec(), Vec::new(), vec![0; 8_192]] {
        let (_folder, file) = replace_database(entries.clone(), content);
        is_refused(&place, &file, "can’t be used").await;
    }
    // Half of its pages gone.
    let mut content = find(&mut entries.clone(), "confab.db").content.clone();
    let half = content.len() / 2;
    content[half..].fill(0xff);
    let (_folder, file) = replace_database(entries.clone(), content);
    is_refused(&place, &file, "can’t be used").await;
}

#[tokio::test]
async fn a_value_that_the_place_could_not_hold_leaves_it_empty() {
    let (_made, entries) = made().await;
    // SQLite takes them; PostgreSQL has another idea of text, and nobody has of numbers.
    for statement in ["UPDATE users SET display_name = CAST(x'610062' AS TEXT)", "UPDATE messages SET rev = 'many'"] {
        let (_folder, file) = with_database(&entries, statement).await;
        let place = Place::on_postgres().await;
        let restore = try_restore(&file, &place).await.expect("looks whole");
        restore.carry_out().await.expect_err("can’t be held");
        assert!(place.user("ada").await.user.admin, "nobody came");
        assert!(place.project(place.user("grace").await.caller, protocol::ProjectId(1)).await.is_err());
        place.close().await;
    }
}
