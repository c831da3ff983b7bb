//! Belonging to a conversation, and having a say in it.

use protocol::{Position, Role, UserId};

use crate::place::{PASSWORD, Person, Place, invalid_field, is_conflict, is_forbidden, is_not_found, pass};

crate::on_both_databases! {
    anyone_joins_an_open_room_once
    whoever_joins_finds_nothing_unread
    leaving_a_private_room_closes_the_door
    members_are_added_once_and_only_if_they_exist
    members_are_listed_owners_first_then_by_name
    every_member_comes_once_page_by_page
    an_admin_removes_members_but_no_owner
    only_an_owner_gives_roles
    a_room_never_lacks_an_owner
    the_heir_is_someone_who_can_still_come_in
    a_closed_account_leaves_no_room_without_an_owner
    whoever_comes_back_is_an_ordinary_member
}

async fn role(person: &Person, id: protocol::ConversationId) -> Role {
    person.entry(id).await.expect("is a member").role
}

async fn anyone_joins_an_open_room_once(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.room("lab").await;
    let entry = place.join(grace.caller, room).await.expect("joins");
    assert_eq!((entry.role, entry.conversation.member_count), (Role::Member, 2));
    let again = place.join(grace.caller, room).await.expect("is in already");
    assert_eq!(again, entry, "and nothing has changed");
    grace.leave(room).await;
    assert_eq!(ada.sees(room).await.member_count, 1);
    assert!(grace.entry(room).await.is_none());
    assert!(is_forbidden(place.leave(grace.caller, room).await), "who isn’t in can’t leave");
}

async fn whoever_joins_finds_nothing_unread(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.room("lab").await;
    ada.count(room, 3).await;
    grace.join(room).await;
    assert_eq!(grace.entry(room).await.expect("is in").unread(), 0);
    ada.say(room, "4").await;
    assert_eq!(grace.entry(room).await.expect("is in").unread(), 1);
    grace.leave(room).await;
    ada.count(room, 3).await;
    grace.join(room).await;
    assert_eq!(grace.entry(room).await.expect("is in").unread(), 0, "nor after coming back");
}

async fn leaving_a_private_room_closes_the_door(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.private_room("lab").await;
    ada.add(room, &grace).await;
    let message = grace.say(room, "mine").await;
    grace.leave(room).await;
    assert!(is_not_found(place.history(grace.caller, room, Position::Latest).await));
    assert!(is_not_found(place.edit(grace.caller, message.id, "still mine").await));
    assert!(is_not_found(place.delete(grace.caller, message.id).await));
    assert!(is_not_found(place.join(grace.caller, room).await));
    ada.add(room, &grace).await;
    place.edit(grace.caller, message.id, "mine again").await.expect("edits");
}

async fn members_are_added_once_and_only_if_they_exist(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let room = ada.private_room("lab").await;
    let unknown = place.add_members(ada.caller, room, &[grace.id(), UserId(987_654)]).await;
    assert_eq!(invalid_field(unknown), "people");
    assert_eq!(ada.sees(room).await.member_count, 1, "none or all");
    place.add_members(ada.caller, room, &[grace.id(), alan.id(), grace.id()]).await.expect("adds");
    let before = ada.sees(room).await;
    assert_eq!(before.member_count, 3);
    place.add_members(ada.caller, room, &[grace.id()]).await.expect("is in already");
    assert_eq!(ada.sees(room).await, before, "and nothing has changed");
    assert!(is_forbidden(place.add_members(grace.caller, room, &[alan.id()]).await), "a private room’s admins decide");
}

async fn members_are_listed_owners_first_then_by_name(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let zoe = place.user("Zoe").await;
    let room = zoe.room("lab").await;
    for person in [&grace, &alan, &ada] {
        person.join(room).await;
    }
    place.set_role(zoe.caller, room, grace.id(), Role::Admin).await.expect("appoints");
    let listed = place.members(ada.caller, room, "", 10).await.expect("lists");
    let names: Vec<_> = listed.iter().map(|(member, user)| (user.username.as_str(), member.role)).collect();
    let expected = [("Zoe", Role::Owner), ("grace", Role::Admin), ("ada", Role::Member), ("alan", Role::Member)];
    assert_eq!(names, expected);
    assert!(listed.iter().all(|(member, user)| member.user_id == user.id && member.left_at.is_none()));
    assert_eq!(place.members(ada.caller, room, "A", 2).await.expect("lists").len(), 2);
    assert_eq!(place.members(ada.caller, room, "zo", 10).await.expect("lists").len(), 1);
}

async fn every_member_comes_once_page_by_page(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let room = ada.room("lab").await;
    grace.join(room).await;
    let page = async |search: &str, after: UserId| {
        let found = place.members_after(ada.caller, room, search, after, 2).await.expect("lists");
        found.into_iter().map(|(_, user)| user.id).collect::<Vec<_>>()
    };
    assert_eq!(page("", UserId(0)).await, [ada.id(), grace.id()]);
    alan.join(room).await;
    assert_eq!(page("", grace.id()).await, [alan.id()]);
    assert_eq!(page("GRA", UserId(0)).await, [grace.id()]);
    assert!(page("", alan.id()).await.is_empty());
    let secret = ada.private_room("den").await;
    assert!(is_not_found(place.members_after(alan.caller, secret, "", UserId(0), 2).await));
}

async fn an_admin_removes_members_but_no_owner(place: Place) {
    let [_, owner, admin] = place.three().await;
    let member = place.user("member").await;
    let room = owner.room("lab").await;
    admin.join(room).await;
    member.join(room).await;
    place.set_role(owner.caller, room, admin.id(), Role::Admin).await.expect("appoints");
    assert!(is_forbidden(place.remove_member(member.caller, room, admin.id()).await));
    assert!(is_forbidden(place.remove_member(admin.caller, room, owner.id()).await));
    admin.remove(room, &member).await;
    assert!(is_not_found(place.remove_member(admin.caller, room, member.id()).await), "is gone already");
    owner.remove(room, &admin).await;
    assert_eq!(owner.sees(room).await.member_count, 1);
}

async fn only_an_owner_gives_roles(place: Place) {
    let [_, owner, admin] = place.three().await;
    let room = owner.room("lab").await;
    admin.join(room).await;
    place.set_role(owner.caller, room, admin.id(), Role::Admin).await.expect("appoints");
    assert!(is_forbidden(place.set_role(admin.caller, room, admin.id(), Role::Owner).await));
    assert!(is_not_found(place.set_role(owner.caller, room, UserId(987_654), Role::Admin).await));
    place.set_role(owner.caller, room, admin.id(), Role::Admin).await.expect("is one already");
    place.set_role(owner.caller, room, admin.id(), Role::Owner).await.expect("two may own it");
    place.set_role(admin.caller, room, owner.id(), Role::Member).await.expect("and one depose the other");
    assert_eq!((role(&admin, room).await, role(&owner, room).await), (Role::Owner, Role::Member));
}

async fn a_room_never_lacks_an_owner(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let room = ada.room("lab").await;
    assert!(is_conflict(place.set_role(ada.caller, room, ada.id(), Role::Member).await));
    alan.join(room).await;
    pass(1);
    grace.join(room).await;
    place.set_role(ada.caller, room, grace.id(), Role::Admin).await.expect("appoints");
    ada.leave(room).await;
    assert_eq!(role(&grace, room).await, Role::Owner, "an admin comes before an older member");
    ada.join(room).await;
    grace.leave(room).await;
    assert_eq!(role(&alan, room).await, Role::Owner, "then whoever is there longest");
    alan.remove(room, &alan).await;
    assert_eq!(role(&ada, room).await, Role::Owner, "removing oneself is leaving");
}

async fn the_heir_is_someone_who_can_still_come_in(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let room = ada.private_room("lab").await;
    ada.add(room, &grace).await;
    pass(1);
    ada.add(room, &alan).await;
    place.deactivate(grace.caller, PASSWORD).await.expect("goes");
    ada.leave(room).await;
    assert_eq!(role(&alan, room).await, Role::Owner);
}

async fn a_closed_account_leaves_no_room_without_an_owner(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = grace.private_room("lab").await;
    grace.add(room, &ada).await;
    place.deactivate(grace.caller, PASSWORD).await.expect("goes");
    assert_eq!(role(&ada, room).await, Role::Owner);
}

async fn whoever_comes_back_is_an_ordinary_member(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.room("lab").await;
    grace.join(room).await;
    place.set_role(ada.caller, room, grace.id(), Role::Admin).await.expect("appoints");
    grace.leave(room).await;
    pass(10);
    let entry = place.join(grace.caller, room).await.expect("joins");
    assert_eq!(entry.role, Role::Member);
    let listed = place.members(ada.caller, room, "grace", 10).await.expect("lists");
    assert_eq!(listed[0].0.joined_at, crate::place::now());
}
