//! Group chats: a few people without a room.

use chat::{ConversationUpdate, NewGroup};
use protocol::{Kind, Role, UserId};

use crate::place::{Person, Place, invalid_field, is_forbidden, is_not_found};

/// The most people in a group, as the sentence of the refusal says.
const LIMIT: usize = 50;

crate::on_both_databases! {
    a_group_has_its_maker_and_those_who_were_named
    a_group_has_only_people_who_exist
    a_group_may_be_its_maker_alone
    a_group_may_have_a_name_and_lose_it
    any_member_brings_others_and_only_the_owner_removes
    a_group_has_at_most_fifty_people
    the_last_one_may_leave
}

async fn make(person: &Person, name: &str, people: Vec<UserId>) -> chat::Result<protocol::Entry> {
    person.chat.create_group(person.caller, NewGroup { name: name.to_owned(), people, project_id: None }).await
}

async fn a_group_has_its_maker_and_those_who_were_named(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let people = vec![alan.id(), grace.id(), alan.id(), ada.id()];
    let entry = make(&ada, "", people).await.expect("makes a group");
    let group = &entry.conversation;
    assert_eq!((group.kind, group.private, group.name.as_str(), entry.role), (Kind::Group, true, "", Role::Owner));
    assert_eq!((group.people.as_slice(), group.member_count), ([ada.id(), grace.id(), alan.id()].as_slice(), 3));
    let other = grace.entry(group.id).await.expect("is in their sidebar");
    assert_eq!((&other.conversation, other.role), (group, Role::Member));
    let again = make(&ada, "", vec![grace.id(), alan.id()]).await.expect("makes a group");
    assert_ne!(again.conversation.id, group.id, "the same people may have several");
}

async fn a_group_may_be_its_maker_alone(place: Place) {
    let ada = place.user("ada").await;
    let notes = make(&ada, "Notes", vec![ada.id()]).await.expect("makes a group");
    assert_eq!((notes.conversation.people.as_slice(), notes.role), ([ada.id()].as_slice(), Role::Owner));
    ada.say(notes.conversation.id, "to myself").await;
}

async fn a_group_has_only_people_who_exist(place: Place) {
    let [ada, grace, _] = place.three().await;
    assert_eq!(invalid_field(make(&ada, "", vec![grace.id(), UserId(987_654)]).await), "people");
    let start = place.start(grace.caller, None).await.expect("starts");
    assert_eq!(start.entries.len(), 1, "the refused group left nothing: {:?}", start.entries);
}

async fn a_group_may_have_a_name_and_lose_it(place: Place) {
    let [ada, grace, _] = place.three().await;
    let group = make(&ada, "Lunch", vec![grace.id()]).await.expect("makes a group").conversation;
    assert_eq!(group.name, "Lunch");
    let update = ConversationUpdate { name: Some(" ".to_owned()), private: Some(false), ..Default::default() };
    let renamed = place.update_conversation(grace.caller, group.id, update).await.expect("any member may");
    assert_eq!((renamed.name.as_str(), renamed.private), ("", true), "it is never open");
    make(&ada, "Lunch", vec![grace.id()]).await.expect("names of groups are nobody’s own");
}

async fn any_member_brings_others_and_only_the_owner_removes(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let group = ada.group_with(&[&grace]).await;
    grace.add(group, &alan).await;
    assert_eq!(ada.sees(group).await.people, [ada.id(), grace.id(), alan.id()]);
    assert!(is_forbidden(place.remove_member(grace.caller, group, alan.id()).await));
    ada.remove(group, &alan).await;
    assert_eq!(ada.sees(group).await.people, [ada.id(), grace.id()]);
    assert!(is_not_found(place.standing(alan.caller, group).await));
}

async fn a_group_has_at_most_fifty_people(place: Place) {
    let ada = place.user("ada").await;
    let mut crowd = Vec::new();
    for n in 0..LIMIT {
        crowd.push(place.user(&format!("user-{n}")).await.id());
    }
    assert_eq!(invalid_field(make(&ada, "", crowd.clone()).await), "people");
    let group = make(&ada, "", crowd[1..].to_vec()).await.expect("fifty fit").conversation;
    assert_eq!(group.member_count, 50);
    assert_eq!(invalid_field(place.add_members(ada.caller, group.id, &crowd[..1]).await), "people");
    place.add_members(ada.caller, group.id, &crowd[1..]).await.expect("those who are in already don’t count");
    assert_eq!(ada.sees(group.id).await, group, "and nothing has changed");
}

async fn the_last_one_may_leave(place: Place) {
    let [ada, grace, _] = place.three().await;
    let group = ada.group_with(&[&grace]).await;
    ada.leave(group).await;
    assert_eq!(grace.entry(group).await.expect("stays").role, Role::Owner);
    grace.leave(group).await;
    assert!(is_not_found(place.standing(grace.caller, group).await));
}
