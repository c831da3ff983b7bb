//! Reading back: any stretch of a conversation, wherever it lies.

use chat::AccountUpdate;
use protocol::{ConversationId, History, PAGE_SIZE, Position};

use crate::place::{Person, Place, is_not_found};

crate::on_both_databases! {
    an_empty_conversation_begins_and_ends_at_once
    a_short_one_fits_on_a_page
    the_newest_page_ends_with_the_last_message
    pages_before_adjoin_down_to_the_first_message
    pages_after_adjoin_up_to_the_last_message
    positions_beyond_the_ends_are_the_ends
    a_message_stands_amid_those_around_it
    the_first_unread_message_has_some_that_were_read_above_it
    a_page_tells_who_speaks_and_who_looks
    a_page_is_as_long_as_it_is_asked_for
    a_page_that_was_read_before_shows_what_changed_since
    a_page_that_was_read_before_is_kept_from_who_may_no_longer_read_it
}

/// `(first, last, at_oldest, at_newest)`; an empty page is `(0, 0, …)`.
fn outline(history: &History) -> (i64, i64, bool, bool) {
    let numbers: Vec<_> = history.messages.iter().map(|message| message.seq).collect();
    let first = numbers.first().copied().unwrap_or_default();
    assert!(numbers.iter().zip(first..).all(|(seq, expected)| *seq == expected), "without holes: {numbers:?}");
    (first, numbers.last().copied().unwrap_or_default(), history.at_oldest, history.at_newest)
}

async fn read(person: &Person, id: ConversationId, position: Position) -> (i64, i64, bool, bool) {
    outline(&person.chat.history(person.caller, id, position).await.expect("reads"))
}

async fn room_of(place: &Place, messages: i64) -> (Person, ConversationId) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    ada.count(room, messages).await;
    (ada, room)
}

async fn an_empty_conversation_begins_and_ends_at_once(place: Place) {
    let (ada, room) = room_of(&place, 0).await;
    for position in [Position::Latest, Position::Unread, Position::Before(1), Position::After(0), Position::After(9)] {
        assert_eq!(read(&ada, room, position).await, (0, 0, true, true), "{position:?}");
    }
}

async fn a_short_one_fits_on_a_page(place: Place) {
    let (ada, room) = room_of(&place, 3).await;
    for position in [Position::Latest, Position::Unread, Position::Before(4), Position::After(0)] {
        assert_eq!(read(&ada, room, position).await, (1, 3, true, true), "{position:?}");
    }
}

async fn the_newest_page_ends_with_the_last_message(place: Place) {
    let (ada, room) = room_of(&place, PAGE_SIZE).await;
    assert_eq!(read(&ada, room, Position::Latest).await, (1, PAGE_SIZE, true, true));
    ada.say(room, "one more").await;
    assert_eq!(read(&ada, room, Position::Latest).await, (2, PAGE_SIZE + 1, false, true));
}

async fn pages_before_adjoin_down_to_the_first_message(place: Place) {
    let (ada, room) = room_of(&place, 120).await;
    assert_eq!(read(&ada, room, Position::Latest).await, (71, 120, false, true));
    assert_eq!(read(&ada, room, Position::Before(71)).await, (21, 70, false, false));
    assert_eq!(read(&ada, room, Position::Before(21)).await, (1, 20, true, false));
    assert_eq!(read(&ada, room, Position::Before(1)).await, (0, 0, true, false));
}

async fn pages_after_adjoin_up_to_the_last_message(place: Place) {
    let (ada, room) = room_of(&place, 120).await;
    assert_eq!(read(&ada, room, Position::After(0)).await, (1, 50, true, false));
    assert_eq!(read(&ada, room, Position::After(50)).await, (51, 100, false, false));
    assert_eq!(read(&ada, room, Position::After(100)).await, (101, 120, false, true));
    assert_eq!(read(&ada, room, Position::After(120)).await, (0, 0, false, true));
}

async fn positions_beyond_the_ends_are_the_ends(place: Place) {
    let (ada, room) = room_of(&place, 60).await;
    for seq in [61, 62, 1_000, i64::MAX] {
        assert_eq!(read(&ada, room, Position::Before(seq)).await, (11, 60, false, true), "before {seq}");
    }
    for seq in [0, -1, -1_000, i64::MIN] {
        assert_eq!(read(&ada, room, Position::After(seq)).await, (1, 50, true, false), "after {seq}");
    }
    assert_eq!(read(&ada, room, Position::Before(i64::MIN)).await, (0, 0, true, false));
    assert_eq!(read(&ada, room, Position::After(i64::MAX)).await, (0, 0, false, true));
}

async fn a_message_stands_amid_those_around_it(place: Place) {
    let (ada, room) = room_of(&place, 120).await;
    let all = [
        place.history(ada.caller, room, Position::After(0)).await,
        place.history(ada.caller, room, Position::After(50)).await,
    ];
    let message = |seq: i64| {
        let mut messages = all.iter().flat_map(|page| &page.as_ref().expect("reads").messages);
        messages.find(|message| message.seq == seq).expect("is there").id
    };
    assert_eq!(read(&ada, room, Position::Around(message(60))).await, (35, 84, false, false));
    assert_eq!(read(&ada, room, Position::Around(message(1))).await, (1, 25, true, false));
    assert_eq!(read(&ada, room, Position::Around(message(100))).await, (75, 120, false, true));
    let elsewhere = ada.say(place.public_id(), "elsewhere").await.id;
    assert!(is_not_found(place.history(ada.caller, room, Position::Around(elsewhere)).await));
}

async fn the_first_unread_message_has_some_that_were_read_above_it(place: Place) {
    let (ada, room) = room_of(&place, 100).await;
    let grace = place.user("grace").await;
    assert_eq!(read(&grace, room, Position::Unread).await, (51, 100, false, true), "who only looks in sees the newest");
    grace.join(room).await;
    assert_eq!(read(&grace, room, Position::Unread).await, (51, 100, false, true), "all is read");
    ada.count(room, 40).await;
    assert_eq!(read(&grace, room, Position::Unread).await, (91, 140, false, true), "what is unread fits");
    ada.count(room, 1).await;
    assert_eq!(
        read(&grace, room, Position::Unread).await,
        (91, 140, false, false),
        "it doesn’t: from the first one on"
    );
    ada.count(room, 100).await;
    assert_eq!(read(&grace, room, Position::Unread).await, (91, 140, false, false));
}

async fn a_page_tells_who_speaks_and_who_looks(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let group = ada.group_with(&[&grace, &alan]).await;
    ada.say(group, "1").await;
    grace.say(group, "2").await;
    let page = place.page(grace.caller, group, Position::Latest).await.expect("opens");
    assert_eq!((page.role, page.read_seq), (Some(protocol::Role::Member), 2));
    let ids = |users: &[protocol::User]| users.iter().map(|user| user.id).collect::<Vec<_>>();
    assert_eq!(ids(&page.people), [ada.id(), grace.id(), alan.id()]);
    assert_eq!(ids(&page.history.users), [ada.id(), grace.id()], "those who spoke");
    assert_eq!(page.conversation, grace.sees(group).await);

    let room = ada.room("lab").await;
    let page = place.page(grace.caller, room, Position::Unread).await.expect("looks in");
    assert_eq!((page.role, page.read_seq, page.people.len()), (None, 0, 0));
}

async fn a_page_is_as_long_as_it_is_asked_for(place: Place) {
    let (ada, room) = room_of(&place, 210).await;
    let grace = place.user("grace").await;
    grace.join(room).await;
    ada.count(room, 5).await;
    let middle = place.history(ada.caller, room, Position::After(99)).await.expect("reads").messages[0].clone();
    for (position, limit, expected) in [
        (Position::Latest, 1, (215, 215, false, true)),
        (Position::Latest, 200, (16, 215, false, true)),
        (Position::Latest, 1_000, (16, 215, false, true)),
        (Position::Latest, -5, (215, 215, false, true)),
        (Position::Before(4), 2, (2, 3, false, false)),
        (Position::After(4), 2, (5, 6, false, false)),
        (Position::Around(middle.id), 1, (100, 100, false, false)),
        (Position::Around(middle.id), 3, (99, 101, false, false)),
        (Position::Unread, 1, (211, 211, false, false)),
        (Position::Unread, 4, (209, 212, false, false)),
        (Position::Unread, 10, (206, 215, false, true)),
    ] {
        let history = place.history_page(grace.caller, room, position, limit).await.expect("reads");
        assert_eq!(outline(&history), expected, "{position:?} {limit}");
    }
}

async fn a_page_that_was_read_before_shows_what_changed_since(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let [first, second] = [ada.say(room, "one").await, ada.say(room, "two").await];
    let latest = async || place.history(ada.caller, room, Position::Latest).await.expect("reads");
    let bodies = |history: &History| history.messages.iter().map(|message| message.body.clone()).collect::<Vec<_>>();
    assert_eq!(bodies(&latest().await), ["one", "two"]);

    place.edit(ada.caller, first.id, "uno").await.expect("edits");
    assert_eq!(bodies(&latest().await), ["uno", "two"]);
    place.react(ada.caller, first.id, "👍", true).await.expect("reacts");
    assert_eq!(latest().await.messages[0].reactions.len(), 1);
    place.delete(ada.caller, second.id).await.expect("deletes");
    assert_eq!(bodies(&latest().await), ["uno", ""]);

    let update = AccountUpdate { display_name: Some("Ada Lovelace".to_owned()), ..AccountUpdate::default() };
    place.update_account(ada.caller, update).await.expect("is renamed");
    assert_eq!(latest().await.users[0].display_name, "Ada Lovelace");
}

async fn a_page_that_was_read_before_is_kept_from_who_may_no_longer_read_it(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let group = ada.group_with(&[&grace, &alan]).await;
    ada.say(group, "among us").await;
    let page = place.history(grace.caller, group, Position::Latest).await.expect("reads");
    grace.leave(group).await;
    assert!(is_not_found(place.history(grace.caller, group, Position::Latest).await));
    let still = place.history(alan.caller, group, Position::Latest).await.expect("reads");
    assert_eq!(still.messages, page.messages);
}
