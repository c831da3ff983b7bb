//! Uploads that come in parts: whatever breaks them off, they go on from what is on disk.

use std::{collections::BTreeSet, convert::Infallible, fs, io::Write as _};

use bytes::Bytes;
use chat::{Destination, Draft, ResumableUpload};
use futures::{StreamExt as _, channel::mpsc, stream};
use protocol::{Error, FilePlace, Project};

use crate::{
    file::{content, holds_nothing, names, on_disk, pieces, upload},
    place::{Person, Place, invalid_field, is_conflict, is_not_found, refusal},
};

crate::on_both_databases! {
    parts_become_a_file
    a_file_without_bytes_is_whole_at_once
    the_same_name_becomes_another_version
    what_is_brought_to_a_conversation_hangs_on_a_message
    what_breaks_off_stays
    what_the_caller_gives_up_stays
    who_goes_on_from_elsewhere_is_told_where_it_stands
    what_is_too_much_is_refused
    one_request_at_a_time_adds_to_an_upload
    who_comes_back_ends_the_request_on_the_dead_line
    only_who_began_it_knows_of_it
    what_is_cancelled_is_gone
    a_crash_costs_only_what_was_not_counted
    what_was_whole_when_the_server_stopped_becomes_a_file
    what_the_disk_lost_is_sent_again
}

pub(crate) const DAY: i64 = 24 * 60 * 60 * 1000;

/// Bytes in which each place is told from its neighbours.
fn bytes(size: u32) -> Vec<u8> {
    (0..size).map(|n| (n % 251) as u8).collect()
}

pub(crate) async fn begin(person: &Person, project: &Project, size: u64) -> ResumableUpload {
    person.chat.begin_upload(person.caller, project.id, "film.mp4", size).await.expect("begins")
}

pub(crate) async fn try_append(
    person: &Person,
    id: &str,
    offset: u64,
    content: &[u8],
) -> chat::Result<ResumableUpload> {
    person.chat.append_upload(person.caller, id, offset, pieces(content).boxed()).await
}

pub(crate) async fn append(person: &Person, id: &str, offset: u64, content: &[u8]) -> ResumableUpload {
    try_append(person, id, offset, content).await.expect("appends")
}

pub(crate) async fn stands_at(person: &Person, id: &str) -> u64 {
    person.chat.resume_upload(person.caller, id).await.expect("is there").received
}

type Piece = Result<Bytes, Infallible>;

/// A stream that a test fills, of a request that lasts.
pub(crate) fn line() -> (mpsc::UnboundedSender<Piece>, mpsc::UnboundedReceiver<Piece>) {
    mpsc::unbounded()
}

/// Waits until an upload is being written to.
async fn something_lies_on_disk(place: &Place) {
    while on_disk(place).is_empty() {
        tokio::task::yield_now().await;
    }
}

async fn parts_become_a_file(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let whole = bytes(2_500_001);
    let begun = begin(&ada, &project, 2_500_001).await;
    assert_eq!((begun.id.len(), begun.name.as_str(), begun.size, begun.received), (32, "film.mp4", 2_500_001, 0));
    assert_eq!((begun.expires_at.0, begun.file_id), (crate::place::now().0 + DAY, None));
    for (from, to) in [(0, 1), (1, 9_000), (9_000, 2_000_000)] {
        let told = append(&ada, &begun.id, from as u64, &whole[from..to]).await;
        assert_eq!((told.received, told.file_id), (to as u64, None));
        assert_eq!(place.resumable_uploads(ada.caller).await.expect("lists"), [told]);
    }
    assert!(names(&ada, &project).await.is_empty());
    let last = append(&ada, &begun.id, 2_000_000, &whole[2_000_000..]).await;
    let id = last.file_id.expect("is a file");
    assert!(content(&ada, id).await == whole);
    let file = place.file(ada.caller, id).await.expect("is there");
    assert_eq!((file.name.as_str(), file.size), ("film.mp4", 2_500_001));
    assert_eq!(place.storage(ada.caller).await.expect("counts").person_used, 2_500_001);
    // Whoever didn't hear of it hears the same again.
    assert_eq!(append(&ada, &begun.id, 2_500_001, b"").await.file_id, Some(id));
    assert_eq!(place.resume_upload(ada.caller, &begun.id).await.expect("is there").file_id, Some(id));
    assert!(is_conflict(try_append(&ada, &begun.id, 0, b"once more").await));
    assert_eq!((names(&ada, &project).await.len(), on_disk(&place).len()), (1, 1));
    assert_eq!(place.resumable_uploads(ada.caller).await.expect("lists"), []);
}

async fn a_file_without_bytes_is_whole_at_once(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 0).await;
    assert!(content(&ada, begun.file_id.expect("is a file")).await.is_empty());
    assert_eq!(on_disk(&place).len(), 1);
}

async fn the_same_name_becomes_another_version(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let first = upload(&ada, &project, "film.mp4", b"first").await;
    let begun = begin(&ada, &project, 6).await;
    let second = append(&ada, &begun.id, 0, b"second").await;
    assert_eq!(second.file_id, Some(first.id));
    assert_eq!(place.file(ada.caller, first.id).await.expect("is there").version, 2);
    assert_eq!(content(&ada, first.id).await, b"second");
}

async fn what_is_brought_to_a_conversation_hangs_on_a_message(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.private_room("slipway").await;
    let destination = Destination::Conversation(room);
    assert!(is_not_found(place.begin_upload(grace.caller, destination, "plan", 4).await));
    let begun = place.begin_upload(ada.caller, destination, "plan", 4).await.expect("begins");
    let id = append(&ada, &begun.id, 0, b"plan").await.file_id.expect("is a file");
    let waiting = place.file(ada.caller, id).await.expect("is there").place;
    assert_eq!(waiting, FilePlace::Conversation { conversation_id: room, message_id: None });
    let draft = Draft { files: vec![id], ..Draft::of(room, "look") };
    let message = place.send(ada.caller, draft).await.expect("posts");
    assert_eq!(message.files.first().map(|file| file.id), Some(id));
}

async fn what_breaks_off_stays(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let whole = bytes(3_000_000);
    let begun = begin(&ada, &project, 3_000_000).await;
    let mut at = 0;
    for more in [0, 1, 40_000, 1_500_000] {
        let came = [Ok(Bytes::copy_from_slice(&whole[at..at + more])), Err("the line went dead")];
        let broken = place.append_upload(ada.caller, &begun.id, at as u64, stream::iter(came).boxed()).await;
        assert_eq!(invalid_field(broken), "file");
        at += more;
        assert_eq!(stands_at(&ada, &begun.id).await, at as u64);
    }
    let id = append(&ada, &begun.id, at as u64, &whole[at..]).await.file_id.expect("is a file");
    assert!(content(&ada, id).await == whole);
}

async fn what_the_caller_gives_up_stays(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 1_000_000).await;
    let (sender, receiver) = line();
    let appending = {
        let (ada, id) = (ada.clone(), begun.id.clone());
        tokio::spawn(async move { ada.chat.append_upload(ada.caller, &id, 0, receiver.boxed()).await })
    };
    sender.unbounded_send(Ok(Bytes::from(vec![7; 400_000]))).expect("is listened to");
    something_lies_on_disk(&place).await;
    appending.abort();
    assert!(appending.await.expect_err("was given up").is_cancelled());
    drop(sender);
    while place.resumable_upload(ada.caller, &begun.id).await.expect("is there").received < 400_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(stands_at(&ada, &begun.id).await, 400_000);
    append(&ada, &begun.id, 400_000, &vec![8; 600_000]).await.file_id.expect("is a file");
}

async fn who_goes_on_from_elsewhere_is_told_where_it_stands(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 10).await;
    append(&ada, &begun.id, 0, b"hello").await;
    for offset in [0, 4, 6, 10, u64::MAX] {
        let refused = refusal(try_append(&ada, &begun.id, offset, b"x").await);
        let sentence = format!("This upload has 5 bytes, not {offset}. Go on from there.");
        assert_eq!(refused, Error::conflict(sentence));
    }
    assert_eq!(stands_at(&ada, &begun.id).await, 5);
}

async fn what_is_too_much_is_refused(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 100_000).await;
    assert_eq!(refusal(try_append(&ada, &begun.id, 0, &bytes(100_001)).await), Error::TooLarge { limit: 100_000 });
    let at = stands_at(&ada, &begun.id).await;
    assert!(at <= 100_000);
    let rest = &bytes(100_000)[usize::try_from(at).expect("fits")..];
    let id = append(&ada, &begun.id, at, rest).await.file_id.expect("is a file");
    assert!(content(&ada, id).await == bytes(100_000), "what fitted was kept, and nothing else");
}

async fn one_request_at_a_time_adds_to_an_upload(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 10).await;
    let (sender, receiver) = line();
    let (first, ()) = tokio::join!(place.append_upload(ada.caller, &begun.id, 0, receiver.boxed()), async {
        something_lies_on_disk(&place).await;
        assert!(is_conflict(try_append(&ada, &begun.id, 0, b"helloworld").await));
        sender.unbounded_send(Ok(Bytes::from_static(b"helloworld"))).expect("is listened to");
        drop(sender);
    });
    assert!(first.expect("appends").file_id.is_some());
}

async fn who_comes_back_ends_the_request_on_the_dead_line(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 10).await;
    let (sender, receiver) = line();
    sender.unbounded_send(Ok(Bytes::from_static(b"hello"))).expect("is listened to");
    let (first, at) = tokio::join!(place.append_upload(ada.caller, &begun.id, 0, receiver.boxed()), async {
        something_lies_on_disk(&place).await;
        stands_at(&ada, &begun.id).await
    });
    assert_eq!(first.expect("was ended well").received, at);
    let rest = &b"helloworld"[usize::try_from(at).expect("fits")..];
    let id = append(&ada, &begun.id, at, rest).await.file_id.expect("is a file");
    assert_eq!(content(&ada, id).await, b"helloworld");
    drop(sender);
}

async fn only_who_began_it_knows_of_it(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = grace.project_with(&[&ada]).await;
    let begun = begin(&grace, &project, 10).await;
    append(&grace, &begun.id, 0, b"hello").await;
    for id in [begun.id.as_str(), "0123456789abcdef0123456789abcdef", "", "\0", "../../confab.db"] {
        let unknown = Error::not_found("that upload");
        assert_eq!(refusal(place.resumable_upload(ada.caller, id).await), unknown);
        assert_eq!(refusal(place.resume_upload(ada.caller, id).await), unknown);
        assert_eq!(refusal(try_append(&ada, id, 5, b"world").await), unknown);
        assert_eq!(refusal(place.cancel_upload(ada.caller, id).await), unknown);
    }
    assert_eq!(place.resumable_uploads(ada.caller).await.expect("lists"), []);
    assert_eq!(stands_at(&grace, &begun.id).await, 5);
}

async fn what_is_cancelled_is_gone(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 10).await;
    append(&ada, &begun.id, 0, b"hello").await;
    place.cancel_upload(ada.caller, &begun.id).await.expect("cancels");
    assert!(is_not_found(try_append(&ada, &begun.id, 5, b"world").await));
    holds_nothing(&place).await;
    // One that is a file already is only forgotten.
    let begun = begin(&ada, &project, 5).await;
    let id = append(&ada, &begun.id, 0, b"hello").await.file_id.expect("is a file");
    place.cancel_upload(ada.caller, &begun.id).await.expect("forgets");
    assert_eq!(content(&ada, id).await, b"hello");
}

async fn a_crash_costs_only_what_was_not_counted(mut place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let whole = bytes(200_000);
    let begun = begin(&ada, &project, 200_000).await;
    append(&ada, &begun.id, 0, &whole[..90_000]).await;
    // More came, but the crash was faster than the count; and an upload was forgotten before its bytes were.
    let incoming = place.uploads().join("incoming");
    let mut staged = fs::File::options().append(true).open(incoming.join(&begun.id)).expect("opens");
    staged.write_all(&[0; 5_000]).expect("writes");
    drop(staged);
    fs::write(incoming.join("ab".repeat(16)), "forgotten").expect("writes");

    place.restart().await;
    let ada = Person { chat: place.clone(), ..ada };
    assert_eq!(on_disk(&place), BTreeSet::from([incoming.join(&begun.id)]));
    assert_eq!(stands_at(&ada, &begun.id).await, 90_000);
    let id = append(&ada, &begun.id, 90_000, &whole[90_000..]).await.file_id.expect("is a file");
    assert!(content(&ada, id).await == whole);
    assert_eq!(on_disk(&place).len(), 1);
}

async fn what_was_whole_when_the_server_stopped_becomes_a_file(mut place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 5).await;
    append(&ada, &begun.id, 0, b"hell").await;
    // As if it had been killed between the last count and the file.
    fs::write(place.uploads().join("incoming").join(&begun.id), "hello").expect("writes");
    crate::database::execute(place.url(), "UPDATE uploads SET received = 5").await;
    place.restart().await;
    let ada = Person { chat: place.clone(), ..ada };
    let told = place.resume_upload(ada.caller, &begun.id).await.expect("is there");
    assert_eq!(content(&ada, told.file_id.expect("is a file")).await, b"hello");
    assert_eq!(on_disk(&place).len(), 1);
}

async fn what_the_disk_lost_is_sent_again(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 10).await;
    append(&ada, &begun.id, 0, b"hello").await;
    fs::write(place.uploads().join("incoming").join(&begun.id), "hel").expect("writes");
    assert_eq!(stands_at(&ada, &begun.id).await, 3);
    let id = append(&ada, &begun.id, 3, b"loworld").await.file_id.expect("is a file");
    assert_eq!(content(&ada, id).await, b"helloworld");
}
