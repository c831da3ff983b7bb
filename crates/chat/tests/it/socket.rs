//! Connected devices: what they hear, and when they are cut off.

use std::collections::HashSet;

use chat::{CloseReason, Delivery, Item, Subscription};
use protocol::{ConversationId, Event, PersonChange, ServerFrame};

use crate::place::{PASSWORD, Person, Place};

/// How many live events may wait for a socket.
const MAX_QUEUED: i64 = 1_000;

/// Connects and listens from now on.
pub(crate) async fn listen(person: &Person) -> Subscription {
    let subscription = person.chat.connect(person.caller).await.expect("connects");
    person.chat.resume(&subscription, None, None, &[]).await.expect("resumes");
    subscription
}

/// The next live event that `wanted` finds something in.
async fn hear<T>(subscription: &Subscription, wanted: impl Fn(&Event) -> Option<T>) -> T {
    loop {
        let Delivery::Items(items) = subscription.deliveries().next().await else { panic!("the socket was closed") };
        let mut events = items.iter().filter_map(|item| match item {
            Item::Event(published) => Some(published.event()),
            Item::Frame(_) => None,
        });
        if let Some(found) = events.find_map(&wanted) {
            return found;
        }
    }
}

/// What closes the socket, whatever is still queued before it.
pub(crate) async fn closed(subscription: &Subscription) -> CloseReason {
    loop {
        if let Delivery::Closed(reason) = subscription.deliveries().next().await {
            return reason;
        }
    }
}

#[tokio::test]
async fn who_reads_too_slowly_is_cut_off_and_nobody_else() {
    let place = Place::on_sqlite().await;
    let [ada, grace, alan] = place.three().await;
    let (slow, quick) = (listen(&grace).await, listen(&alan).await);
    let mut heard = 0;
    for _ in 0..=MAX_QUEUED / 50 {
        ada.count(place.public_id(), 50).await;
        let Delivery::Items(items) = quick.deliveries().next().await else { panic!("the quick one was cut off") };
        heard += items.len();
    }
    assert_eq!(heard, usize::try_from(MAX_QUEUED + 50).expect("fits"));
    let Delivery::Closed(reason) = slow.deliveries().next().await else { panic!("nothing comes before the end") };
    assert_eq!(reason, CloseReason::TooSlow);
}

#[tokio::test]
async fn who_ends_a_sign_in_closes_its_sockets_and_no_others() {
    let place = Place::on_sqlite().await;
    let [phone, grace, _] = place.three().await;
    let (desk, tablet) = (phone.on_another_device().await, phone.on_another_device().await);
    let sockets = [listen(&desk).await, listen(&desk).await, listen(&tablet).await];
    let (own, other) = (listen(&phone).await, listen(&grace).await);

    place.revoke_session(phone.caller, desk.caller.session_id).await.expect("ends it");
    assert_eq!(
        (closed(&sockets[0]).await, closed(&sockets[1]).await),
        (CloseReason::SignedOut, CloseReason::SignedOut)
    );
    place.change_password(phone.caller, PASSWORD, "a new password").await.expect("changes");
    assert_eq!(closed(&sockets[2]).await, CloseReason::SignedOut);

    let message = grace.say(place.public_id(), "still here?").await;
    for socket in [&own, &other] {
        assert_eq!(hear(socket, |event| event.position().map(|(_, rev)| rev)).await, message.rev);
    }
    place.sign_out(phone.caller).await.expect("signs out");
    assert_eq!(closed(&own).await, CloseReason::SignedOut);
    place.deactivate(grace.caller, PASSWORD).await.expect("goes");
    assert_eq!(closed(&other).await, CloseReason::SignedOut);
}

#[tokio::test]
async fn nothing_comes_after_the_end_of_a_sign_in() {
    let place = Place::on_sqlite().await;
    let [ada, grace, _] = place.three().await;
    let socket = listen(&grace).await;
    ada.say(place.public_id(), "queued").await;
    place.sign_out(grace.caller).await.expect("signs out");
    ada.say(place.public_id(), "afterwards").await;
    // A catch-up may have been under way.
    socket.push(&ServerFrame::Welcome { user_id: grace.id(), ping_seconds: 0 });
    for _ in 0..2 {
        assert!(matches!(socket.deliveries().next().await, Delivery::Closed(CloseReason::SignedOut)));
    }
}

#[tokio::test]
async fn a_restart_is_announced_after_what_was_acknowledged() {
    let place = Place::on_sqlite().await;
    let [ada, grace, _] = place.three().await;
    let socket = listen(&grace).await;
    let message = ada.say(place.public_id(), "just in time").await;
    place.close().await;
    assert_eq!(hear(&socket, |event| event.position().map(|(_, rev)| rev)).await, message.rev);
    assert!(matches!(socket.deliveries().next().await, Delivery::Closed(CloseReason::Restarting)));
    assert!(!place.is_ready().await);
}

#[tokio::test]
async fn writing_is_told_to_the_others_only() {
    let place = Place::on_sqlite().await;
    let [ada, grace, _] = place.three().await;
    let (own, other) = (listen(&ada).await, listen(&grace).await);
    place.typing(ada.caller, place.public_id()).await.expect("tells");
    let typing = |event: &Event| match event {
        Event::Typing { conversation_id, user } => Some((*conversation_id, user.id)),
        _ => None,
    };
    assert_eq!(hear(&other, typing).await, (place.public_id(), ada.id()));
    let message = grace.say(place.public_id(), "what?").await;
    // The first that the writer hears is the answer.
    assert_eq!(hear(&own, |event| Some(event.position())).await.map(|(_, rev)| rev), Some(message.rev));
}

#[tokio::test]
async fn whoever_is_watched_is_seen_to_come_and_go() {
    let place = Place::on_sqlite().await;
    let [ada, grace, _] = place.three().await;
    let socket = listen(&ada).await;
    let presence = |event: &Event| match event {
        Event::Presence { user_id, online } => Some((*user_id, *online)),
        _ => None,
    };
    place.watch(&socket, &[grace.id()]);
    assert_eq!(hear(&socket, presence).await, (grace.id(), false));
    let (phone, desk) = (listen(&grace).await, listen(&grace).await);
    assert_eq!(hear(&socket, presence).await, (grace.id(), true));
    assert_eq!((place.is_online(grace.id()), place.connections()), (true, 3));
    drop(phone);
    assert_eq!(place.connections(), 2);
    drop(desk);
    assert!(place.is_online(grace.id()), "a page that reloads is not a departure");
    assert_eq!(hear(&socket, presence).await, (grace.id(), false), "only once, after a while");
}

#[tokio::test]
async fn ones_other_devices_hear_how_far_one_has_read() {
    let place = Place::on_sqlite().await;
    let [phone, grace, _] = place.three().await;
    let desk = phone.on_another_device().await;
    let (socket, stranger) = (listen(&desk).await, listen(&grace).await);
    grace.say(place.public_id(), "hello").await;
    place.mark_read(phone.caller, place.public_id(), 1).await.expect("notes it");
    let read = |event: &Event| match event {
        Event::Person { change: PersonChange::Read { conversation_id, seq }, .. } => Some((*conversation_id, *seq)),
        _ => None,
    };
    assert_eq!(hear(&socket, read).await, (place.public_id(), 1));
    let last = grace.say(place.public_id(), "bye").await;
    let heard = hear(&stranger, |event| match event {
        Event::Person { .. } => panic!("that is nobody else’s business"),
        event => event.position().filter(|(_, rev)| *rev == last.rev),
    });
    heard.await;
}

/// Everything about a conversation that reached the socket, live or caught up: its numbers.
async fn numbers_of(subscription: &Subscription, id: ConversationId) -> HashSet<i64> {
    let mark = ServerFrame::Welcome { user_id: subscription.caller().user_id, ping_seconds: 0 };
    subscription.push(&mark);
    let mut numbers = HashSet::new();
    let mut note = |event: &Event| {
        if let Event::Conversation { conversation_id, rev, .. } = event
            && *conversation_id == id
        {
            numbers.insert(*rev);
        }
    };
    loop {
        let Delivery::Items(items) = subscription.deliveries().next().await else { panic!("the socket was closed") };
        for item in items {
            match item {
                Item::Event(published) => note(published.event()),
                Item::Frame(frame) => match serde_json::from_str(&frame).expect("is a frame") {
                    ServerFrame::CaughtUp { events, .. } => events.iter().for_each(&mut note),
                    frame if frame == mark => return numbers,
                    _ => {}
                },
            }
        }
    }
}

/// Removal races with what is said, with connecting and with catching up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_removed_hears_nothing_that_comes_after() {
    let place = Place::on_sqlite().await;
    let [ada, grace, _] = place.three().await;
    let room = ada.private_room("secret").await;
    for round in 0..60 {
        ada.add(room, &grace).await;
        ada.say(room, "something to catch up with").await;
        let known = ada.sees(room).await.rev;
        let cursor = protocol::Cursor { conversation_id: room, rev: known - 1, rows: true };
        let before = listen(&grace).await;
        let connect = {
            let (chat, caller) = (grace.chat.clone(), grace.caller);
            tokio::spawn(async move {
                let subscription = chat.connect(caller).await.expect("connects");
                // So many that the removal falls between the first and the last.
                chat.resume(&subscription, None, None, &[cursor; 32]).await.expect("resumes");
                subscription
            })
        };
        ada.count(room, round % 6).await;
        ada.remove(room, &grace).await;
        ada.count(room, 6).await;
        let during = connect.await.expect("connects");
        let removal = removal_of(&ada, &grace, room, known).await;
        for socket in [&before, &during] {
            let numbers = numbers_of(socket, room).await;
            let beyond: Vec<_> = numbers.into_iter().filter(|number| *number >= removal).collect();
            assert!(beyond.is_empty(), "removed at {removal}, but heard {beyond:?}");
        }
    }
}

/// The number under which the room noted the removal.
async fn removal_of(ada: &Person, grace: &Person, room: ConversationId, since: i64) -> i64 {
    let subscription = ada.chat.connect(ada.caller).await.expect("connects");
    let cursor = protocol::Cursor { conversation_id: room, rev: since, rows: true };
    ada.chat.resume(&subscription, None, None, &[cursor]).await.expect("resumes");
    let Delivery::Items(items) = subscription.deliveries().next().await else { panic!("the socket was closed") };
    let Some(Item::Frame(frame)) = items.first() else { panic!("no catch-up") };
    let ServerFrame::CaughtUp { events, .. } = serde_json::from_str(frame).expect("is a frame") else {
        panic!("no catch-up: {frame}")
    };
    let removal = events.iter().find_map(|event| match event {
        Event::Conversation { rev, change: protocol::ConversationChange::Member { member, .. }, .. } => {
            (member.user_id == grace.id()).then_some(*rev)
        }
        _ => None,
    });
    removal.expect("was removed")
}
