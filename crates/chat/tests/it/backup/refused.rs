//! A backup overwrites nothing, and is restored over nothing.

use std::{fs, os::unix::fs::PermissionsExt as _};

use chat::back_up;

use super::{Made, names, try_back_up, try_restore, why};
use crate::{
    database,
    file::{content, on_disk, upload},
    place::{ENVIRONMENT, Person, Place, settings},
};

crate::on_both_databases! {
    only_the_owner_of_the_process_can_read_it
    a_file_that_is_there_stays
    what_broke_off_before_is_cleared_away
    it_is_not_restored_where_people_are
    it_is_not_restored_among_other_files
    what_broke_off_can_be_restored_again
    whoever_comes_meanwhile_stays
}

async fn only_the_owner_of_the_process_can_read_it(place: Place) {
    let made = Made::of(&place).await;
    let permissions = fs::metadata(made.file()).expect("is there").permissions();
    assert_eq!(permissions.mode() & 0o777, 0o600);
    assert_eq!(names(made.folder.path()), ["backup.tar"], "nothing else is left");
}

async fn a_file_that_is_there_stays(place: Place) {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("backup.tar");
    fs::write(&target, "precious").expect("is written");
    assert!(why(try_back_up(&place, &target).await).contains("there is a file already"));
    assert_eq!(fs::read(&target).expect("reads"), b"precious");
    assert!(why(try_back_up(&place, folder.path()).await).contains("there is a file already"));
    let nowhere = folder.path().join("no/where/backup.tar");
    why(try_back_up(&place, &nowhere).await);
    assert_eq!(names(folder.path()), ["backup.tar"]);
}

async fn what_broke_off_before_is_cleared_away(place: Place) {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("backup.tar");
    let partial = folder.path().join("backup.tar.partial");
    fs::create_dir(&partial).expect("is made");
    for name in ["whole", "helper", "lock"] {
        fs::write(partial.join(name), "half").expect("is written");
    }
    // Unless somebody is still at it.
    let lock = fs::File::open(partial.join("lock")).expect("opens");
    lock.lock().expect("locks");
    assert!(why(try_back_up(&place, &target).await).contains("another Confab"));
    assert_eq!(names(&partial).len(), 3);
    drop(lock);
    try_back_up(&place, &target).await.expect("is made");
    assert_eq!(names(folder.path()), ["backup.tar"]);
}

async fn it_is_not_restored_where_people_are(place: Place) {
    let made = Made::of(&place).await;
    let ada = place.user("ada").await;
    ada.say(place.public_id(), "I was here first").await;
    assert!(why(try_restore(&made.file(), &place).await).contains("people in this database"));
    assert_eq!(ada.sees(place.public_id()).await.last_seq, 1);
}

async fn it_is_not_restored_among_other_files(place: Place) {
    let made = Made::of(&place).await;
    let other = place.uploads().join("blobs/ab");
    fs::create_dir_all(&other).expect("is made");
    fs::write(other.join("ab".repeat(32)), "somebody’s").expect("is written");
    assert!(why(try_restore(&made.file(), &place).await).contains("not of this backup"));
    assert_eq!(on_disk(&place).len(), 1);
}

async fn what_broke_off_can_be_restored_again(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let file = upload(&ada, &project, "a", b"hello").await;
    upload(&ada, &project, "b", b"world").await;
    let made = Made::of(&place).await;
    // Killed after the first file, which got there half.
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = place.url().starts_with("sqlite:");
    let url = if sqlite { database::sqlite(folder.path()) } else { database::empty_postgres().await };
    let path = on_disk(&place).into_iter().next().expect("one of them");
    let path = folder.path().join("uploads").join(path.strip_prefix(place.uploads()).expect("lies there"));
    fs::create_dir_all(path.parent().expect("has one")).expect("is made");
    fs::write(&path, "he").expect("is written");
    let staged = folder.path().join("uploads/incoming");
    fs::create_dir_all(&staged).expect("is made");
    fs::write(staged.join("ab".repeat(16)), "half").expect("is written");
    let settings = settings(url, folder.path());
    let restore = chat::Restore::prepare(settings.clone(), ENVIRONMENT, &made.file()).await.expect("is whole");
    restore.carry_out().await.expect("is restored");
    assert!(names(&staged).is_empty(), "nor is anything left under way");
    let restored = chat::Chat::open(settings, ENVIRONMENT).await.expect("opens");
    let ada = Person { chat: restored, ..ada };
    assert_eq!(content(&ada, file.id).await, b"hello");
}

async fn whoever_comes_meanwhile_stays(place: Place) {
    let ada = place.user("ada").await;
    let made = Made::of(&place).await;
    let sqlite = place.url().starts_with("sqlite:");
    let other = if sqlite { Place::on_sqlite().await } else { Place::on_postgres().await };
    let restore = try_restore(&made.file(), &other).await.expect("nobody is there yet");
    let grace = other.user("grace").await;
    assert!(why(restore.carry_out().await).contains("people in this database"));
    assert!(other.authenticate(&grace.token).await.is_ok());
    drop(ada);
}

#[tokio::test]
async fn where_no_place_is_there_is_nothing_to_back_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("backup.tar");
    for url in [database::sqlite(folder.path()), database::empty_postgres().await] {
        let settings = settings(url, folder.path());
        let told = why(back_up(&settings, ENVIRONMENT, None, &target).await);
        assert!(told.contains("no database to back up"), "{told}");
        assert!(names(folder.path()).is_empty(), "{:?}", names(folder.path()));
    }
}
