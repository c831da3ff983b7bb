//! Messages: sent once, edited, deleted, reacted to.

use chat::Draft;
use protocol::{ConversationId, Error, MAX_BODY_BYTES, MessageId, Position, Role};

use crate::place::{NOWHERE, Person, Place, invalid_field, is_conflict, is_forbidden, is_not_found, pass, refusal};

crate::on_both_databases! {
    messages_are_numbered_without_holes
    what_is_stored_is_what_was_typed
    a_body_that_cannot_be_accepted_changes_nothing
    a_retry_gets_the_first_ones_answer
    retries_at_the_same_time_post_once
    a_client_id_belongs_to_its_sender_and_conversation
    a_client_id_is_short_and_visible
    posting_moves_the_conversation_up
    only_the_author_edits
    a_deleted_message_leaves_a_tombstone
    moderators_delete_what_others_said
    what_is_ones_own_is_ones_own_as_long_as_one_may_post
    reactions_stand_in_the_order_in_which_they_came
    a_reaction_counts_once_and_can_be_taken_back
    a_message_has_thirty_kinds_of_reactions_at_most
    a_message_out_of_reach_cannot_be_told_from_a_missing_one
    a_message_is_read_by_its_id
    who_speaks_in_an_open_room_may_join_by_it
    nobody_joins_by_speaking_where_they_may_not
    what_was_not_said_makes_no_member
    messages_are_counted_without_the_deleted_ones
}

async fn send(person: &Person, id: ConversationId, client_id: &str, body: &str) -> chat::Result<protocol::Message> {
    let draft = Draft { client_id: Some(client_id.to_owned()), ..Draft::of(id, body) };
    person.chat.send(person.caller, draft).await
}

async fn messages_are_numbered_without_holes(place: Place) {
    let [ada, grace, _] = place.three().await;
    let (lab, tea) = (ada.room("lab").await, ada.room("tea").await);
    grace.join(lab).await;
    let mut numbers = Vec::new();
    for (person, room) in [(&ada, lab), (&grace, lab), (&ada, tea), (&ada, lab)] {
        assert!(is_not_found(person.try_say(NOWHERE, "lost").await));
        numbers.push(person.say(room, "hello").await.seq);
    }
    assert_eq!(numbers, [1, 2, 1, 3]);
    assert_eq!(ada.sees(lab).await.last_seq, 3);
}

async fn what_is_stored_is_what_was_typed(place: Place) {
    let ada = place.user("ada").await;
    pass(1234);
    let sent = ada.say(place.public_id(), "\n  **bold** ’n’ <b>brave</b> 🚀\r\nand more \n").await;
    assert_eq!(sent.body, "  **bold** ’n’ <b>brave</b> 🚀\nand more");
    assert_eq!((sent.author_id, sent.created_at, sent.edited_at), (ada.id(), crate::place::now(), None));
    assert!(!sent.blocks.is_empty(), "it needs more than its line breaks");
    let history = place.history(ada.caller, place.public_id(), Position::Latest).await.expect("reads");
    assert_eq!(history.messages, [sent]);
}

async fn a_body_that_cannot_be_accepted_changes_nothing(place: Place) {
    let ada = place.user("ada").await;
    let public = place.public_id();
    for body in ["", " \n\t ", "a\0b"] {
        assert_eq!(invalid_field(ada.try_say(public, body).await), "body", "{body:?}");
    }
    let long = "x".repeat(MAX_BODY_BYTES + 1);
    assert!(matches!(refusal(ada.try_say(public, &long).await), Error::TooLarge { .. }));
    let message = ada.say(public, &long[1..]).await;
    assert_eq!(message.seq, 1);
    assert!(matches!(refusal(place.edit(ada.caller, message.id, &long).await), Error::TooLarge { .. }));
    assert_eq!(invalid_field(place.edit(ada.caller, message.id, " ").await), "body");
}

async fn a_retry_gets_the_first_ones_answer(place: Place) {
    let ada = place.user("ada").await;
    let public = place.public_id();
    let first = send(&ada, public, "c1", "hello").await.expect("posts");
    assert_eq!(first.client_id.as_deref(), Some("c1"));
    let again = send(&ada, public, "c1", "hello, changed meanwhile").await.expect("is there already");
    assert_eq!(again, first);
    let edited = place.edit(ada.caller, first.id, "edited").await.expect("edits");
    assert_eq!(send(&ada, public, "c1", "hello").await.expect("is there already"), edited, "as it is now");
    assert_eq!(ada.sees(public).await.last_seq, 1);
}

async fn retries_at_the_same_time_post_once(place: Place) {
    let ada = place.user("ada").await;
    let public = place.public_id();
    let draft = || Draft { client_id: Some("c1".to_owned()), ..Draft::of(public, "hello") };
    let sent = futures::future::join_all((0..16).map(|_| ada.chat.send_once(ada.caller, draft()))).await;
    let sent: Vec<_> = sent.into_iter().map(|sent| sent.expect("answers")).collect();
    assert!(sent.iter().all(|sent| sent.message.seq == 1));
    assert_eq!(sent.iter().filter(|sent| !sent.again).count(), 1, "all but one are told that it was there");
    assert_eq!(ada.sees(place.public_id()).await.last_seq, 1);
}

async fn a_client_id_belongs_to_its_sender_and_conversation(place: Place) {
    let [ada, grace, _] = place.three().await;
    let lab = ada.room("lab").await;
    let first = send(&ada, place.public_id(), "c1", "hello").await.expect("posts");
    let theirs = send(&grace, place.public_id(), "c1", "hello").await.expect("posts");
    assert_ne!(first.id, theirs.id);
    assert!(is_conflict(send(&ada, lab, "c1", "hello").await));
    assert_eq!(ada.sees(lab).await.last_seq, 0);
}

async fn a_client_id_is_short_and_visible(place: Place) {
    let ada = place.user("ada").await;
    for client_id in ["", "a b", "é", "a\n", &"x".repeat(65)] {
        let refused = send(&ada, place.public_id(), client_id, "hello").await;
        assert_eq!(invalid_field(refused), "client_id", "{client_id:?}");
    }
    send(&ada, place.public_id(), &"x".repeat(64), "hello").await.expect("posts");
}

async fn posting_moves_the_conversation_up(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let made = ada.sees(room).await.active_at;
    pass(10);
    let message = ada.say(room, "hello").await;
    pass(10);
    place.edit(ada.caller, message.id, "hello!").await.expect("edits");
    let active_at = ada.sees(room).await.active_at;
    assert_eq!((active_at, active_at.0 - made.0), (message.created_at, 10), "an edit doesn’t");
}

async fn only_the_author_edits(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = grace.room("lab").await;
    ada.join(room).await;
    let message = ada.say(room, "hello").await;
    assert!(is_forbidden(place.edit(grace.caller, message.id, "mine").await), "not even an owner");
    pass(10);
    let edited = place.edit(ada.caller, message.id, "hello *there* ").await.expect("edits");
    assert_eq!((edited.body.as_str(), edited.seq, edited.id), ("hello *there*", message.seq, message.id));
    assert_eq!((edited.created_at, edited.edited_at), (message.created_at, Some(crate::place::now())));
    assert!(edited.rev > message.rev && !edited.blocks.is_empty());
    let same = place.edit(ada.caller, message.id, "hello *there*").await.expect("changes nothing");
    assert_eq!(same, edited);
}

async fn a_deleted_message_leaves_a_tombstone(place: Place) {
    let ada = place.user("ada").await;
    let public = place.public_id();
    let message = send(&ada, public, "c1", "hello").await.expect("posts");
    place.react(ada.caller, message.id, "👍", true).await.expect("reacts");
    place.edit(ada.caller, message.id, "hello, hello").await.expect("edits");
    let deleted = place.delete(ada.caller, message.id).await.expect("deletes");
    assert_eq!((deleted.body.as_str(), deleted.seq), ("", 1));
    assert!(deleted.deleted_at.is_some() && deleted.edited_at.is_none());
    assert!(deleted.blocks.is_empty() && deleted.reactions.is_empty());
    assert_eq!(place.delete(ada.caller, message.id).await.expect("is gone already"), deleted);
    assert!(is_conflict(place.edit(ada.caller, message.id, "back").await));
    assert!(is_conflict(place.react(ada.caller, message.id, "👍", true).await));
    assert_eq!(send(&ada, public, "c1", "hello").await.expect("a retry doesn’t bring it back"), deleted);
    assert_eq!(ada.say(public, "next").await.seq, 2);
    let history = place.history(ada.caller, public, Position::Latest).await.expect("reads");
    assert_eq!(history.messages[0], deleted);
}

async fn moderators_delete_what_others_said(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let room = grace.room("lab").await;
    alan.join(room).await;
    let messages = [alan.say(room, "1").await, alan.say(room, "2").await, grace.say(room, "3").await];
    assert!(is_forbidden(place.delete(alan.caller, messages[2].id).await));
    place.delete(grace.caller, messages[0].id).await.expect("the room’s owner may");
    place.delete(ada.caller, messages[1].id).await.expect("so may the place’s administrator, in an open room");
    let secret = grace.private_room("secret").await;
    let message = grace.say(secret, "x").await;
    assert!(is_not_found(place.delete(ada.caller, message.id).await), "but not in a private one");
}

async fn what_is_ones_own_is_ones_own_as_long_as_one_may_post(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let room = ada.room("lab").await;
    grace.join(room).await;
    alan.join(room).await;
    let message = grace.say(room, "hello").await;
    grace.leave(room).await;
    assert!(is_forbidden(place.edit(grace.caller, message.id, "from outside").await));
    assert!(is_forbidden(place.delete(grace.caller, message.id).await));
    assert!(is_forbidden(place.react(grace.caller, message.id, "👍", true).await));
    grace.join(room).await;
    place.archive(ada.caller, room, true).await.expect("archives");
    assert!(is_forbidden(place.delete(grace.caller, message.id).await));
    place.delete(ada.caller, message.id).await.expect("an owner keeps order in an archive too");
}

async fn reactions_stand_in_the_order_in_which_they_came(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let id = ada.say(place.public_id(), "hello").await.id;
    for (person, emoji) in [(&grace, "🎉"), (&ada, "👍"), (&alan, "🎉"), (&grace, "👍")] {
        place.react(person.caller, id, emoji, true).await.expect("reacts");
    }
    let message = place.react(alan.caller, id, "❤️", true).await.expect("reacts");
    let seen: Vec<_> = message.reactions.iter().map(|it| (it.emoji.as_str(), it.users.clone())).collect();
    let expected = [("🎉", vec![grace.id(), alan.id()]), ("👍", vec![ada.id(), grace.id()]), ("❤️", vec![alan.id()])];
    assert_eq!(seen, expected);
    let history = place.history(ada.caller, place.public_id(), Position::Latest).await.expect("reads");
    assert_eq!(history.messages, [message]);
}

async fn a_reaction_counts_once_and_can_be_taken_back(place: Place) {
    let ada = place.user("ada").await;
    let id = ada.say(place.public_id(), "hello").await.id;
    let once = place.react(ada.caller, id, " 👍 ", true).await.expect("reacts");
    assert_eq!(place.react(ada.caller, id, "👍", true).await.expect("changes nothing"), once);
    assert_eq!(once.edited_at, None, "a reaction is no edit");
    let back = place.react(ada.caller, id, "👍", false).await.expect("takes it back");
    assert!(back.reactions.is_empty() && back.rev > once.rev);
    assert_eq!(place.react(ada.caller, id, "👍", false).await.expect("changes nothing"), back);
    assert_eq!(invalid_field(place.react(ada.caller, id, "yes", true).await), "emoji");
}

async fn a_message_has_thirty_kinds_of_reactions_at_most(place: Place) {
    let [ada, grace, _] = place.three().await;
    let id = ada.say(place.public_id(), "hello").await.id;
    let emoji: Vec<_> = ('😀'..).take(31).map(String::from).collect();
    for emoji in &emoji[..30] {
        place.react(ada.caller, id, emoji, true).await.expect("reacts");
    }
    assert_eq!(invalid_field(place.react(ada.caller, id, &emoji[30], true).await), "emoji");
    place.react(grace.caller, id, &emoji[0], true).await.expect("one that is there already");
}

async fn a_message_out_of_reach_cannot_be_told_from_a_missing_one(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = grace.private_room("secret").await;
    let hidden = grace.say(room, "hello").await.id;
    let refusals = |id: MessageId| {
        let place = &place;
        async move {
            [
                refusal(place.edit(ada.caller, id, "x").await),
                refusal(place.delete(ada.caller, id).await),
                refusal(place.react(ada.caller, id, "👍", true).await),
                refusal(place.history(ada.caller, place.public_id(), Position::Around(id)).await),
            ]
        }
    };
    assert_eq!(refusals(hidden).await, refusals(MessageId(987_654)).await);
    assert!(matches!(refusals(hidden).await[0], Error::NotFound { .. }));
}

async fn a_message_is_read_by_its_id(place: Place) {
    let [ada, grace, _] = place.three().await;
    let said = ada.say(ada.private_room("lab").await, "hello").await;
    assert_eq!(place.message(ada.caller, said.id).await.expect("reads"), said);
    assert!(is_not_found(place.message(grace.caller, said.id).await));
    assert!(is_not_found(place.message(ada.caller, MessageId(987_654)).await));
}

/// Speaks, and joins by it.
async fn drop_in(person: &Person, id: ConversationId, client_id: &str, body: &str) -> chat::Result<protocol::Message> {
    let client_id = Some(client_id.to_owned());
    let draft = Draft { client_id, join: true, ..Draft::of(id, body) };
    person.chat.send(person.caller, draft).await
}

async fn who_speaks_in_an_open_room_may_join_by_it(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.room("lab").await;
    ada.count(room, 3).await;
    assert!(is_forbidden(grace.try_say(room, "hello").await), "only who says so joins");
    let before = ada.sees(room).await.rev;
    let said = drop_in(&grace, room, "c1", "hello").await.expect("posts");
    let entry = grace.entry(room).await.expect("is in");
    assert_eq!((entry.role, entry.unread(), entry.conversation.member_count), (Role::Member, 0, 2));
    assert_eq!((said.rev, entry.conversation.rev), (before + 2, before + 2), "one number for each, nothing between");

    assert_eq!(drop_in(&grace, room, "c1", "hello").await.expect("answers"), said);
    drop_in(&grace, room, "c2", "again").await.expect("a member just posts");
    assert_eq!(ada.sees(room).await.rev, before + 3);
    grace.leave(room).await;
    assert_eq!(drop_in(&grace, room, "c1", "hello").await.expect("answers"), said);
    assert!(grace.entry(room).await.is_none(), "a retry says nothing new, and nobody comes back by it");
}

async fn nobody_joins_by_speaking_where_they_may_not(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let (secret, old) = (grace.private_room("merger").await, grace.room("old").await);
    place.archive(grace.caller, old, true).await.expect("archives");
    for outsider in [&ada, &alan] {
        for id in [secret, grace.group_with(&[]).await, NOWHERE] {
            assert!(is_not_found(drop_in(outsider, id, "c1", "hello").await));
        }
        assert!(is_forbidden(drop_in(outsider, old, "c1", "hello").await));
        assert_eq!(place.conversations(outsider.caller).await.expect("lists").len(), 1, "the public chat");
    }
}

async fn what_was_not_said_makes_no_member(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.room("lab").await;
    assert_eq!(invalid_field(drop_in(&grace, room, "c1", " ").await), "body");
    drop_in(&grace, place.public_id(), "c1", "hello").await.expect("posts");
    assert!(is_conflict(drop_in(&grace, room, "c1", "hello").await));
    assert!(grace.entry(room).await.is_none());
}

async fn messages_are_counted_without_the_deleted_ones(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.private_room("lab").await;
    assert_eq!(place.message_count(ada.caller, room).await.expect("counts"), 0);
    ada.count(room, 3).await;
    let last = ada.say(room, "4").await;
    let other = ada.say(place.public_id(), "elsewhere").await;
    for message in [last, other] {
        place.delete(ada.caller, message.id).await.expect("deletes");
    }
    assert_eq!(place.message_count(ada.caller, room).await.expect("counts"), 3);
    assert_eq!(place.message_count(ada.caller, place.public_id()).await.expect("counts"), 0);
    assert!(is_not_found(place.message_count(grace.caller, room).await));
}
