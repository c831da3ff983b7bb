//! Direct chats: two people, always the same one.

use protocol::{Kind, Role, UserId};

use crate::place::{PASSWORD, Person, Place, invalid_field, is_forbidden, is_not_found};

crate::on_both_databases! {
    both_sides_open_the_same_chat
    a_direct_chat_is_made_once_however_often_it_is_opened
    nobody_talks_to_themselves_or_to_nobody
    nobody_else_knows_of_it_or_gets_in
    it_never_ends
    looking_for_one_makes_none
    those_in_which_something_was_said_are_listed_latest_first
    a_chat_is_listed_by_what_is_left_in_it
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

async fn looking_for_one_makes_none(place: Place) {
    let [ada, grace, alan] = place.three().await;
    assert!(place.find_direct(ada.caller, grace.id()).await.expect("looks").is_none());
    assert_eq!(place.conversations(ada.caller).await.expect("lists").len(), 1, "the public chat");
    let direct = grace.direct_with(&ada).await;
    let found = place.find_direct(ada.caller, grace.id()).await.expect("looks").expect("is there");
    assert_eq!((found.conversation.id, found.conversation.people), (direct, vec![ada.id(), grace.id()]));
    assert_eq!(invalid_field(place.find_direct(ada.caller, ada.id()).await), "user");
    assert!(is_not_found(place.find_direct(ada.caller, UserId(987_654)).await));
    place.deactivate(grace.caller, PASSWORD).await.expect("goes");
    assert!(place.find_direct(ada.caller, grace.id()).await.expect("looks").is_some(), "the old one stays");
    assert!(is_not_found(place.find_direct(alan.caller, grace.id()).await));
}

/// `(who, what was said last, how much is unread)`.
async fn listed(person: &Person) -> Vec<(String, String, i64)> {
    let listed = person.chat.directs(person.caller).await.expect("lists");
    let row = |listing: chat::DirectListing| {
        assert_eq!(listing.last_message.conversation_id, listing.entry.conversation.id);
        (listing.other.username, listing.last_message.body, listing.entry.unread())
    };
    listed.into_iter().map(row).collect()
}

async fn those_in_which_something_was_said_are_listed_latest_first(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let (with_grace, with_alan) = (ada.direct_with(&grace).await, ada.direct_with(&alan).await);
    alan.direct_with(&grace).await;
    ada.say(ada.room("lab").await, "no direct chat").await;
    assert!(listed(&ada).await.is_empty(), "nothing was said");
    grace.say(with_grace, "1").await;
    alan.say(with_alan, "2").await;
    let row = |name: &str, body: &str, unread| (name.to_owned(), body.to_owned(), unread);
    assert_eq!(listed(&ada).await, [row("alan", "2", 1), row("grace", "1", 1)]);
    let last = ada.say(with_grace, "3").await;
    place.react(grace.caller, last.id, "👍", true).await.expect("reacts");
    assert_eq!(listed(&ada).await, [row("grace", "3", 0), row("alan", "2", 1)]);
    assert_eq!(listed(&grace).await, [row("ada", "3", 1)]);
    let message = place.message(ada.caller, last.id).await.expect("reads");
    assert_eq!(place.directs(ada.caller).await.expect("lists")[0].last_message, message, "with its reactions");
}

async fn a_chat_is_listed_by_what_is_left_in_it(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let (with_grace, with_alan) = (ada.direct_with(&grace).await, ada.direct_with(&alan).await);
    let first = ada.say(with_grace, "1").await;
    ada.say(with_alan, "2").await;
    let last = ada.say(with_grace, "3").await;
    place.delete(ada.caller, last.id).await.expect("deletes");
    let row = |name: &str, body: &str| (name.to_owned(), body.to_owned(), 0);
    assert_eq!(listed(&ada).await, [row("alan", "2"), row("grace", "1")]);
    place.delete(ada.caller, first.id).await.expect("deletes");
    assert_eq!(listed(&ada).await, [row("alan", "2")]);
}
