//! What one takes part in, with whom, and what transports know of it.

use std::sync::Arc;

use chat::Nature;
use protocol::{Kind, UserId};

use crate::{
    place::{NOWHERE, Place, pass},
    socket::listen,
};

crate::on_both_databases! {
    ones_conversations_are_those_that_one_is_in
    participants_stand_in_the_order_in_which_they_came
    the_nature_of_a_conversation_is_remembered
    who_is_connected_hears_of_what_they_are_in
}

async fn ones_conversations_are_those_that_one_is_in(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let (room, direct) = (ada.room("lab").await, grace.direct_with(&ada).await);
    alan.room("elsewhere").await;
    let entries = place.conversations(ada.caller).await.expect("lists");
    let ids: Vec<_> = entries.iter().map(|entry| entry.conversation.id).collect();
    assert_eq!(ids, [place.public_id(), room, direct]);
    assert_eq!(entries, place.start(ada.caller, None).await.expect("starts").entries);
    ada.leave(room).await;
    assert_eq!(place.conversations(ada.caller).await.expect("lists").len(), 2);
}

async fn participants_stand_in_the_order_in_which_they_came(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let group = alan.group_with(&[&grace]).await;
    pass(1_000);
    alan.add(group, &ada).await;
    let (direct, room) = (ada.direct_with(&grace).await, ada.room("lab").await);
    alan.direct_with(&grace).await;

    let listed = place.participants(ada.caller, &[Kind::Direct, Kind::Group]).await.expect("lists");
    let people = |n: usize| listed[n].1.iter().map(|person| person.username.as_str()).collect::<Vec<_>>();
    assert_eq!(listed.iter().map(|(conversation, _)| conversation.id).collect::<Vec<_>>(), [group, direct]);
    assert_eq!((people(0), people(1)), (vec!["grace", "alan", "ada"], vec!["ada", "grace"]));
    assert_eq!(listed[0].1[2].joined_at, crate::place::now());

    grace.leave(group).await;
    let listed = place.participants(ada.caller, &[Kind::Group]).await.expect("lists");
    assert_eq!(listed[0].1.iter().map(|person| person.user_id).collect::<Vec<_>>(), [alan.id(), ada.id()]);
    let listed = place.participants(ada.caller, &[Kind::Room]).await.expect("lists");
    assert_eq!((listed.len(), listed[0].0.id), (1, room));
    assert!(place.participants(ada.caller, &[]).await.expect("lists").is_empty());
}

async fn the_nature_of_a_conversation_is_remembered(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = grace.room("lab").await;
    let nature = |kind, people: Option<(UserId, UserId)>| Nature { kind, project_id: None, people };
    let direct = place.nature(grace.direct_with(&ada).await).await.expect("knows it");
    assert_eq!(*direct, nature(Kind::Direct, Some((ada.id(), grace.id()))));
    assert_eq!(*place.nature(place.public_id()).await.expect("knows it"), nature(Kind::Public, None));
    let first = place.nature(room).await.expect("knows it");
    assert_eq!(*first, nature(Kind::Room, None));
    assert!(Arc::ptr_eq(&first, &place.nature(room).await.expect("knows it")), "asked for once");
    assert!(place.nature(NOWHERE).await.is_err());
}

async fn who_is_connected_hears_of_what_they_are_in(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.room("lab").await;
    assert!(!place.hears(ada.id(), room), "nobody is connected");
    let _ears = (listen(&ada).await, listen(&grace).await);
    assert!(place.hears(ada.id(), room) && !place.hears(grace.id(), room));
    grace.join(room).await;
    assert!(place.hears(grace.id(), room));
    grace.leave(room).await;
    assert!(!place.hears(grace.id(), room));
}
