//! Direct chats: two people, always the same one.

use protocol::{Kind, Role};

use crate::place::{Place, invalid_field, is_forbidden, is_not_found};

crate::on_both_databases! {
    both_sides_open_the_same_chat
    a_direct_chat_is_made_once_however_often_it_is_opened
    nobody_talks_to_themselves_or_to_nobody
    nobody_else_knows_of_it_or_gets_in
    it_never_ends
}

async fn both_sides_open_the_same_chat(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let entry = place.open_direct(grace.caller, ada.id()).await.expect("opens");
    assert_eq!((entry.conversation.kind, entry.conversation.private, entry.role), (Kind::Direct, true, Role::Member));
    assert_eq!(entry.conversation.people, [ada.id(), grace.id()]);
    assert_eq!(ada.direct_with(&grace).await, entry.conversation.id);
    assert_ne!(ada.direct_with(&alan).await, entry.conversation.id);
    assert_eq!(
        ada.entry(entry.conversation.id).await.expect("is in the other's sidebar").conversation,
        entry.conversation
    );
}

async fn a_direct_chat_is_made_once_however_often_it_is_opened(place: Place) {
    let [ada, grace, _] = place.three().await;
    let opened = futures::future::join_all((0..20).map(|n| {
        let (from, to) = if n % 2 == 0 { (&ada, &grace) } else { (&grace, &ada) };
        from.direct_with(to)
    }));
    let ids = opened.await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

async fn nobody_talks_to_themselves_or_to_nobody(place: Place) {
    let ada = place.user("ada").await;
    assert_eq!(invalid_field(place.open_direct(ada.caller, ada.id()).await), "user");
    assert!(is_not_found(place.open_direct(ada.caller, protocol::UserId(987_654)).await));
}

async fn nobody_else_knows_of_it_or_gets_in(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let direct = grace.direct_with(&alan).await;
    assert!(is_not_found(place.standing(ada.caller, direct).await), "not even the place’s administrator");
    assert!(is_not_found(place.join(ada.caller, direct).await));
    assert!(is_forbidden(place.add_members(grace.caller, direct, &[ada.id()]).await));
}

async fn it_never_ends(place: Place) {
    let [ada, grace, _] = place.three().await;
    let direct = ada.direct_with(&grace).await;
    assert!(is_forbidden(place.leave(ada.caller, direct).await));
    assert!(is_forbidden(place.remove_member(ada.caller, direct, grace.id()).await));
    assert!(is_forbidden(place.archive(ada.caller, direct, true).await));
}
