//! Rooms: made, found, renamed, closed to newcomers, archived.

use chat::{ConversationUpdate, NewRoom};
use protocol::{Kind, Role};

use crate::place::{NOWHERE, Person, Place, invalid_field, is_forbidden, is_not_found, pass};

crate::on_both_databases! {
    a_room_belongs_to_whoever_makes_it
    a_room_needs_a_fitting_name_and_topic
    open_rooms_have_names_of_their_own_whatever_the_case
    a_private_rooms_name_does_not_show_by_being_taken
    rooms_to_choose_from_are_the_open_ones_and_ones_own
    browsing_finds_names_and_topics
    every_room_comes_once_page_by_page_even_of_one_name
    a_private_room_cannot_be_told_from_a_missing_one
    name_topic_and_openness_change_field_by_field
    a_room_that_turns_private_disappears_for_strangers
    an_archived_room_can_be_read_but_nothing_is_posted
    an_archived_rooms_name_is_free
    a_change_is_made_whole_or_not_at_all
    the_public_chat_is_renamed_by_the_places_administrator_only
}

async fn update(
    person: &Person,
    id: protocol::ConversationId,
    update: ConversationUpdate,
) -> chat::Result<protocol::Conversation> {
    person.chat.update_conversation(person.caller, id, update).await
}

fn name(name: &str) -> ConversationUpdate {
    ConversationUpdate { name: Some(name.to_owned()), ..ConversationUpdate::default() }
}

fn private(private: bool) -> ConversationUpdate {
    ConversationUpdate { private: Some(private), ..ConversationUpdate::default() }
}

async fn names(person: &Person, search: &str) -> Vec<(String, bool)> {
    let rooms = person.chat.browse_rooms(person.caller, search, None, 100).await.expect("browses");
    rooms.into_iter().map(|listing| (listing.conversation.name, listing.joined)).collect()
}

async fn a_room_belongs_to_whoever_makes_it(place: Place) {
    let ada = place.user("ada").await;
    let new = NewRoom { name: " #Engines ".to_owned(), topic: "Brass".to_owned(), private: false };
    let entry = place.create_room(ada.caller, new).await.expect("makes a room");
    let room = &entry.conversation;
    assert_eq!((room.kind, room.name.as_str(), room.topic.as_str()), (Kind::Room, "Engines", "Brass"));
    assert_eq!((entry.role, room.creator_id, room.member_count, room.last_seq), (Role::Owner, Some(ada.id()), 1, 0));
    assert_eq!(ada.entry(room.id).await, Some(entry.clone()));
    assert_eq!(&ada.sees(room.id).await, room);
}

async fn a_room_needs_a_fitting_name_and_topic(place: Place) {
    let ada = place.user("ada").await;
    for (name, topic, field) in
        [("", "", "name"), ("#", "", "name"), (&*"x".repeat(65), "", "name"), ("fine", &*"x".repeat(251), "topic")]
    {
        let new = NewRoom { name: name.to_owned(), topic: topic.to_owned(), private: false };
        assert_eq!(invalid_field(place.create_room(ada.caller, new).await), field, "{name:?}");
    }
    assert!(names(&ada, "").await.is_empty());
}

async fn open_rooms_have_names_of_their_own_whatever_the_case(place: Place) {
    let [ada, grace, _] = place.three().await;
    ada.room("Café").await;
    let new = NewRoom { name: "cAFÉ".to_owned(), ..NewRoom::default() };
    assert_eq!(invalid_field(place.create_room(grace.caller, new).await), "name");
    let other = grace.room("Tea").await;
    assert_eq!(invalid_field(update(&grace, other, name("CAFÉ")).await), "name");
    assert_eq!(grace.sees(other).await.name, "Tea");
    update(&grace, other, name("TEA")).await.expect("one's own name in another case");
}

async fn a_private_rooms_name_does_not_show_by_being_taken(place: Place) {
    let [ada, grace, _] = place.three().await;
    let secret = ada.private_room("merger").await;
    grace.private_room("merger").await;
    grace.room("merger").await;
    assert_eq!(invalid_field(update(&ada, secret, private(false)).await), "name", "there is an open one now");
    assert!(ada.sees(secret).await.private, "nothing has changed");
}

async fn rooms_to_choose_from_are_the_open_ones_and_ones_own(place: Place) {
    let [ada, grace, alan] = place.three().await;
    ada.room("beta").await;
    grace.room("Alpha").await;
    ada.private_room("gamma").await;
    ada.group_with(&[&grace]).await;
    assert_eq!(names(&ada, "").await, [("Alpha".into(), false), ("beta".into(), true), ("gamma".into(), true)]);
    assert_eq!(names(&alan, "").await, [("Alpha".into(), false), ("beta".into(), false)]);
    assert_eq!(place.browse_rooms(ada.caller, "", None, 1).await.expect("browses").len(), 1);
}

async fn browsing_finds_names_and_topics(place: Place) {
    let ada = place.user("ada").await;
    let new = NewRoom { name: "Engines".to_owned(), topic: "All of Brass_1".to_owned(), private: false };
    place.create_room(ada.caller, new).await.expect("makes a room");
    for (search, found) in [("GIN", 1), (" brass ", 1), ("s_1", 1), ("s_", 1), ("n_i", 0), ("%", 0), ("steam", 0)] {
        assert_eq!(names(&ada, search).await.len(), found, "{search:?}");
    }
}

async fn every_room_comes_once_page_by_page_even_of_one_name(place: Place) {
    let ada = place.user("ada").await;
    for name in ["twins", "Twins", "twins", "TWINS", "Émile", "émile", "!", "10", "9"] {
        ada.private_room(name).await;
    }
    ada.room("twins").await;
    let whole = names(&ada, "").await;
    assert_eq!(whole.len(), 10);
    for limit in [1, 3, 10] {
        let mut found: Vec<chat::RoomListing> = Vec::new();
        loop {
            let after = found.last().map(|room| (room.conversation.name.as_str(), room.conversation.id));
            let page = place.browse_rooms(ada.caller, "", after, limit).await.expect("browses");
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        let ids: std::collections::HashSet<_> = found.iter().map(|room| room.conversation.id).collect();
        assert_eq!((found.len(), ids.len()), (10, 10), "{limit} at a time");
        let found: Vec<_> = found.into_iter().map(|room| (room.conversation.name, room.joined)).collect();
        assert_eq!(found, whole, "{limit} at a time");
    }
}

async fn a_private_room_cannot_be_told_from_a_missing_one(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let secret = grace.private_room("merger").await;
    for stranger in [&ada, &alan] {
        for id in [secret, NOWHERE] {
            assert!(is_not_found(place.standing(stranger.caller, id).await));
            assert!(is_not_found(place.join(stranger.caller, id).await));
            assert!(is_not_found(update(stranger, id, name("mine")).await));
        }
    }
}

async fn name_topic_and_openness_change_field_by_field(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let topic = ConversationUpdate { topic: Some(" Work ".to_owned()), ..ConversationUpdate::default() };
    let changed = update(&ada, room, topic).await.expect("changes");
    assert_eq!((changed.name.as_str(), changed.topic.as_str(), changed.private), ("lab", "Work", false));
    let changed = update(&ada, room, private(true)).await.expect("changes");
    assert_eq!((changed.topic.as_str(), changed.private), ("Work", true));
    assert_eq!(changed, ada.sees(room).await);
    assert_eq!(invalid_field(update(&ada, room, name(" ")).await), "name");
}

async fn a_room_that_turns_private_disappears_for_strangers(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let room = ada.room("lab").await;
    grace.join(room).await;
    alan.sees(room).await;
    update(&ada, room, private(true)).await.expect("changes");
    assert!(is_not_found(place.standing(alan.caller, room).await));
    assert!(names(&alan, "").await.is_empty());
    grace.sees(room).await;
}

async fn an_archived_room_can_be_read_but_nothing_is_posted(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let room = ada.room("lab").await;
    grace.join(room).await;
    let message = grace.say(room, "before").await;
    pass(5);
    let archived = place.archive(ada.caller, room, true).await.expect("archives");
    assert!(archived.archived_at.is_some_and(|at| at > message.created_at));
    let again = place.archive(ada.caller, room, true).await.expect("is archived already");
    assert_eq!(again, archived);

    assert!(is_forbidden(grace.try_say(room, "after").await));
    assert!(is_forbidden(place.edit(grace.caller, message.id, "after").await));
    assert!(is_forbidden(place.react(ada.caller, message.id, "👍", true).await));
    assert!(is_forbidden(place.join(alan.caller, room).await));
    assert!(is_forbidden(place.add_members(ada.caller, room, &[alan.id()]).await));
    assert!(is_forbidden(update(&ada, room, name("other")).await));
    assert!(names(&alan, "").await.is_empty());
    let history = place.history(grace.caller, room, protocol::Position::Latest).await.expect("reads");
    assert_eq!(history.messages, [message]);

    place.archive(ada.caller, room, false).await.expect("opens it again");
    grace.say(room, "after").await;
}

async fn an_archived_rooms_name_is_free(place: Place) {
    let ada = place.user("ada").await;
    let old = ada.room("lab").await;
    place.archive(ada.caller, old, true).await.expect("archives");
    ada.room("lab").await;
    assert_eq!(invalid_field(place.archive(ada.caller, old, false).await), "name", "the name went to another");
}

async fn a_change_is_made_whole_or_not_at_all(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.room("lab").await;
    ada.add(room, &grace).await;
    place.set_role(ada.caller, room, grace.id(), Role::Admin).await.expect("appoints");
    let both = |archived, text| ConversationUpdate { archived: Some(archived), ..name(text) };
    assert!(is_forbidden(update(&grace, room, both(true, "den")).await), "an admin may rename but not archive");
    assert_eq!(ada.sees(room).await.name, "lab");
    assert_eq!(invalid_field(update(&ada, room, both(true, " ")).await), "name");
    assert!(ada.sees(room).await.archived_at.is_none());

    let archived = update(&ada, room, both(true, "den")).await.expect("changes");
    assert!(archived.name == "den" && archived.archived_at.is_some());
    assert!(is_forbidden(update(&ada, room, both(true, "lab")).await), "what is closed stays as it is");
    let opened = update(&ada, room, both(false, "lab")).await.expect("opens and renames");
    assert!(opened.name == "lab" && opened.archived_at.is_none());
}

async fn the_public_chat_is_renamed_by_the_places_administrator_only(place: Place) {
    let [ada, grace, _] = place.three().await;
    let public = place.public_id();
    assert!(is_forbidden(update(&grace, public, name("mine")).await));
    let changed = update(&ada, public, ConversationUpdate { private: Some(true), ..name("Everyone") }).await;
    let changed = changed.expect("changes");
    assert_eq!((changed.name.as_str(), changed.private), ("Everyone", false), "it never becomes private");
    assert!(is_forbidden(place.archive(ada.caller, public, true).await));
    assert!(is_forbidden(place.leave(ada.caller, public).await));
}
