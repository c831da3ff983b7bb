//! How far someone has read, on whatever device.

use crate::place::{NOWHERE, Place, is_not_found};

crate::on_both_databases! {
    a_read_position_moves_forward_only
    a_read_position_stays_within_what_was_said
    whoever_speaks_has_read_what_was_said_before
    each_has_a_position_of_their_own
    whoever_only_looks_in_has_none
}

async fn a_read_position_moves_forward_only(place: Place) {
    let [ada, grace, _] = place.three().await;
    ada.count(place.public_id(), 5).await;
    for (seq, unread) in [(2, 3), (1, 3), (-7, 3), (2, 3), (4, 1)] {
        place.mark_read(grace.caller, place.public_id(), seq).await.expect("notes it");
        assert_eq!(grace.entry(place.public_id()).await.expect("is in").unread(), unread, "after {seq}");
    }
}

async fn a_read_position_stays_within_what_was_said(place: Place) {
    let [ada, grace, _] = place.three().await;
    ada.count(place.public_id(), 2).await;
    place.mark_read(grace.caller, place.public_id(), i64::MAX).await.expect("notes it");
    ada.say(place.public_id(), "3").await;
    assert_eq!(grace.entry(place.public_id()).await.expect("is in").unread(), 1);
}

async fn whoever_speaks_has_read_what_was_said_before(place: Place) {
    let [ada, grace, _] = place.three().await;
    ada.count(place.public_id(), 3).await;
    grace.say(place.public_id(), "4").await;
    assert_eq!(grace.entry(place.public_id()).await.expect("is in").unread(), 0);
    assert_eq!(ada.entry(place.public_id()).await.expect("is in").unread(), 1);
}

async fn each_has_a_position_of_their_own(place: Place) {
    let [ada, grace, alan] = place.three().await;
    ada.count(place.public_id(), 3).await;
    place.mark_read(grace.caller, place.public_id(), 3).await.expect("notes it");
    assert_eq!(alan.entry(place.public_id()).await.expect("is in").unread(), 3);
}

async fn whoever_only_looks_in_has_none(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.room("lab").await;
    ada.count(room, 3).await;
    place.mark_read(grace.caller, room, 3).await.expect("has no effect");
    let page = place.page(grace.caller, room, protocol::Position::Latest).await.expect("looks in");
    assert_eq!(page.read_seq, 0);
    let secret = ada.private_room("secret").await;
    for id in [secret, NOWHERE] {
        assert!(is_not_found(place.mark_read(grace.caller, id, 1).await));
    }
}
