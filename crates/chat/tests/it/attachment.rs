//! Files of messages: brought by their sender, sent once, seen by whoever may read the message, gone with it.

use chat::{Destination, Draft, NewFileRecord};
use protocol::{ConversationId, Error, File, FileId, FilePlace, MAX_FILES, Message, MessageId, Position};

use crate::{
    file::{content, holds_nothing, pieces},
    place::{Person, Place, invalid_field, is_forbidden, is_not_found, refusal},
};

crate::on_both_databases! {
    a_message_brings_its_files_in_their_order
    only_who_brought_a_file_knows_of_it_before_it_is_sent
    files_alone_are_a_message
    a_message_takes_only_files_that_its_sender_brought_here_and_did_not_send
    a_message_takes_twenty_files_at_most
    who_is_removed_can_send_nothing_that_they_brought
    what_is_archived_takes_no_files_and_gives_those_it_has
    who_left_cannot_tell_whether_a_file_exists
    a_message_sent_again_keeps_its_files
    the_text_beside_files_can_be_taken_away
    a_deleted_message_takes_its_files_along
    the_last_file_of_a_silent_message_takes_it_along
    a_conversation_lists_the_files_of_its_messages_newest_first
    one_walks_from_picture_to_picture
    a_record_shows_on_its_message_and_goes_with_it
}

/// A PNG of one pixel.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\
    \x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

/// Brings a file to a conversation.
pub(crate) async fn bring(person: &Person, id: ConversationId, name: &str, content: &[u8]) -> chat::Result<File> {
    person.chat.upload(person.caller, Destination::Conversation(id), name, pieces(content)).await
}

async fn brought(person: &Person, id: ConversationId, name: &str) -> FileId {
    bring(person, id, name, name.as_bytes()).await.expect("uploads").id
}

async fn try_send(person: &Person, id: ConversationId, body: &str, files: &[FileId]) -> chat::Result<Message> {
    person.chat.send(person.caller, Draft { files: files.to_vec(), ..Draft::of(id, body) }).await
}

async fn send(person: &Person, id: ConversationId, body: &str, files: &[FileId]) -> Message {
    try_send(person, id, body, files).await.expect("sends")
}

fn names(message: &Message) -> Vec<&str> {
    message.files.iter().map(|file| file.name.as_str()).collect()
}

/// The message as it is read back.
async fn read(person: &Person, message: &Message) -> Message {
    let history = person.chat.history(person.caller, message.conversation_id, Position::Around(message.id)).await;
    let messages = history.expect("reads").messages;
    let found = messages.into_iter().find(|found| found.id == message.id).expect("is there");
    assert_eq!(person.chat.message(person.caller, message.id).await.expect("is there"), found, "alike by itself");
    found
}

async fn a_message_brings_its_files_in_their_order(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.group_with(&[&grace]).await;
    let (one, two) = (brought(&ada, room, "one.txt").await, brought(&ada, room, "two.txt").await);
    let message = send(&ada, room, "look", &[two, one]).await;
    assert_eq!((message.body.as_str(), names(&message)), ("look", vec!["two.txt", "one.txt"]));
    assert_eq!(read(&grace, &message).await, message);
    assert_eq!(content(&grace, one).await, b"one.txt");
    let place_of = FilePlace::Conversation { conversation_id: room, message_id: Some(message.id) };
    assert_eq!(place.file(grace.caller, one).await.expect("is there").place, place_of);
}

async fn only_who_brought_a_file_knows_of_it_before_it_is_sent(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let room = grace.group_with(&[&alan]).await;
    let file = brought(&grace, room, "draft.txt").await;
    assert_eq!(content(&grace, file).await, b"draft.txt");
    for other in [&ada, &alan] {
        assert_eq!(refusal(place.file(other.caller, file).await), Error::not_found("that file"));
        assert_eq!(refusal(place.delete_file(other.caller, file).await), Error::not_found("that file"));
    }
    assert!(place.conversation_files(grace.caller, room, None, 10).await.expect("lists").is_empty());
    assert!(is_not_found(place.view_file(grace.caller, room, file).await));
    place.delete_file(grace.caller, file).await.expect("takes it back");
    holds_nothing(&place).await;
}

async fn files_alone_are_a_message(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let files = [brought(&ada, room, "a.txt").await, brought(&ada, room, "b.txt").await];
    let message = send(&ada, room, " \n", &files).await;
    assert_eq!((message.body.as_str(), message.words().as_ref()), ("", "a.txt, b.txt"));
    assert_eq!(invalid_field(try_send(&ada, room, " \n", &[]).await), "body");
}

async fn a_message_takes_only_files_that_its_sender_brought_here_and_did_not_send(place: Place) {
    let [ada, grace, _] = place.three().await;
    let (room, elsewhere) = (ada.group_with(&[&grace]).await, ada.room("elsewhere").await);
    let project = ada.project_with(&[]).await;
    let library = crate::file::upload(&ada, &project, "library.txt", b"library").await.id;
    let sent = brought(&ada, room, "sent.txt").await;
    send(&ada, room, "", &[sent]).await;
    let mine = brought(&ada, room, "mine.txt").await;
    let theirs = brought(&grace, room, "theirs.txt").await;
    let other = brought(&ada, elsewhere, "other.txt").await;
    for files in
        [[theirs, mine], [mine, other], [mine, sent], [mine, library], [mine, FileId(987_654_321)], [mine, mine]]
    {
        assert_eq!(invalid_field(try_send(&ada, room, "look", &files).await), "files", "{files:?}");
    }
    assert_eq!(ada.sees(room).await.last_seq, 1, "nothing of a refused message stays");
    send(&ada, room, "look", &[mine]).await;
}

async fn a_message_takes_twenty_files_at_most(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let mut files = Vec::new();
    for n in 0..=MAX_FILES {
        files.push(brought(&ada, room, &n.to_string()).await);
    }
    assert_eq!(invalid_field(try_send(&ada, room, "", &files).await), "files");
    let message = send(&ada, room, "", &files[..MAX_FILES]).await;
    assert_eq!(names(&message), (0..MAX_FILES).map(|n| n.to_string()).collect::<Vec<_>>());
}

async fn who_is_removed_can_send_nothing_that_they_brought(place: Place) {
    let [_, grace, alan] = place.three().await;
    let room = grace.private_room("lab").await;
    grace.add(room, &alan).await;
    let file = brought(&alan, room, "late.txt").await;
    grace.remove(room, &alan).await;
    assert!(is_not_found(try_send(&alan, room, "", &[file]).await));
    assert!(is_not_found(place.file(alan.caller, file).await));
    assert!(is_not_found(bring(&alan, room, "later.txt", b"later").await));
}

async fn what_is_archived_takes_no_files_and_gives_those_it_has(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let files = [brought(&ada, room, "sent.txt").await, brought(&ada, room, "draft.txt").await];
    send(&ada, room, "", &files[..1]).await;
    place.archive(ada.caller, room, true).await.expect("archives");
    assert!(is_forbidden(try_send(&ada, room, "", &files[1..]).await));
    assert!(is_forbidden(bring(&ada, room, "late.txt", b"late").await));
    assert_eq!(content(&ada, files[0]).await, b"sent.txt");
}

async fn who_left_cannot_tell_whether_a_file_exists(place: Place) {
    // Ada came first: the place's admin has no way in either.
    let [ada, grace, alan] = place.three().await;
    let room = grace.private_room("lab").await;
    grace.add(room, &alan).await;
    let file = brought(&alan, room, "plan.txt").await;
    send(&alan, room, "", &[file]).await;
    alan.leave(room).await;
    for stranger in [&ada, &alan] {
        let unknown = Error::not_found("that file");
        assert_eq!(refusal(place.file(stranger.caller, file).await), unknown);
        assert_eq!(refusal(place.open_file(stranger.caller, file).await.map(|_| ())), unknown);
        assert_eq!(refusal(place.delete_file(stranger.caller, file).await), unknown);
        assert_eq!(refusal(place.view_file(stranger.caller, room, file).await.map(|_| ())), unknown);
        assert!(is_not_found(place.conversation_files(stranger.caller, room, None, 10).await));
        assert!(is_not_found(place.conversation_records(stranger.caller, room).await));
    }
    assert_eq!(content(&grace, file).await, b"plan.txt");
}

async fn a_message_sent_again_keeps_its_files(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let file = brought(&ada, room, "once.txt").await;
    let draft = Draft { client_id: Some("once".to_owned()), files: vec![file], ..Draft::of(room, "") };
    let first = place.send_once(ada.caller, draft.clone()).await.expect("sends");
    let second = place.send_once(ada.caller, draft).await.expect("was sent");
    assert!(!first.again && second.again);
    assert_eq!(second.message, first.message);
}

async fn the_text_beside_files_can_be_taken_away(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let file = brought(&ada, room, "a.txt").await;
    let message = send(&ada, room, "look", &[file]).await;
    let edited = place.edit(ada.caller, message.id, "").await.expect("edits");
    assert_eq!((edited.body.as_str(), names(&edited)), ("", vec!["a.txt"]));
    let plain = ada.say(room, "text").await;
    assert_eq!(invalid_field(place.edit(ada.caller, plain.id, "").await), "body");
}

async fn a_deleted_message_takes_its_files_along(place: Place) {
    let [ada, grace, _] = place.three().await;
    let room = ada.group_with(&[&grace]).await;
    let file = brought(&grace, room, "a.txt").await;
    let message = send(&grace, room, "look", &[file]).await;
    let tombstone = place.delete(grace.caller, message.id).await.expect("deletes");
    assert!(tombstone.files.is_empty());
    assert_eq!(read(&ada, &message).await, tombstone);
    for person in [&ada, &grace] {
        assert_eq!(refusal(place.file(person.caller, file).await), Error::not_found("that file"));
    }
    holds_nothing(&place).await;
}

async fn the_last_file_of_a_silent_message_takes_it_along(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let files = [brought(&ada, room, "a.txt").await, brought(&ada, room, "b.txt").await];
    let message = send(&ada, room, "", &files).await;
    place.delete_file(ada.caller, files[0]).await.expect("deletes");
    let left = read(&ada, &message).await;
    assert!(left.rev > message.rev && left.deleted_at.is_none());
    assert_eq!(names(&left), ["b.txt"]);
    place.delete_file(ada.caller, files[1]).await.expect("deletes");
    assert!(read(&ada, &message).await.deleted_at.is_some());
}

async fn a_conversation_lists_the_files_of_its_messages_newest_first(place: Place) {
    let [ada, grace, _] = place.three().await;
    let (room, elsewhere) = (ada.group_with(&[&grace]).await, ada.room("elsewhere").await);
    for name in ["1", "2", "3"] {
        let file = brought(&ada, room, name).await;
        send(&ada, room, "", &[file]).await;
    }
    let other = brought(&ada, elsewhere, "other").await;
    send(&ada, elsewhere, "", &[other]).await;
    let page = async |before, limit| {
        let files = place.conversation_files(grace.caller, room, before, limit).await.expect("lists");
        let names: Vec<_> = files.iter().map(|file| file.name.clone()).collect();
        (files.last().map(|file| file.id), names)
    };
    let (last, names) = page(None, 2).await;
    assert_eq!(names, ["3", "2"]);
    assert_eq!(page(last, 2).await.1, ["1"]);
}

async fn one_walks_from_picture_to_picture(place: Place) {
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let mut files = Vec::new();
    for (name, content) in [("a.png", PICTURE), ("b.zip", b"PK\x03\x04\0"), ("c.png", PICTURE), ("d.png", PICTURE)] {
        files.push(bring(&ada, room, name, content).await.expect("uploads").id);
    }
    // The last one is never sent.
    let message = send(&ada, room, "", &files[..3]).await;
    let first = place.view_file(ada.caller, room, files[0]).await.expect("is there");
    assert_eq!((first.message_id, first.uploader.map(|user| user.id)), (message.id, Some(ada.id())));
    assert_eq!((first.previous, first.next), (None, Some(files[2])));
    let last = place.view_file(ada.caller, room, files[2]).await.expect("is there");
    assert_eq!((last.previous, last.next), (Some(files[0]), None));
    assert!(is_not_found(place.view_file(ada.caller, place.public_id(), files[0]).await), "it is not of that one");
}

async fn a_record_shows_on_its_message_and_goes_with_it(place: Place) {
    let [ada, grace, _] = place.three().await;
    let message = ada.say(place.public_id(), "look").await;
    let new = |public_message_id: Option<MessageId>, private_chat_id| NewFileRecord {
        filename: "plan.pdf".to_owned(),
        file_url: "https://example.org/plan.pdf".to_owned(),
        file_size: 5,
        public_message_id,
        private_chat_id,
    };
    let record = place.create_file_record(ada.caller, new(Some(message.id), None)).await.expect("records");
    let changed = read(&grace, &message).await;
    assert_eq!(changed.records, std::slice::from_ref(&record));
    assert!(changed.rev > message.rev, "it is told of");
    let public = place.conversation_records(grace.caller, place.public_id()).await.expect("lists");
    assert_eq!(public, std::slice::from_ref(&record));
    place.delete_file_record(ada.caller, record.id).await.expect("forgets");
    assert!(read(&grace, &message).await.records.is_empty());

    place.create_file_record(ada.caller, new(Some(message.id), None)).await.expect("records");
    place.delete(ada.caller, message.id).await.expect("deletes");
    assert!(place.file_records(ada.caller).await.expect("lists").is_empty());

    let direct = ada.direct_with(&grace).await;
    let record = place.create_file_record(ada.caller, new(None, Some(direct))).await.expect("records");
    assert_eq!(place.conversation_records(grace.caller, direct).await.expect("lists"), [record]);
}
