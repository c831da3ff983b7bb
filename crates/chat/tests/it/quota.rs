//! Limits on files: how much room there is, and which types are taken.

use std::convert::Infallible;

use bytes::Bytes;
use chat::{AcceptedTypes, MediaTypes, Storage};
use futures::{StreamExt, stream};
use protocol::Error;

use crate::{
    file::{holds_nothing, names, pieces, try_upload, upload},
    place::{MAX_UPLOAD, Person, Place, refusal},
};

crate::on_both_databases! {
    a_person_has_so_much_room
    the_place_has_so_much_room
    the_same_bytes_count_for_everyone_who_brought_them
    two_at_once_do_not_both_slip_through
    what_does_not_fit_is_stopped_on_its_way
    where_the_room_was_made_smaller_nothing_comes_in
    only_types_that_are_allowed_come_in
    types_that_are_denied_do_not_come_in
    a_type_is_refused_before_the_rest_has_come
}

/// What there is no room for is told in this sentence.
fn no_room<T>(result: chat::Result<T>) -> String {
    match refusal(result) {
        Error::NoRoom { message } => message,
        other => panic!("should have been for want of room: {other:?}"),
    }
}

fn refused_media<T>(result: chat::Result<T>) -> String {
    match refusal(result) {
        Error::RefusedMedia { message } => message,
        other => panic!("should have been for its type: {other:?}"),
    }
}

/// Comes back with limits on all files of one person and of the place.
async fn limit(place: &mut Place, person: Option<u64>, all: Option<u64>) {
    let change = |settings: &mut chat::Settings| (settings.quota_person, settings.quota_place) = (person, all);
    place.restart_with(change).await;
}

async fn used(person: &Person) -> (u64, u64) {
    let storage = person.chat.storage(person.caller).await.expect("is told");
    (storage.person_used, storage.place_used)
}

async fn a_person_has_so_much_room(mut place: Place) {
    limit(&mut place, Some(10), None).await;
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let six = upload(&ada, &project, "six", b"123456").await;
    let sentence = no_room(try_upload(&ada, project.id, "five", b"12345").await);
    assert_eq!(sentence, "That doesn’t fit: all your files may have 10 bytes, and 6 bytes of it are used.");
    upload(&ada, &project, "four", b"1234").await;
    upload(&ada, &project, "nothing", b"").await;
    no_room(try_upload(&ada, project.id, "one", b"1").await);
    upload(&grace, &project, "ten", b"1234567890").await;
    assert_eq!((used(&ada).await, used(&grace).await), ((10, 20), (10, 20)));

    // A moderator deletes it: it is its uploader who has the room again.
    let other = upload(&grace, &ada.project_with(&[&grace]).await, "nothing", b"").await;
    place.delete_file(grace.caller, other.id).await.expect("deletes");
    place.delete_file(ada.caller, six.id).await.expect("deletes");
    upload(&ada, &project, "five", b"12345").await;
    limit(&mut place, Some(10), None).await;
    let ada = Person { chat: place.clone(), ..ada };
    let expected =
        Storage { max_upload: MAX_UPLOAD, person_used: 9, person_quota: Some(10), place_used: 19, place_quota: None };
    assert_eq!(place.storage(ada.caller).await.expect("is told"), expected, "also after a restart");
}

async fn the_place_has_so_much_room(mut place: Place) {
    limit(&mut place, None, Some(2_000)).await;
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let first = upload(&ada, &project, "first", &[1; 1_560]).await;
    assert_eq!(place.storage(grace.caller).await.expect("is told").place_left(), Some(440));
    let sentence = no_room(try_upload(&grace, project.id, "second", &[2; 441]).await);
    assert_eq!(sentence, "That doesn’t fit: everyone’s files together may have 2 KB, and 1.5 KB of it are used.");
    upload(&grace, &project, "second", &[2; 440]).await;
    // Ada owns the project and may delete what Grace brought.
    place.delete_file(ada.caller, first.id).await.expect("deletes");
    assert_eq!((used(&ada).await, used(&grace).await), ((0, 440), (440, 440)));
}

async fn the_same_bytes_count_for_everyone_who_brought_them(mut place: Place) {
    limit(&mut place, Some(10), Some(24)).await;
    let [ada, grace, alan] = place.three().await;
    let project = ada.project_with(&[&grace, &alan]).await;
    let first = upload(&ada, &project, "a", b"hello").await;
    upload(&ada, &project, "b", b"hello").await;
    no_room(try_upload(&ada, project.id, "c", b"hello").await);
    upload(&grace, &project, "c", b"hello").await;
    upload(&grace, &project, "d", b"hello").await;
    no_room(try_upload(&alan, project.id, "e", b"hello").await);
    assert_eq!(names(&ada, &project).await.len(), 4);
    place.delete_file(ada.caller, first.id).await.expect("deletes");
    assert_eq!((used(&ada).await, used(&grace).await, used(&alan).await), ((5, 15), (10, 15), (0, 15)));
}

async fn two_at_once_do_not_both_slip_through(mut place: Place) {
    for (person, all) in [(Some(10), None), (None, Some(16))] {
        limit(&mut place, person, all).await;
        let ada = place.user(if person.is_some() { "ada" } else { "grace" }).await;
        let project = ada.project_with(&[]).await;
        // While the first is under way, the second comes whole.
        let meanwhile = stream::once(Box::pin({
            let (ada, project) = (ada.clone(), project.clone());
            async move {
                upload(&ada, &project, "second", b"123456").await;
                Ok::<_, Infallible>(Bytes::from_static(b"456"))
            }
        }));
        let content = pieces(b"123").chain(meanwhile);
        no_room(place.upload(ada.caller, project.id, "first", content).await);
        assert_eq!(names(&ada, &project).await, ["second"]);
        assert_eq!(used(&ada).await.0, 6, "what was refused doesn’t count");
    }
}

async fn what_does_not_fit_is_stopped_on_its_way(mut place: Place) {
    for (person, all) in [(Some(200_000), None), (None, Some(200_000))] {
        limit(&mut place, person, all).await;
        let ada = place.user(if person.is_some() { "ada" } else { "grace" }).await;
        let project = ada.project_with(&[]).await;
        let mut asked_for = 0;
        let endless = stream::repeat_with(|| {
            asked_for += 1;
            Ok::<_, Infallible>(Bytes::from(vec![0; 50_000]))
        });
        no_room(place.upload(ada.caller, project.id, "endless", endless).await);
        assert_eq!(asked_for, 5, "the first piece that doesn’t fit is the last one");
        assert_eq!(used(&ada).await, (0, 0));
        holds_nothing(&place).await;
    }
    limit(&mut place, Some(MAX_UPLOAD * 2), None).await;
    let ada = place.user("alan").await;
    let project = ada.project_with(&[]).await;
    let large = vec![0; usize::try_from(MAX_UPLOAD).expect("fits") + 1];
    assert_eq!(
        refusal(try_upload(&ada, project.id, "large", &large).await),
        Error::TooLarge { limit: MAX_UPLOAD },
        "for one file there is a limit of its own"
    );
}

async fn where_the_room_was_made_smaller_nothing_comes_in(mut place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    upload(&ada, &project, "ten", b"1234567890").await;
    limit(&mut place, None, Some(9)).await;
    let ada = Person { chat: place.clone(), ..ada };
    assert_eq!(place.storage(ada.caller).await.expect("is told").place_left(), Some(0));
    let untouched = stream::once(async { panic!("nothing is taken") }).boxed();
    let untouched = untouched.map(|()| Ok::<_, Infallible>(Bytes::new()));
    no_room(place.upload(ada.caller, project.id, "nothing", untouched).await);
}

fn accept(allowed: &'static str, denied: &'static str) -> impl FnOnce(&mut chat::Settings) {
    let types = |text| MediaTypes::parse(text).expect("types");
    move |settings| settings.accepted_types = AcceptedTypes { allowed: types(allowed), denied: types(denied) }
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n rest";

async fn only_types_that_are_allowed_come_in(mut place: Place) {
    place.restart_with(accept("image/*, application/pdf", "image/gif")).await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    upload(&ada, &project, "picture.exe", PNG).await;
    upload(&ada, &project, "document", b"%PDF-1.7").await;
    let sentence = refused_media(try_upload(&ada, project.id, "photo.png", b"just text").await);
    assert_eq!(sentence, "Files of the type text/plain aren’t taken here. Only these are: image/*, application/pdf.");
    let sentence = refused_media(try_upload(&ada, project.id, "photo.png", b"GIF89a").await);
    assert_eq!(sentence, "Files of the type image/gif aren’t taken here.");
    refused_media(try_upload(&ada, project.id, "empty.png", b"").await);
    assert_eq!(names(&ada, &project).await, ["document", "picture.exe"]);
}

async fn types_that_are_denied_do_not_come_in(mut place: Place) {
    place.restart_with(accept("", "text/html, image/*")).await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    for (content, name) in [(PNG, "image/png"), (b"<!doctype html><p>hello", "text/html")] {
        let sentence = refused_media(try_upload(&ada, project.id, "notes.txt", content).await);
        assert_eq!(sentence, format!("Files of the type {name} aren’t taken here."));
    }
    holds_nothing(&place).await;
    upload(&ada, &project, "page.html", b"just text").await;
}

async fn a_type_is_refused_before_the_rest_has_come(mut place: Place) {
    place.restart_with(accept("", "image/*")).await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let endless = stream::iter([Ok::<_, Infallible>(Bytes::from_static(PNG)), Ok(Bytes::from(vec![0; 10_000]))]);
    let endless = endless.chain(stream::once(Box::pin(async { panic!("nothing more is taken") })));
    refused_media(place.upload(ada.caller, project.id, "endless", endless).await);
    holds_nothing(&place).await;
}
