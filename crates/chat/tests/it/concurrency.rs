//! Many at once: one order for everyone, and whoever is refused disturbs nobody.

use std::{cell::Cell, collections::HashSet};

use chat::{Chat, Delivery, Device, Draft, Environment, Item, NewRoom};
use protocol::{ConversationChange, Event};

use crate::place::{Person, Place, invalid_field, refusal, settings};

/// So many send at the same time, so many messages each.
const SENDERS: usize = 64;
const EACH: usize = 12;

crate::on_both_databases! {
    everything_said_at_once_has_a_place_in_one_order
    a_refused_change_leaves_those_around_it
    a_rooms_name_goes_to_one_of_those_who_want_it
}

/// Everything that was said, as `(seq, body)` in the order in which a socket heard it.
async fn heard(subscription: &chat::Subscription, count: usize) -> Vec<(i64, String)> {
    let mut heard = Vec::new();
    while heard.len() < count {
        let Delivery::Items(items) = subscription.deliveries().next().await else { panic!("the socket was closed") };
        for item in items {
            let Item::Event(published) = item else { continue };
            if let Event::Conversation { change: ConversationChange::Message { message }, .. } = published.event() {
                heard.push((message.seq, message.body.clone()));
            }
        }
    }
    heard
}

async fn everything_said_at_once_has_a_place_in_one_order(place: Place) {
    let [ada, grace, _] = place.three().await;
    let public = place.public_id();
    let listener = place.connect(grace.caller).await.expect("connects");
    place.resume(&listener, None, None, &[]).await.expect("resumes");

    let sender = |n: usize| {
        let ada = ada.clone();
        tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            for m in 0..EACH {
                let body = format!("{n}.{m}");
                let draft = Draft { client_id: Some(body.clone()), ..Draft::of(public, body) };
                let message = ada.chat.send(ada.caller, draft).await.expect("is acknowledged");
                acknowledged.push((message.seq, message.body));
            }
            acknowledged
        })
    };
    let senders: Vec<_> = (0..SENDERS).map(sender).collect();
    let events = heard(&listener, SENDERS * EACH).await;
    let mut acknowledged = Vec::new();
    for sender in senders {
        let own = sender.await.expect("sends all");
        assert!(own.is_sorted(), "each one’s messages keep their order");
        acknowledged.extend(own);
    }
    acknowledged.sort();
    let numbers: Vec<_> = acknowledged.iter().map(|(seq, _)| *seq).collect();
    assert!(numbers.iter().copied().eq(1..=i64::try_from(SENDERS * EACH).expect("fits")), "dense: {numbers:?}");
    assert_eq!(events, acknowledged, "everyone hears them in that order, once");
}

async fn a_refused_change_leaves_those_around_it(place: Place) {
    let ada = place.user("ada").await;
    let said = futures::future::join_all((0..60).map(|n| {
        let body = if n % 3 == 0 { String::from(" ") } else { n.to_string() };
        let (ada, place) = (&ada, &place);
        async move {
            // The second sort is refused inside the transaction, the first before it.
            let id = if n % 3 == 1 { protocol::ConversationId(987_654) } else { place.public_id() };
            ada.try_say(id, &body).await.map(|message| message.body)
        }
    }));
    let said: HashSet<_> = said.await.into_iter().filter_map(Result::ok).collect();
    assert_eq!(said, (0..60).filter(|n| n % 3 == 2).map(|n| n.to_string()).collect());
    let history = place.history(ada.caller, place.public_id(), protocol::Position::Latest).await.expect("reads");
    let stored: HashSet<_> = history.messages.into_iter().map(|message| message.body).collect();
    assert_eq!(stored, said);
}

async fn a_rooms_name_goes_to_one_of_those_who_want_it(place: Place) {
    let ada = place.user("ada").await;
    let wanting = (0..20).map(|_| {
        let new = NewRoom { name: "lab".to_owned(), ..NewRoom::default() };
        place.create_room(ada.caller, new)
    });
    let (made, refused): (Vec<_>, Vec<_>) =
        futures::future::join_all(wanting).await.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), refused.len()), (1, 19));
    for result in refused {
        assert_eq!(invalid_field(result), "name");
    }
    let start = place.start(ada.caller, None).await.expect("starts");
    assert_eq!(start.entries.len(), 2, "the public chat and one room");
}

thread_local! {
    static UNLUCKY: Cell<bool> = const { Cell::new(false) };
}

/// Chance that fails when a test says so, in the midst of a change.
fn chance(buffer: &mut [u8]) {
    assert!(!UNLUCKY.get(), "out of luck, as the test wants it");
    buffer.fill(4);
}

#[tokio::test]
async fn a_change_that_panics_takes_nobody_with_it() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let environment = Environment { now: crate::place::now, random: chance };
    let chat =
        Chat::open(settings(crate::database::sqlite(folder.path()), folder.path()), environment).await.expect("opens");
    let form = chat::SignUp { username: "ada".into(), password: crate::place::PASSWORD.into(), ..Default::default() };
    let signed_in = chat.sign_up(form, Device::default()).await.expect("signs up");
    let ada = Person::of(&chat, signed_in);

    UNLUCKY.set(true);
    let (before, renewed, after) =
        futures::join!(ada.say(chat.public_id(), "1"), chat.renew(ada.caller), ada.say(chat.public_id(), "2"));
    assert!(refusal(renewed).is_passing());
    assert_eq!((before.seq, after.seq), (1, 2));
    UNLUCKY.set(false);
    chat.renew(ada.caller).await.expect("and the writer goes on");
}
