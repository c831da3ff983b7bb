//! Versions: nothing that was uploaded onto a name is lost before someone deletes it, and each counts.

use chat::Result;
use protocol::{Error, File, FileId, Project, Role};

use crate::{
    file::{content, holds_nothing, try_upload, upload},
    folder::{folder, upload_into},
    library::{called, look},
    place::{Person, Place, is_conflict, is_forbidden, is_not_found, pass, refusal},
};

crate::on_both_databases! {
    every_upload_onto_a_name_is_kept
    an_old_version_becomes_the_newest_again
    a_version_is_deleted_by_who_brought_it_or_a_moderator
    a_number_is_never_given_twice
    each_version_counts_for_who_brought_it
    an_upload_is_taken_back_without_what_was_there_before
    two_bring_the_same_name_at_once
    a_stranger_cannot_tell_whether_a_version_exists
}

async fn numbers(person: &Person, id: FileId) -> Vec<i64> {
    let versions = person.chat.versions(person.caller, id).await.expect("lists");
    versions.into_iter().map(|version| version.number).collect()
}

async fn old(person: &Person, id: FileId, number: i64) -> Vec<u8> {
    let opened = person.chat.open_version(person.caller, id, number).await.expect("opens");
    crate::file::all(&opened, None).await
}

async fn restore(person: &Person, id: FileId, number: i64) -> Result<File> {
    person.chat.restore_version(person.caller, id, number).await
}

async fn delete(person: &Person, id: FileId, number: i64) -> Result<()> {
    person.chat.delete_version(person.caller, id, number).await
}

async fn used(person: &Person) -> u64 {
    person.chat.storage(person.caller).await.expect("is told").person_used
}

/// A file of ada's that grace has replaced.
async fn replaced(ada: &Person, grace: &Person, project: &Project) -> FileId {
    upload(ada, project, "plan.txt", b"hello").await;
    pass(5);
    upload(grace, project, "PLAN.txt", b"%PDF-1.7").await.id
}

async fn every_upload_onto_a_name_is_kept(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let id = replaced(&ada, &grace, &project).await;
    let file = place.file(ada.caller, id).await.expect("is there");
    assert_eq!((file.name.as_str(), file.version, file.uploader_id), ("plan.txt", 2, grace.id()));
    assert_eq!((file.content_type.as_str(), file.size), ("application/pdf", 8));
    let versions = place.versions(ada.caller, id).await.expect("lists");
    assert_eq!(versions.len(), 2);
    assert_eq!((versions[1].number, versions[1].uploader_id, versions[1].size), (1, ada.id(), 5));
    assert!(versions[1].uploaded_at < versions[0].uploaded_at);
    assert_eq!((content(&ada, id).await, old(&ada, id, 1).await), (b"%PDF-1.7".to_vec(), b"hello".to_vec()));
    let opened = place.open_version(grace.caller, id, 1).await.expect("opens");
    assert_eq!((opened.file.content_type.as_str(), opened.file.version), ("text/plain", 1));
    assert!(is_not_found(place.open_version(ada.caller, id, 3).await.map(|_| ())));
    // In another folder it is another file.
    let other = upload_into(&ada, &folder(&ada, &project, None, "plans").await, "plan.txt", b"3").await;
    assert_eq!((other.version, other.id == id), (1, false));
}

async fn an_old_version_becomes_the_newest_again(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let id = replaced(&ada, &grace, &project).await;
    let restored = restore(&grace, id, 1).await.expect("restores");
    assert_eq!((restored.version, restored.size, restored.uploader_id), (3, 5, grace.id()));
    assert_eq!((content(&ada, id).await, numbers(&ada, id).await), (b"hello".to_vec(), vec![3, 2, 1]));
    assert_eq!(restore(&grace, id, 3).await.expect("is the newest"), restored);
    assert_eq!(numbers(&ada, id).await, [3, 2, 1]);
    assert!(is_not_found(restore(&grace, id, 4).await));
}

async fn a_version_is_deleted_by_who_brought_it_or_a_moderator(place: Place) {
    let [owner, ada, grace] = place.three().await;
    let project = owner.project_with(&[&ada, &grace]).await;
    let id = replaced(&ada, &grace, &project).await;
    assert!(is_forbidden(delete(&grace, id, 1).await));
    assert!(is_forbidden(delete(&ada, id, 2).await));
    delete(&ada, id, 1).await.expect("deletes");
    assert!(is_not_found(delete(&ada, id, 1).await));
    assert!(is_conflict(delete(&grace, id, 2).await), "the only one");
    restore(&grace, id, 2).await.expect("is the newest");
    upload(&ada, &project, "plan.txt", b"third").await;
    place.set_role(owner.caller, project.conversation_id, grace.id(), Role::Admin).await.expect("appoints");
    delete(&grace, id, 3).await.expect("deletes as a moderator");
    assert_eq!(content(&ada, id).await, b"%PDF-1.7", "the one before it");
    place.delete_file(owner.caller, id).await.expect("deletes");
    holds_nothing(&place).await;
}

async fn a_number_is_never_given_twice(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let id = upload(&ada, &project, "plan", b"1").await.id;
    upload(&ada, &project, "plan", b"2").await;
    delete(&ada, id, 2).await.expect("deletes");
    assert_eq!(upload(&ada, &project, "plan", b"3").await.version, 3);
    assert_eq!(numbers(&ada, id).await, [3, 1]);
}

async fn each_version_counts_for_who_brought_it(mut place: Place) {
    place.restart_with(|settings| settings.quota_person = Some(20)).await;
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let id = replaced(&ada, &grace, &project).await;
    assert_eq!((used(&ada).await, used(&grace).await), (5, 8));
    restore(&grace, id, 1).await.expect("fits");
    assert_eq!((used(&ada).await, used(&grace).await), (5, 13));
    assert!(matches!(refusal(restore(&grace, id, 2).await), Error::NoRoom { .. }));
    place.bin_file(ada.caller, id).await.expect("throws away");
    assert_eq!((used(&ada).await, used(&grace).await), (5, 13), "what is in the bin counts as well");
    place.delete_file(ada.caller, id).await.expect("deletes");
    assert_eq!((used(&ada).await, used(&grace).await), (0, 0));
}

async fn an_upload_is_taken_back_without_what_was_there_before(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let first = upload(&ada, &project, "plan", b"1").await;
    let second = upload(&grace, &project, "plan", b"2").await;
    place.take_back(grace.caller, &second).await.expect("takes back");
    assert_eq!((content(&ada, first.id).await, numbers(&ada, first.id).await), (b"1".to_vec(), vec![1]));
    place.take_back(ada.caller, &first).await.expect("takes back");
    assert!(is_not_found(place.file(ada.caller, first.id).await));
    // What somebody else brought onto it meanwhile stays.
    let first = upload(&ada, &project, "plan", b"1").await;
    upload(&grace, &project, "plan", b"2").await;
    place.take_back(ada.caller, &first).await.expect("takes back");
    assert_eq!((content(&ada, first.id).await, numbers(&ada, first.id).await), (b"2".to_vec(), vec![2]));
}

async fn two_bring_the_same_name_at_once(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let (first, second) =
        tokio::join!(try_upload(&ada, project.id, "plan", b"ada"), try_upload(&grace, project.id, "Plan", b"grace"));
    let (first, second) = (first.expect("uploads"), second.expect("uploads"));
    assert_eq!(first.id, second.id);
    assert_eq!(first.version + second.version, 3);
    assert_eq!(look(&ada, &project, None).await.file_count, 1);
    assert_eq!(called(&look(&ada, &project, None).await.files).len(), 1);
    assert_eq!(
        (old(&ada, first.id, first.version).await, old(&ada, first.id, second.version).await),
        (b"ada".to_vec(), b"grace".to_vec())
    );
}

async fn a_stranger_cannot_tell_whether_a_version_exists(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let project = grace.project_with(&[&alan]).await;
    let file = upload(&alan, &project, "plan", b"1").await;
    alan.leave(project.conversation_id).await;
    for stranger in [&ada, &alan] {
        for number in [1, 2] {
            let unknown = Error::not_found("that file");
            assert_eq!(refusal(place.versions(stranger.caller, file.id).await), unknown);
            assert_eq!(refusal(place.open_version(stranger.caller, file.id, number).await.map(|_| ())), unknown);
            assert_eq!(refusal(restore(stranger, file.id, number).await), unknown);
            assert_eq!(refusal(delete(stranger, file.id, number).await), unknown);
        }
    }
}
