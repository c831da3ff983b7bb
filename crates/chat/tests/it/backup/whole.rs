//! What was there is there again, on the same kind of database and on the other.

use std::fs;

use chat::{Device, Draft, Uploads};
use protocol::{FileId, Position, PreviewSize, ServerFrame, Stream};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use tempfile::TempDir;

use super::{Made, SECRET, names, try_back_up, try_restore};
use crate::{
    database,
    file::{content, on_disk, pieces, upload},
    live::{connect, queued, rows},
    place::{PASSWORD, Person, Place, pass},
    preview::look,
    resumable::{append, begin, stands_at},
    s3,
    uploads::pictures::photo,
};

crate::on_both_databases! {
    everything_comes_back
    it_moves_to_the_other_database
    new_rows_are_numbered_beyond_the_old_ones
    whoever_was_connected_starts_afresh
    previews_are_made_again
    an_upload_under_way_begins_again
    what_nobody_needs_stays_behind
    anyone_can_look_into_it
    lost_bytes_are_named_and_keep_nothing_else_back
    a_place_without_files_is_one_too
}

/// What a restored place counts on from elsewhere, or makes again.
const OTHERWISE: [&str; 4] = ["place.rev", "conversations.rev", "users.person_rev", "blobs.preview"];

/// What a backup's file holds.
fn unpacked(made: &Made) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    tar::Archive::new(fs::File::open(made.file()).expect("is there")).unpack(folder.path()).expect("is a tar");
    folder
}

/// All tables, with their columns.
async fn tables(made: &Made) -> Vec<(String, Vec<String>)> {
    let mut sqlite = AnyConnection::connect(&database::sqlite(unpacked(made).path())).await.expect("connects");
    let names: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'")
        .fetch_all(&mut sqlite)
        .await
        .expect("reads");
    let mut tables = Vec::new();
    for table in names.into_iter().filter(|name| name != "_sqlx_migrations") {
        let columns = "SELECT name FROM pragma_table_info($1)";
        let columns: Vec<String> =
            sqlx::query_scalar(columns).bind(&table).fetch_all(&mut sqlite).await.expect("reads");
        tables.push((table, columns));
    }
    sqlite.close().await.expect("closes");
    tables
}

/// Every row that is to be the same, in words that don't depend on the kind of database.
async fn rows_of(place: &Place, tables: &[(String, Vec<String>)]) -> Vec<String> {
    let mut connection = AnyConnection::connect(place.url()).await.expect("connects");
    let mut rows = Vec::new();
    for (table, columns) in tables {
        let same = columns.iter().filter(|column| !OTHERWISE.contains(&format!("{table}.{column}").as_str()));
        let values: Vec<_> = same.map(|column| format!("COALESCE(CAST({column} AS TEXT), 'none')")).collect();
        let query = format!("SELECT {} FROM {table}", values.join(" || '|' || "));
        let found: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(&mut connection).await.expect("reads");
        rows.extend(found.into_iter().map(|row| format!("{table}: {row}")));
    }
    connection.close().await.expect("closes");
    rows.sort();
    rows
}

/// A place in which something of everything has happened; Ada, and a film of hers.
async fn furnish(place: &Place) -> (Person, FileId) {
    let [ada, grace, alan] = place.three().await;
    let public = place.public_id();
    ada.count(public, 5).await;
    let hello = grace.say(public, "Ünïcödé, “quotes” and 🎉\nlines").await;
    place.react(alan.caller, hello.id, "👍", true).await.expect("reacts");
    place.edit(grace.caller, hello.id, "Better so").await.expect("edits");
    let gone = alan.say(public, "a slip").await;
    place.delete(alan.caller, gone.id).await.expect("deletes");
    let room = ada.private_room("Lab").await;
    ada.add(room, &grace).await;
    ada.remove(room, &grace).await;
    alan.direct_with(&grace).await;
    let project = ada.project_with(&[&grace]).await;
    let folder = place.create_folder(ada.caller, project.id, None, "Drawings").await.expect("makes a folder");
    let film = upload(&ada, &project, "film", &b"f".repeat(300_000)).await;
    upload(&grace, &project, "film", b"a later version").await;
    upload(&ada, &project, "empty", b"").await;
    place.bin_folder(ada.caller, folder.id).await.expect("throws it away");
    let hung = place.upload(ada.caller, chat::Destination::Conversation(public), "note", pieces(b"hung")).await;
    let files = vec![hung.expect("uploads").id];
    place.send(ada.caller, Draft { files, ..Draft::of(public, "look") }).await.expect("posts");
    place.create_access_token(ada.caller, "bot", None).await.expect("makes a token");
    (ada, film.id)
}

async fn comes_back(place: &Place, like: &str) {
    let (ada, film) = furnish(place).await;
    let made = Made::of(place).await;
    let restored = Place::restored(&made.file(), like).await;
    let tables = tables(&made).await;
    assert!(tables.len() >= 13, "{tables:?}");
    assert_eq!(rows_of(&restored, &tables).await, rows_of(place, &tables).await);
    let authenticated = restored.authenticate(&ada.token).await.expect("the sign-in holds");
    assert_eq!(authenticated.caller, ada.caller);
    restored.sign_in("grace", PASSWORD, Device::default()).await.expect("and the passwords");
    let ada = Person { chat: restored.clone(), ..ada };
    assert_eq!(content(&ada, film).await, b"a later version");
    let first = restored.open_version(ada.caller, film, 1).await.expect("is there");
    assert_eq!(crate::file::all(&first, None).await, b"f".repeat(300_000));
    let (before, after) = (on_disk(place), on_disk(&restored));
    let below = |place: &Place, paths: std::collections::BTreeSet<std::path::PathBuf>| -> Vec<_> {
        paths.iter().map(|path| path.strip_prefix(place.uploads()).expect("lies there").to_owned()).collect()
    };
    assert_eq!(below(place, before), below(&restored, after));
}

async fn everything_comes_back(place: Place) {
    let like = place.url().to_owned();
    comes_back(&place, &like).await;
}

async fn it_moves_to_the_other_database(place: Place) {
    let other = if place.url().starts_with("sqlite:") { "postgres:" } else { "sqlite:" };
    comes_back(&place, other).await;
}

async fn new_rows_are_numbered_beyond_the_old_ones(place: Place) {
    let (ada, film) = furnish(&place).await;
    let last = ada.say(place.public_id(), "last").await;
    let made = Made::of(&place).await;
    for like in ["sqlite:", "postgres:"] {
        let restored = Place::restored(&made.file(), like).await;
        let ada = Person { chat: restored.clone(), ..ada.clone() };
        let next = ada.say(restored.public_id(), "and on it goes").await;
        assert_eq!((next.seq, next.id.0), (last.seq + 1, last.id.0 + 1));
        assert!(next.rev > last.rev);
        let project = ada.project_with(&[]).await;
        assert!(upload(&ada, &project, "next", b"next").await.id > film);
        assert!(restored.user("new").await.id().0 > 3);
        ada.room("next").await;
    }
}

async fn whoever_was_connected_starts_afresh(place: Place) {
    let ada = place.user("ada").await;
    let public = place.public_id();
    ada.count(public, 10).await;
    let made = Made::of(&place).await;
    // What happens after the backup is lost, but there are those who know of it.
    ada.count(public, 20).await;
    pass(60_000);
    let known = ada.sees(public).await.rev;
    let start = place.start(ada.caller, None).await.expect("starts");

    let restored = Place::restored(&made.file(), place.url()).await;
    let ada = Person { chat: restored.clone(), ..ada };
    // By now as much has happened as they know of, and something else.
    ada.count(public, 20).await;
    let socket = connect(&ada).await;
    let cursors = [rows(public, known)];
    restored.resume(&socket, Some(start.person_rev), Some(start.place_rev), &cursors).await.expect("resumes");
    let streams = [Stream::Place, Stream::Person, Stream::Conversation { conversation_id: public }];
    let told = queued(&socket).await;
    assert_eq!(told[..3], streams.map(|stream| ServerFrame::Reset { stream }));
    let page = restored.page(ada.caller, public, Position::Latest).await.expect("reads");
    let numbers: Vec<i64> = page.history.messages.iter().map(|message| message.seq).collect();
    assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
}

async fn previews_are_made_again(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let file = upload(&ada, &project, "photo.jpg", &photo(400, 300, 1)).await;
    let (_, before) = look(&ada, &file, PreviewSize::Small).await;
    let made = Made::of(&place).await;
    let restored = Place::restored(&made.file(), place.url()).await;
    let ada = Person { chat: restored.clone(), ..ada };
    let (_, after) = look(&ada, &file, PreviewSize::Small).await;
    assert_eq!(before, after);
}

async fn an_upload_under_way_begins_again(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 10).await;
    append(&ada, &begun.id, 0, b"hello").await;
    let made = Made::of(&place).await;
    assert_eq!((made.said.files, made.said.bytes), (0, 0));
    let restored = Place::restored(&made.file(), place.url()).await;
    let ada = Person { chat: restored.clone(), ..ada };
    assert_eq!(stands_at(&ada, &begun.id).await, 0, "what was staged is not in a backup");
    let id = append(&ada, &begun.id, 0, b"helloworld").await.file_id.expect("is a file");
    assert_eq!(content(&ada, id).await, b"helloworld");
}

async fn what_nobody_needs_stays_behind(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let file = upload(&ada, &project, "a", b"gone").await;
    upload(&ada, &project, "b", b"kept").await;
    place.delete_file(ada.caller, file.id).await.expect("deletes");
    let made = Made::of(&place).await;
    assert_eq!((made.said.files, made.said.bytes), (1, 4));
    let restored = Place::restored(&made.file(), place.url()).await;
    assert_eq!(on_disk(&restored).len(), 1);
}

async fn anyone_can_look_into_it(place: Place) {
    let (ada, _) = furnish(&place).await;
    let made = Made::of(&place).await;
    let unpacked = unpacked(&made);
    assert_eq!(names(unpacked.path()), ["confab.db", "manifest.json", "secret", "sha256", "uploads"]);
    assert_eq!(fs::read(unpacked.path().join("secret")).expect("reads"), SECRET);
    let manifest = fs::read(unpacked.path().join("manifest.json")).expect("reads");
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("is JSON");
    assert_eq!(manifest["place"]["messages"], 8);
    assert_eq!(manifest["made_at"], crate::place::now().to_rfc3339());
    let url = database::sqlite(unpacked.path());
    let mut connection = AnyConnection::connect(&url).await.expect("is a file of SQLite");
    let name: String = sqlx::query_scalar("SELECT username FROM users WHERE id = $1")
        .bind(ada.id().0)
        .fetch_one(&mut connection)
        .await
        .expect("reads");
    assert_eq!(name, "ada");
    connection.close().await.expect("closes");
}

async fn lost_bytes_are_named_and_keep_nothing_else_back(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let kept = upload(&ada, &project, "kept", b"kept").await;
    let missing = upload(&ada, &project, "missing", b"missing").await;
    let damaged = upload(&ada, &project, "damaged", b"damaged").await;
    for path in on_disk(&place) {
        match fs::read(&path).expect("reads").as_slice() {
            b"missing" => fs::remove_file(&path).expect("goes"),
            b"damaged" => fs::write(&path, b"DAMAGED").expect("is written"),
            _ => {}
        }
    }
    let made = Made::of(&place).await;
    assert_eq!((made.said.lost.len(), made.said.bytes), (2, 4));
    let restored = Place::restored(&made.file(), place.url()).await;
    let ada = Person { chat: restored.clone(), ..ada };
    assert_eq!(content(&ada, kept.id).await, b"kept");
    for file in [missing, damaged] {
        let opened = restored.open_file(ada.caller, file.id).await.expect("is known");
        assert!(opened.read(None).await.is_err());
    }
}

async fn a_place_without_files_is_one_too(place: Place) {
    let made = Made::of(&place).await;
    assert_eq!((made.said.people, made.said.messages, made.said.files), (0, 0, 0));
    let restored = Place::restored(&made.file(), place.url()).await;
    assert!(restored.user("ada").await.user.admin, "nobody has come yet");
}

#[tokio::test]
async fn a_bucket_comes_back_into_a_bucket_and_into_a_folder() {
    let place = Place::on_a_bucket().await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let (small, large) = (upload(&ada, &project, "a", b"hello").await, vec![b'l'; 2_500_000]);
    let film = upload(&ada, &project, "film", &large).await;
    let made = Made::of(&place).await;
    let restored = Place::restored(&made.file(), place.url()).await;
    let other = Person { chat: restored.clone(), ..ada.clone() };
    assert_eq!((content(&other, small.id).await, content(&other, film.id).await), (b"hello".to_vec(), large.clone()));

    let folder = tempfile::tempdir().expect("a folder");
    let bucket = s3::bucket().await;
    let mut settings = crate::place::settings(database::sqlite(folder.path()), folder.path());
    settings.uploads = Uploads::Bucket { bucket: bucket.clone(), staging: folder.path().join("uploads") };
    let restore = chat::Restore::prepare(settings, crate::place::ENVIRONMENT, &made.file()).await.expect("is whole");
    restore.carry_out().await.expect("is restored");
    assert_eq!(s3::objects(&bucket).await, s3::objects(place.bucket()).await);
    // A bucket that others' files lie in is none to restore into.
    let elsewhere = Place::on_sqlite().await;
    let mut settings = elsewhere.settings();
    settings.uploads = Uploads::Bucket { bucket, staging: folder.path().join("uploads") };
    elsewhere.close().await;
    let empty = Made { said: made.said.clone(), folder: tempfile::tempdir().expect("a folder") };
    try_back_up(&elsewhere, &empty.file()).await.expect("is made");
    let refused = chat::Restore::prepare(settings, crate::place::ENVIRONMENT, &empty.file()).await;
    assert!(super::why(refused).contains("not of this backup"));
    try_restore(&made.file(), &elsewhere).await.expect("nor is a folder in its way");
}
