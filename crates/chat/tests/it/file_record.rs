//! Records of files that are kept elsewhere.

use chat::NewFileRecord;
use protocol::{ConversationId, Error, FileRecord, FileRecordId, MessageId};

use crate::place::{NOWHERE, Person, Place, invalid_field, is_not_found, refusal};

crate::on_both_databases! {
    a_record_belongs_to_a_message_or_to_a_direct_chat
    what_is_wrong_is_told_in_the_documents_order
    the_size_and_the_types_have_limits_that_are_named
    an_address_leads_to_the_web
    a_name_has_no_path_and_nothing_invisible
    a_message_is_public_and_ones_own
    a_chat_is_direct_and_ones_own
    one_sees_and_deletes_only_ones_own
    records_are_listed_by_what_they_belong_to
}

const NO_MESSAGE: MessageId = MessageId(987_654_321);

fn access_denied() -> Error {
    Error::forbidden("Access denied")
}

/// A record that is fine but for what it belongs to.
fn fine() -> NewFileRecord {
    NewFileRecord {
        filename: "document.pdf".to_owned(),
        file_url: "http://example.com/document.pdf".to_owned(),
        file_size: 102_400,
        ..NewFileRecord::default()
    }
}

fn of_message(id: MessageId) -> NewFileRecord {
    NewFileRecord { public_message_id: Some(id), ..fine() }
}

fn of_chat(id: ConversationId) -> NewFileRecord {
    NewFileRecord { private_chat_id: Some(id), ..fine() }
}

async fn record(person: &Person, new: NewFileRecord) -> chat::Result<FileRecord> {
    person.chat.create_file_record(person.caller, new).await
}

async fn public_message(person: &Person) -> MessageId {
    person.say(person.chat.public_id(), "look").await.id
}

async fn a_record_belongs_to_a_message_or_to_a_direct_chat(place: Place) {
    let [ada, grace, _] = place.three().await;
    let message = public_message(&ada).await;
    let made = record(&ada, of_message(message)).await.expect("records");
    assert_eq!((made.filename.as_str(), made.file_size), ("document.pdf", 102_400));
    assert_eq!(made.file_url, "http://example.com/document.pdf");
    assert_eq!((made.uploader_id, made.uploaded_at), (ada.id(), crate::place::now()));
    assert_eq!((made.public_message_id, made.private_chat_id), (Some(message), None));
    assert_eq!(place.file_record(ada.caller, made.id).await.expect("is there"), made);

    let chat = ada.direct_with(&grace).await;
    let made = record(&grace, of_chat(chat)).await.expect("records");
    assert_eq!((made.public_message_id, made.private_chat_id), (None, Some(chat)));
    assert_eq!(place.file_record(grace.caller, made.id).await.expect("is there"), made);
}

/// Each record here has every fault from its own on: the first of them is the one that is told.
async fn what_is_wrong_is_told_in_the_documents_order(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let theirs = grace.direct_with(&alan).await;
    let mut new = NewFileRecord {
        filename: " ".to_owned(),
        file_url: String::new(),
        file_size: 5_242_881,
        public_message_id: Some(NO_MESSAGE),
        private_chat_id: Some(theirs),
    };
    assert_eq!(invalid_field(record(&ada, new.clone()).await), "filename");
    "virus.exe".clone_into(&mut new.filename);
    assert_eq!(invalid_field(record(&ada, new.clone()).await), "file_url");
    "https://example.org/x".clone_into(&mut new.file_url);
    assert_eq!(invalid_field(record(&ada, new.clone()).await), "file_size");
    new.file_size = 5_242_880;
    let error = refusal(record(&ada, new.clone()).await);
    assert!(matches!(&error, Error::Invalid { message, .. } if message.contains("type")), "{error:?}");
    "x.pdf".clone_into(&mut new.filename);
    assert_eq!(invalid_field(record(&ada, new.clone()).await), "public_message_id");
    let neither = NewFileRecord { public_message_id: None, private_chat_id: None, ..new.clone() };
    assert_eq!(invalid_field(record(&ada, neither).await), "public_message_id");
    let chat = NewFileRecord { public_message_id: None, ..new.clone() };
    assert_eq!(refusal(record(&ada, chat).await), access_denied());
    let message = NewFileRecord { private_chat_id: None, ..new };
    assert!(is_not_found(record(&ada, message).await));
    assert!(place.file_records(ada.caller).await.expect("lists").is_empty(), "nothing of it stays");
}

async fn the_size_and_the_types_have_limits_that_are_named(place: Place) {
    let ada = place.user("ada").await;
    let message = public_message(&ada).await;
    for (file_size, fits) in [(0, true), (5_242_880, true), (5_242_881, false), (i64::MAX, false), (-1, false)] {
        let made = record(&ada, NewFileRecord { file_size, ..of_message(message) }).await;
        assert_eq!(made.is_ok(), fits, "{file_size}");
    }
    let too_large = record(&ada, NewFileRecord { file_size: 6_000_000, ..of_message(message) }).await;
    let told = refusal(too_large).to_string();
    assert!(told.contains("5MB") && told.contains("5242880"), "{told}");

    for name in ["a.pdf", "A.PDF", "a.doc", "a.docx", "a.jpg", "a.JPEG", "a.png", "a.gif", "a.bmp", "a.tiff", "a.WebP"]
    {
        record(&ada, NewFileRecord { filename: name.to_owned(), ..of_message(message) }).await.expect(name);
    }
    for name in ["a.exe", "pdf", "a.pdf.exe", "a.", "a.svg", "a.html", "a.tif", "a.pdf\u{202E}gpj.exe"] {
        let told = refusal(record(&ada, NewFileRecord { filename: name.to_owned(), ..of_message(message) }).await);
        assert!(told.to_string().contains("PDF, DOC, DOCX, JPG, JPEG, PNG, GIF, BMP, TIFF, WEBP"), "{name:?}: {told}");
    }
}

async fn an_address_leads_to_the_web(place: Place) {
    let ada = place.user("ada").await;
    let message = public_message(&ada).await;
    for url in ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/a.pdf", "x.pdf", " "] {
        let new = NewFileRecord { file_url: url.to_owned(), ..of_message(message) };
        assert_eq!(invalid_field(record(&ada, new).await), "file_url", "{url:?}");
    }
}

async fn a_name_has_no_path_and_nothing_invisible(place: Place) {
    let ada = place.user("ada").await;
    let message = public_message(&ada).await;
    let new = NewFileRecord { filename: "../../etc/a\u{202E}\0.pdf".to_owned(), ..of_message(message) };
    assert_eq!(record(&ada, new).await.expect("records").filename, "a.pdf");
    let new = NewFileRecord { filename: format!("{}.pdf", "x".repeat(10_000)), ..of_message(message) };
    assert_eq!(record(&ada, new).await.expect("records").filename.len(), 255);
}

async fn a_message_is_public_and_ones_own(place: Place) {
    let [ada, grace, _] = place.three().await;
    let theirs = public_message(&grace).await;
    assert_eq!(refusal(record(&ada, of_message(theirs)).await), access_denied());
    assert!(is_not_found(record(&ada, of_message(NO_MESSAGE)).await));
    let room = ada.room("lab").await;
    let elsewhere = ada.say(room, "look").await.id;
    assert!(is_not_found(record(&ada, of_message(elsewhere)).await), "only the public chat’s");
    let deleted = public_message(&ada).await;
    place.delete(ada.caller, deleted).await.expect("deletes");
    assert!(is_not_found(record(&ada, of_message(deleted)).await));
}

async fn a_chat_is_direct_and_ones_own(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let theirs = grace.direct_with(&alan).await;
    let others = [theirs, NOWHERE, place.public_id(), ada.room("lab").await, ada.group_with(&[&grace]).await];
    for id in others {
        assert_eq!(refusal(record(&ada, of_chat(id)).await), access_denied());
        assert_eq!(refusal(place.file_records_of_chat(ada.caller, id).await), access_denied());
    }
}

async fn one_sees_and_deletes_only_ones_own(place: Place) {
    let [ada, grace, _] = place.three().await;
    let message = public_message(&grace).await;
    let theirs = record(&grace, of_message(message)).await.expect("records");
    // Ada came first: administering the place gives no right to it.
    assert_eq!(refusal(place.file_record(ada.caller, theirs.id).await), access_denied());
    assert_eq!(refusal(place.delete_file_record(ada.caller, theirs.id).await), access_denied());
    for id in [FileRecordId(987_654_321), FileRecordId(-1)] {
        assert!(is_not_found(place.file_record(ada.caller, id).await));
        assert!(is_not_found(place.delete_file_record(ada.caller, id).await));
    }
    place.delete_file_record(grace.caller, theirs.id).await.expect("deletes");
    assert!(is_not_found(place.file_record(grace.caller, theirs.id).await));
    assert!(place.file_records_of_message(ada.caller, message).await.expect("lists").is_empty());
}

async fn records_are_listed_by_what_they_belong_to(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let (message, chat) = (public_message(&ada).await, ada.direct_with(&grace).await);
    let first = record(&ada, of_message(message)).await.expect("records");
    let second = record(&ada, of_chat(chat)).await.expect("records");
    let third = record(&grace, of_chat(chat)).await.expect("records");
    assert_eq!(place.file_records(ada.caller).await.expect("lists"), [first.clone(), second.clone()]);
    assert_eq!(place.file_records_of_chat(grace.caller, chat).await.expect("lists"), [second, third.clone()]);
    assert_eq!(place.file_records(grace.caller).await.expect("lists"), [third]);
    assert_eq!(place.file_records_of_message(alan.caller, message).await.expect("everyone reads"), [first]);
    assert_eq!(refusal(place.file_records_of_chat(alan.caller, chat).await), access_denied());

    let room = ada.room("lab").await;
    let elsewhere = ada.say(room, "look").await.id;
    for id in [NO_MESSAGE, elsewhere] {
        assert!(is_not_found(place.file_records_of_message(ada.caller, id).await));
    }
    place.delete(ada.caller, message).await.expect("deletes");
    assert!(is_not_found(place.file_records_of_message(alan.caller, message).await), "it went with the message");
}
