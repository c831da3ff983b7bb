//! Uploads that come in parts: what they may not be, and what becomes of those that nobody goes on with.

use std::collections::BTreeSet;

use bytes::Bytes;
use chat::{AcceptedTypes, Clamd, Destination, Draft, MediaTypes};
use futures::StreamExt as _;
use protocol::Error;

use crate::{
    file::{content, holds_nothing, known_blobs, names, on_disk, pieces, upload},
    place::{MAX_UPLOAD, Person, Place, is_conflict, is_forbidden, is_not_found, pass, refusal},
    resumable::{DAY, append, begin, line, stands_at, try_append},
};

crate::on_both_databases! {
    who_was_removed_meanwhile_leaves_nothing
    room_is_asked_for_before_a_byte_comes
    a_type_that_is_not_taken_is_refused_as_soon_as_it_shows
    where_the_scanner_fails_the_end_can_be_tried_again
    what_nobody_goes_on_with_goes_after_a_day
    what_was_never_sent_goes_after_a_day
    a_hundred_are_enough
}

async fn who_was_removed_meanwhile_leaves_nothing(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let begun = begin(&grace, &project, 10).await;
    append(&grace, &begun.id, 0, b"hello").await;
    ada.remove(project.conversation_id, &grace).await;
    assert_eq!(refusal(try_append(&grace, &begun.id, 5, b"world").await), Error::not_found("that project"));
    assert!(is_not_found(try_append(&grace, &begun.id, 10, b"").await), "it is gone");
    holds_nothing(&place).await;
    let begun = begin(&ada, &project, 10).await;
    place.archive(ada.caller, project.conversation_id, true).await.expect("archives");
    assert!(is_forbidden(try_append(&ada, &begun.id, 0, b"helloworld").await));
    assert!(is_forbidden(place.begin_upload(ada.caller, project.id, "late", 1).await));
    holds_nothing(&place).await;
}

async fn room_is_asked_for_before_a_byte_comes(mut place: Place) {
    place.restart_with(|settings| (settings.quota_person, settings.quota_place) = (Some(1_000), Some(1_500))).await;
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let try_begin = async |person: &Person, size| place.begin_upload(person.caller, project.id, "film", size).await;
    assert_eq!(refusal(try_begin(&ada, MAX_UPLOAD + 1).await), Error::TooLarge { limit: MAX_UPLOAD });
    assert!(matches!(refusal(try_begin(&ada, 1_001).await), Error::NoRoom { .. }));
    let first = try_begin(&ada, 600).await.expect("begins");
    assert!(matches!(refusal(try_begin(&ada, 401).await), Error::NoRoom { .. }), "what is promised counts");
    assert!(matches!(refusal(try_begin(&grace, 901).await), Error::NoRoom { .. }), "for everyone");
    append(&ada, &first.id, 0, &[7; 600]).await.file_id.expect("is a file");
    let second = try_begin(&ada, 400).await.expect("begins");
    // Others filled the room meanwhile.
    upload(&ada, &project, "notes", &[7; 300]).await;
    assert!(matches!(refusal(try_append(&ada, &second.id, 0, &[7; 400]).await), Error::NoRoom { .. }));
    assert_eq!((names(&ada, &project).await.len(), on_disk(&place).len()), (2, 2));
}

async fn a_type_that_is_not_taken_is_refused_as_soon_as_it_shows(mut place: Place) {
    let pictures = MediaTypes::parse("image/*").expect("a type");
    let accepted = AcceptedTypes { allowed: pictures, ..AcceptedTypes::default() };
    place.restart_with(|settings| settings.accepted_types = accepted).await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    for first in [10, 8_000] {
        let begun = begin(&ada, &project, 1_000_000).await;
        append(&ada, &begun.id, 0, &vec![b'a'; first]).await;
        let (sender, receiver) = line();
        sender.unbounded_send(Ok(Bytes::from(vec![b'a'; 10_000]))).expect("is listened to");
        // The line stays open: it is refused before the rest comes.
        let refused = refusal(place.append_upload(ada.caller, &begun.id, first as u64, receiver.boxed()).await);
        assert!(matches!(refused, Error::RefusedMedia { .. }), "{refused}");
        assert!(is_not_found(place.resumable_upload(ada.caller, &begun.id).await));
        drop(sender);
    }
    let begun = begin(&ada, &project, 5).await;
    assert!(matches!(refusal(try_append(&ada, &begun.id, 0, b"hello").await), Error::RefusedMedia { .. }));
    assert!(matches!(refusal(place.begin_upload(ada.caller, project.id, "none", 0).await), Error::RefusedMedia { .. }));
    holds_nothing(&place).await;
}

async fn where_the_scanner_fails_the_end_can_be_tried_again(mut place: Place) {
    let nobody = Clamd::parse("/nowhere/clamd.ctl").expect("an address");
    place.restart_with(|settings| settings.clamd = Some(nobody)).await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let begun = begin(&ada, &project, 5).await;
    for (offset, content) in [(0, "hello"), (5, "")] {
        let failed = try_append(&ada, &begun.id, offset, content.as_bytes()).await.expect_err("can't be scanned");
        assert_eq!(failed.report("id"), Error::Unavailable);
    }
    assert_eq!(known_blobs(&place).await, 0);
    place.restart().await;
    let ada = Person { chat: place.clone(), ..ada };
    let id = append(&ada, &begun.id, 5, b"").await.file_id.expect("is a file");
    assert_eq!(content(&ada, id).await, b"hello");
}

async fn what_nobody_goes_on_with_goes_after_a_day(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let (old, kept) = (begin(&ada, &project, 10).await, begin(&ada, &project, 10).await);
    append(&ada, &old.id, 0, b"hello").await;
    pass(DAY - 1);
    append(&ada, &kept.id, 0, b"hello").await;
    place.tidy_up().await.expect("tidies up");
    assert_eq!((stands_at(&ada, &old.id).await, on_disk(&place).len()), (5, 2), "not a moment too early");
    pass(1);
    assert!(is_not_found(try_append(&ada, &old.id, 5, b"world").await), "even before it is removed");
    assert_eq!(place.resumable_uploads(ada.caller).await.expect("lists").len(), 1);
    place.tidy_up().await.expect("tidies up");
    let staged = place.uploads().join("incoming").join(&kept.id);
    assert_eq!(on_disk(&place), BTreeSet::from([staged]));
    append(&ada, &kept.id, 5, b"world").await.file_id.expect("is a file");
}

async fn what_was_never_sent_goes_after_a_day(mut place: Place) {
    let ada = place.user("ada").await;
    let public = place.public_id();
    let destination = Destination::Conversation(public);
    let bring = async |name| place.upload(ada.caller, destination, name, pieces(b"hello")).await.expect("uploads").id;
    let (sent, unsent) = (bring("sent").await, bring("unsent").await);
    place.send(ada.caller, Draft { files: vec![sent], ..Draft::of(public, "look") }).await.expect("posts");
    pass(DAY + 1);
    let late = bring("late").await;
    place.restart().await;
    assert!(is_not_found(place.file(ada.caller, unsent).await));
    assert_eq!(place.storage(ada.caller).await.expect("counts").person_used, 10);
    let ada = Person { chat: place.clone(), ..ada };
    for id in [sent, late] {
        assert_eq!(content(&ada, id).await, b"hello");
    }
}

async fn a_hundred_are_enough(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let first = begin(&ada, &project, 1).await;
    for _ in 1..100 {
        begin(&ada, &project, 1).await;
    }
    assert!(is_conflict(place.begin_upload(ada.caller, project.id, "film", 1).await));
    begin(&grace, &project, 1).await;
    place.cancel_upload(ada.caller, &first.id).await.expect("cancels");
    begin(&ada, &project, 1).await;
}
