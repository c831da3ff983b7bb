//! Bytes that are kept once, under their hash, on disk as in the database.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _};

use sqlx::{AnyConnection, Connection};

use crate::{
    file::{HELLO, content, holds_nothing, known_blobs, on_disk, upload},
    place::{Person, Place},
};

crate::on_both_databases! {
    only_the_owner_of_the_process_can_look_in
    the_same_bytes_are_kept_once_and_go_with_their_last_file
    the_same_bytes_come_and_go_at_once
    files_outlast_a_restart
    what_a_crash_left_is_removed_at_the_start
    bytes_that_are_lost_are_a_fault_of_ours
}

async fn only_the_owner_of_the_process_can_look_in(place: Place) {
    for folder in ["", "blobs", "incoming", "previews"] {
        let mode = fs::metadata(place.uploads().join(folder)).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
}

async fn the_same_bytes_are_kept_once_and_go_with_their_last_file(place: Place) {
    let [ada, grace, _] = place.three().await;
    let (project, other) = (ada.project_with(&[]).await, grace.project_with(&[]).await);
    let first = upload(&ada, &project, "a.txt", b"hello").await;
    let second = upload(&ada, &project, "b.txt", b"hello").await;
    let third = upload(&grace, &other, "b.txt", b"hello").await;
    assert_ne!(first.id, second.id);
    assert_eq!((on_disk(&place).len(), known_blobs(&place).await), (1, 1));
    place.delete_file(ada.caller, first.id).await.expect("deletes");
    assert_eq!(content(&ada, second.id).await, b"hello");
    place.delete_file(ada.caller, second.id).await.expect("deletes");
    assert_eq!(content(&grace, third.id).await, b"hello");
    place.delete_file(grace.caller, third.id).await.expect("deletes");
    holds_nothing(&place).await;
    let again = upload(&ada, &project, "a.txt", b"hello").await;
    assert_eq!(content(&ada, again.id).await, b"hello");
}

async fn the_same_bytes_come_and_go_at_once(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let busy: Vec<_> = (0..8)
        .map(|busy| {
            let (ada, project, name) = (ada.clone(), project.clone(), format!("{busy}.txt"));
            tokio::spawn(async move {
                for _ in 0..6 {
                    let file = upload(&ada, &project, &name, b"hello").await;
                    assert_eq!(content(&ada, file.id).await, b"hello");
                    ada.chat.delete_file(ada.caller, file.id).await.expect("deletes");
                }
                upload(&ada, &project, &name, b"hello").await
            })
        })
        .collect();
    for busy in busy {
        let file = busy.await.expect("never lacks its bytes");
        assert_eq!(content(&ada, file.id).await, b"hello");
    }
    assert_eq!((on_disk(&place).len(), known_blobs(&place).await), (1, 1));
}

async fn files_outlast_a_restart(mut place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let file = upload(&ada, &project, "a.txt", b"hello").await;
    place.restart().await;
    let ada = Person { chat: place.clone(), ..ada };
    assert_eq!(place.file(ada.caller, file.id).await.expect("is there"), file);
    assert_eq!(content(&ada, file.id).await, b"hello");
}

async fn what_a_crash_left_is_removed_at_the_start(mut place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let file = upload(&ada, &project, "a.txt", b"hello").await;
    let uploads = place.uploads();
    // What was under way, whole or not.
    fs::write(uploads.join("incoming/0123456789abcdef0123456789abcdef"), "whole").expect("writes");
    fs::write(uploads.join("incoming/fedcba9876543210fedcba9876543210#1"), "hal").expect("writes");
    // What was kept before the file was written, and what was noted before it was kept.
    let (kept, noted) = ("ab".repeat(32), "cd".repeat(32));
    fs::create_dir_all(uploads.join("blobs/ab")).expect("makes a folder");
    fs::write(uploads.join("blobs/ab").join(&kept), "kept").expect("writes");
    let mut connection = AnyConnection::connect(place.url()).await.expect("connects");
    for hash in [&kept, &noted] {
        let insert =
            sqlx::query("INSERT INTO blobs (hash, size, content_type, preview) VALUES ($1, 4, 'text/plain', 'none')")
                .bind(hash);
        insert.execute(&mut connection).await.expect("inserts");
    }
    connection.close().await.expect("closes");
    // What isn't ours stays.
    fs::write(uploads.join("incoming/holiday.jpg"), "a beach").expect("writes");
    fs::write(uploads.join("notes.txt"), "mine").expect("writes");

    place.restart().await;
    let ada = Person { chat: place.clone(), ..ada };
    let expected =
        [uploads.join("blobs/2c").join(HELLO), uploads.join("incoming/holiday.jpg"), uploads.join("notes.txt")];
    assert_eq!(on_disk(&place), BTreeSet::from(expected));
    assert_eq!(known_blobs(&place).await, 1);
    assert_eq!(content(&ada, file.id).await, b"hello");
}

async fn bytes_that_are_lost_are_a_fault_of_ours(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let file = upload(&ada, &project, "a.txt", b"hello").await;
    fs::remove_file(place.uploads().join("blobs/2c").join(HELLO)).expect("removes");
    let opened = place.open_file(ada.caller, file.id).await.expect("opens");
    let read = opened.read(None).await.map(|_| ());
    assert!(matches!(read, Err(chat::Error::Fault(_))), "the operator must learn of it: {read:?}");
    place.delete_file(ada.caller, file.id).await.expect("deletes all the same");
    holds_nothing(&place).await;
}
