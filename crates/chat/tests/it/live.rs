//! Catching up: exactly what was missed, or a clear word that it is too much.

use chat::{Delivery, Item, Subscription};
use protocol::{
    Applied, ConversationChange, ConversationId, Cursor, Error, Event, PersonChange, Position, ServerFrame, State,
    Stream,
};

use crate::place::{Person, Place, refusal};

crate::on_both_databases! {
    whoever_missed_nothing_is_told_nothing
    what_was_missed_comes_once_as_it_is_now
    whoever_holds_no_messages_gets_the_conversation_alone
    whoever_missed_too_much_starts_afresh
    a_cursor_from_another_life_starts_afresh
    a_conversation_that_is_ones_own_no_longer_is_passed_over
    one_learns_of_what_one_came_to_and_lost_while_away
    one_learns_of_people_who_came_or_changed
    what_happens_live_waits_behind_the_catch_up
    a_hole_can_be_asked_about_at_any_time
    a_page_that_was_overtaken_shows_as_a_hole
    an_answer_that_was_overtaken_takes_nothing_back
    a_resume_names_ten_thousand_conversations_at_most
}

pub(crate) const fn rows(conversation_id: ConversationId, rev: i64) -> Cursor {
    Cursor { conversation_id, rev, rows: true }
}

fn stream_of(conversation_id: ConversationId) -> Stream {
    Stream::Conversation { conversation_id }
}

pub(crate) async fn connect(person: &Person) -> Subscription {
    person.chat.connect(person.caller).await.expect("connects")
}

/// All that has queued, with live events as the frames that they go out as.
pub(crate) async fn queued(subscription: &Subscription) -> Vec<ServerFrame> {
    let mark = ServerFrame::Welcome { user_id: subscription.caller().user_id, ping_seconds: 0 };
    subscription.push(&mark);
    let mut frames = Vec::new();
    while frames.last() != Some(&mark) {
        let Delivery::Items(items) = subscription.deliveries().next().await else { panic!("the socket was closed") };
        frames.extend(items.into_iter().map(|item| match item {
            Item::Event(published) => ServerFrame::Event(published.event().clone()),
            Item::Frame(frame) => serde_json::from_str(&frame).expect("is a frame"),
        }));
    }
    frames.pop();
    frames
}

/// What a fresh connection that resumes from these cursors gets.
async fn resumed(person: &Person, own: Option<i64>, place: Option<i64>, cursors: &[Cursor]) -> Vec<ServerFrame> {
    let subscription = connect(person).await;
    person.chat.resume(&subscription, own, place, cursors).await.expect("resumes");
    queued(&subscription).await
}

/// The cursors that a fresh page holds: the person's and the place's.
async fn cursors(person: &Person) -> (i64, i64) {
    let start = person.chat.start(person.caller, None).await.expect("starts");
    (start.person_rev, start.place_rev)
}

fn caught_up(frame: &ServerFrame) -> (Stream, i64, &[Event]) {
    let ServerFrame::CaughtUp { stream, rev, events } = frame else { panic!("not a catch-up: {frame:?}") };
    (*stream, *rev, events)
}

async fn whoever_missed_nothing_is_told_nothing(place: Place) {
    let ada = place.user("ada").await;
    let (own, all) = cursors(&ada).await;
    let rev = ada.sees(place.public_id()).await.rev;
    for holds_rows in [true, false] {
        let cursor = Cursor { conversation_id: place.public_id(), rev, rows: holds_rows };
        assert_eq!(resumed(&ada, Some(own), Some(all), &[cursor]).await, []);
    }
}

async fn what_was_missed_comes_once_as_it_is_now(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let room = ada.room("lab").await;
    grace.join(room).await;
    let old = ada.say(room, "old").await;
    ada.say(room, "untouched").await;
    let cursor = ada.sees(room).await.rev;

    let new = grace.say(room, "new").await;
    place.edit(ada.caller, old.id, "edited").await.expect("edits");
    alan.join(room).await;
    let old = place.react(grace.caller, old.id, "👍", true).await.expect("reacts");
    let new = place.delete(ada.caller, new.id).await.expect("deletes");
    alan.leave(room).await;

    let frames = resumed(&ada, None, None, &[rows(room, cursor)]).await;
    let [frame] = frames.as_slice() else { panic!("{frames:?}") };
    let (stream, rev, events) = caught_up(frame);
    assert_eq!((stream, rev), (stream_of(room), ada.sees(room).await.rev));
    let [
        Event::Conversation { change: first, users, .. },
        Event::Conversation { change: second, .. },
        Event::Conversation { change: third, .. },
    ] = events
    else {
        panic!("{events:?}")
    };
    assert_eq!(first, &ConversationChange::Message { message: Box::new(old) });
    assert_eq!(second, &ConversationChange::Message { message: Box::new(new) });
    let ConversationChange::Member { member, member_count } = third else { panic!("{third:?}") };
    assert_eq!((member.user_id, member.left_at.is_some(), *member_count), (alan.id(), true, 2));
    let named: Vec<_> = users.iter().map(|user| user.id).collect();
    assert_eq!(named, [ada.id(), grace.id(), alan.id()], "all whom it names, with the first event");
}

async fn whoever_holds_no_messages_gets_the_conversation_alone(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.room("lab").await;
    grace.join(room).await;
    let cursor = Cursor { conversation_id: room, rev: ada.sees(room).await.rev, rows: false };
    grace.count(room, 3).await;
    ada.on_another_device().await.say(room, "4").await;
    grace.count(room, 600).await;
    let frames = resumed(&ada, None, None, &[cursor]).await;
    let conversation = ada.sees(room).await;
    let rev = conversation.rev;
    let change = ConversationChange::Conversation { conversation: Box::new(conversation) };
    let about = Event::Conversation { conversation_id: room, rev, change, users: Vec::new() };
    let change = PersonChange::Read { conversation_id: room, seq: 4 };
    let read = Event::Person { rev: 0, change, users: Vec::new() };
    assert_eq!(frames, [ServerFrame::CaughtUp { stream: stream_of(room), rev, events: vec![about, read] }]);
}

async fn whoever_missed_too_much_starts_afresh(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let cursor = ada.sees(room).await.rev;
    ada.count(room, 500).await;
    let frames = resumed(&ada, None, None, &[rows(room, cursor)]).await;
    assert_eq!(caught_up(&frames[0]).2.len(), 500, "so many are still told one by one");
    ada.say(room, "one more").await;
    let frames = resumed(&ada, None, None, &[rows(room, cursor)]).await;
    assert_eq!(frames, [ServerFrame::Reset { stream: stream_of(room) }]);
}

async fn a_cursor_from_another_life_starts_afresh(place: Place) {
    let ada = place.user("ada").await;
    let frames = resumed(&ada, Some(999), Some(999), &[rows(place.public_id(), 999)]).await;
    let streams = [Stream::Place, Stream::Person, stream_of(place.public_id())];
    assert_eq!(frames, streams.map(|stream| ServerFrame::Reset { stream }));
}

async fn a_conversation_that_is_ones_own_no_longer_is_passed_over(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let secret = ada.private_room("secret").await;
    let open = ada.room("lab").await;
    ada.add(secret, &grace).await;
    let (own, _) = cursors(&grace).await;
    ada.say(secret, "between us").await;
    ada.remove(secret, &grace).await;
    ada.say(open, "hello").await;
    for (person, id) in [(&grace, secret), (&alan, secret), (&alan, open)] {
        assert_eq!(resumed(person, None, None, &[rows(id, 0)]).await, []);
    }
    let frames = resumed(&grace, Some(own), None, &[rows(secret, 0)]).await;
    let [frame] = frames.as_slice() else { panic!("{frames:?}") };
    let gone = PersonChange::Gone { conversation_id: secret };
    let (_, rev, events) = caught_up(frame);
    assert_eq!(events, [Event::Person { rev, change: gone, users: Vec::new() }]);
}

async fn one_learns_of_what_one_came_to_and_lost_while_away(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let left = ada.room("left").await;
    grace.join(left).await;
    let (own, _) = cursors(&grace).await;
    let group = ada.group_with(&[&grace, &alan]).await;
    ada.remove(left, &grace).await;
    let passing = ada.room("passing").await;
    ada.add(passing, &grace).await;
    ada.remove(passing, &grace).await;
    ada.say(place.public_id(), "hello").await;
    place.mark_read(grace.caller, place.public_id(), 1).await.expect("notes it");

    let frames = resumed(&grace, Some(own), None, &[]).await;
    let [frame] = frames.as_slice() else { panic!("{frames:?}") };
    let (stream, rev, events) = caught_up(frame);
    assert_eq!((stream, rev), (Stream::Person, cursors(&grace).await.0));
    let entry = |entry| PersonChange::Entry { entry: Box::new(entry) };
    let changes: Vec<_> = events
        .iter()
        .map(|event| match event {
            Event::Person { change, .. } => change.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        entry(grace.entry(group).await.expect("is in")),
        PersonChange::Gone { conversation_id: left },
        PersonChange::Gone { conversation_id: passing },
        entry(grace.entry(place.public_id()).await.expect("is in")),
    ];
    assert_eq!(changes, expected);
}

async fn one_learns_of_people_who_came_or_changed(place: Place) {
    let [ada, grace, _] = place.three().await;
    let (own, all) = cursors(&ada).await;
    let late = place.user("late").await;
    let update = chat::AccountUpdate { display_name: Some("Rear Admiral".to_owned()), ..Default::default() };
    let changed = place.update_account(grace.caller, update).await.expect("changes").user;
    let frames = resumed(&ada, Some(own), Some(all), &[]).await;
    let events = [late.user, changed].map(|user| Event::Place { rev: user.rev, user });
    let rev = cursors(&ada).await.1;
    assert_eq!(frames, [ServerFrame::CaughtUp { stream: Stream::Place, rev, events: events.to_vec() }]);
}

async fn what_happens_live_waits_behind_the_catch_up(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let cursor = ada.sees(room).await.rev;
    let missed = ada.say(room, "missed").await;
    let subscription = connect(&ada).await;
    ada.say(room, "while connecting").await;
    assert_eq!(queued(&subscription).await, [], "nothing before the first resume");
    place.resume(&subscription, None, None, &[rows(room, cursor)]).await.expect("resumes");
    let last = ada.say(room, "live").await;

    let frames = queued(&subscription).await;
    let revs: Vec<_> = frames
        .iter()
        .map(|frame| match frame {
            ServerFrame::Event(event) => event.position().map_or(0, |(_, rev)| rev),
            frame => -caught_up(frame).1,
        })
        .collect();
    // Negative: the catch-up. What happened before it comes again after it, which does no harm.
    assert_eq!(revs, [-(missed.rev + 1), missed.rev + 1, last.rev]);
}

async fn a_hole_can_be_asked_about_at_any_time(place: Place) {
    let ada = place.user("ada").await;
    let subscription = connect(&ada).await;
    place.resume(&subscription, None, None, &[]).await.expect("resumes");
    let first = ada.say(place.public_id(), "1").await;
    let second = ada.say(place.public_id(), "2").await;
    assert_eq!(queued(&subscription).await.len(), 2);
    place.resume(&subscription, None, None, &[rows(place.public_id(), first.rev)]).await.expect("resumes");
    let frames = queued(&subscription).await;
    let (_, rev, events) = caught_up(&frames[0]);
    assert_eq!((rev, events.len()), (second.rev, 1));
}

async fn a_resume_names_ten_thousand_conversations_at_most(place: Place) {
    let ada = place.user("ada").await;
    let subscription = connect(&ada).await;
    let cursors = vec![rows(place.public_id(), 0); 10_001];
    let refused = refusal(place.resume(&subscription, None, None, &cursors).await);
    assert!(matches!(refused, Error::Invalid { field, .. } if field == "conversations"));
}

/// Takes in what has queued; returns the streams in which something is missing.
async fn take_in(state: &mut State, subscription: &Subscription) -> Vec<Stream> {
    let mut holes = Vec::new();
    for frame in queued(subscription).await {
        match frame {
            ServerFrame::Event(event) => {
                if let Applied::Hole(stream) = state.apply(&event) {
                    holes.push(stream);
                }
            }
            ServerFrame::CaughtUp { stream, rev, events } => state.catch_up(stream, rev, &events),
            other => panic!("{other:?}"),
        }
    }
    holes
}

/// A page of theirs, opened at a position, and a socket that keeps it current.
async fn looking_at(person: &Person, id: ConversationId, position: Position) -> (State, Subscription) {
    let start = person.chat.start(person.caller, Some((id, position))).await.expect("starts");
    let state = State::new(start);
    let subscription = connect(person).await;
    let cursors = state.cursors();
    let (own, all) = (Some(state.person_rev), Some(state.place_rev));
    person.chat.resume(&subscription, own, all, &cursors).await.expect("resumes");
    (state, subscription)
}

async fn a_page_that_was_overtaken_shows_as_a_hole(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    ada.count(room, 120).await;
    let last_of_first_page = place.history(ada.caller, room, Position::After(0)).await.expect("reads");
    let around = last_of_first_page.messages[49].id;
    let (mut state, subscription) = looking_at(&ada, room, Position::Around(around)).await;

    // Both pages are under way when an old message changes and a new one comes; what tells of it is there first.
    let older = place.history(ada.caller, room, Position::Before(25)).await.expect("reads");
    let newer = place.history(ada.caller, room, Position::After(74)).await.expect("reads");
    place.edit(ada.caller, last_of_first_page.messages[4].id, "edited").await.expect("edits");
    ada.say(room, "new").await;
    assert_eq!(take_in(&mut state, &subscription).await, []);
    assert_eq!(state.extend(room, older), Applied::Hole(stream_of(room)));
    assert_eq!(state.extend(room, newer), Applied::Changed, "the cursor lies before both by now");

    place.resume(&subscription, None, None, &state.cursors()).await.expect("resumes");
    assert_eq!(take_in(&mut state, &subscription).await, []);
    let window = &state.windows[&room];
    assert_eq!((window.messages.len(), window.at_oldest, window.at_newest), (121, true, true));
    assert_eq!(window.messages[4].body, "edited");
    assert_eq!(window.messages[120].body, "new");
    assert_eq!(Some(&state.entries[&room]), ada.entry(room).await.as_ref());
}

async fn an_answer_that_was_overtaken_takes_nothing_back(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let (mut state, subscription) = looking_at(&ada, room, Position::Latest).await;
    let cursor = rows(room, state.entries[&room].conversation.rev);
    ada.rename(room, "old").await;
    take_in(&mut state, &subscription).await;
    // Asked twice, and the second answer is delayed until something newer has come.
    let late = resumed(&ada, None, None, &[cursor]).await;
    ada.rename(room, "new").await;
    take_in(&mut state, &subscription).await;
    let (stream, rev, events) = caught_up(&late[0]);
    state.catch_up(stream, rev, events);
    assert_eq!(Some(&state.entries[&room]), ada.entry(room).await.as_ref());
}
