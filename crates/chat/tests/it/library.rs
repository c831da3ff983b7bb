//! Looking through a library, and what its files are called and where they lie.

use chat::{Destination, FileUpdate, Library, LibraryQuery, Result};
use protocol::{Error, File, FileId, FilePlace, FileSort, FolderId, Project};

use crate::{
    file::{content, pieces, upload},
    folder::{NO_FOLDER, folder, upload_into},
    place::{Person, Place, invalid_field, is_conflict, is_forbidden, is_not_found, pass, refusal},
};

crate::on_both_databases! {
    a_folder_shows_what_lies_in_it_and_above_it
    files_are_sorted_either_way_and_come_page_by_page
    a_search_goes_through_the_whole_library
    what_no_name_can_have_is_never_found
    a_file_is_renamed_and_moved_by_any_member
    a_file_of_a_message_keeps_its_name_and_place
    a_rename_and_an_upload_meet
    a_stranger_looks_through_nothing
    what_is_archived_stays_as_it_is
}

pub(crate) async fn look(person: &Person, project: &Project, folder_id: Option<FolderId>) -> Library {
    let query = LibraryQuery { folder_id, limit: 100, ..LibraryQuery::default() };
    person.chat.library(person.caller, project.id, query).await.expect("looks")
}

async fn update(person: &Person, id: FileId, update: FileUpdate) -> Result<File> {
    person.chat.update_file(person.caller, id, update).await
}

async fn rename(person: &Person, file: &File, name: &str) -> Result<File> {
    update(person, file.id, FileUpdate { name: Some(name.to_owned()), ..FileUpdate::default() }).await
}

async fn shift(person: &Person, file: &File, folder_id: Option<FolderId>) -> Result<File> {
    update(person, file.id, FileUpdate { folder_id: Some(folder_id), ..FileUpdate::default() }).await
}

pub(crate) fn called(files: &[File]) -> Vec<&str> {
    files.iter().map(|file| file.name.as_str()).collect()
}

async fn a_folder_shows_what_lies_in_it_and_above_it(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let outer = folder(&ada, &project, None, "outer").await;
    let inner = folder(&ada, &project, Some(outer.id), "inner").await;
    upload(&ada, &project, "top", b"1").await;
    upload_into(&ada, &outer, "middle", b"22").await;
    upload_into(&ada, &inner, "bottom", b"333").await;
    upload_into(&ada, &inner, "bottom", b"4444").await;

    let top = look(&ada, &project, None).await;
    assert_eq!((top.path.as_slice(), top.folders, called(&top.files)), (&[][..], vec![outer.clone()], vec!["top"]));
    assert_eq!((top.file_count, top.bytes), (3, 7), "of each its newest version");
    let middle = look(&ada, &project, Some(outer.id)).await;
    assert_eq!((middle.path, middle.folders), (vec![outer.clone()], vec![inner.clone()]));
    assert_eq!((called(&middle.files), middle.file_count, middle.bytes), (vec!["middle"], 2, 6));
    let bottom = look(&ada, &project, Some(inner.id)).await;
    let bottom_id = inner.id;
    assert_eq!((bottom.path, bottom.folders.len(), called(&bottom.files)), (vec![outer, inner], 0, vec!["bottom"]));

    let elsewhere = ada.project_with(&[]).await;
    for (project, id) in [(&project, NO_FOLDER), (&elsewhere, bottom_id)] {
        let query = LibraryQuery { folder_id: Some(id), limit: 1, ..LibraryQuery::default() };
        assert_eq!(refusal(place.library(ada.caller, project.id, query).await), Error::not_found("that folder"));
    }
}

async fn files_are_sorted_either_way_and_come_page_by_page(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    // Two share a size and a type.
    for (name, bytes) in
        [("b.txt", &b"22"[..]), ("C.pdf", b"%PDF-1.7"), ("a.txt", b"22"), ("d.png", b"\x89PNG\r\n\x1a\n-")]
    {
        upload(&ada, &project, name, bytes).await;
        pass(1);
    }
    for (sort, expected) in [
        ("name", ["a.txt", "b.txt", "C.pdf", "d.png"]),
        ("size", ["b.txt", "a.txt", "C.pdf", "d.png"]),
        ("type", ["C.pdf", "d.png", "b.txt", "a.txt"]),
        ("time", ["b.txt", "C.pdf", "a.txt", "d.png"]),
    ] {
        for descending in [false, true] {
            let sort = FileSort { descending, ..FileSort::parse(sort).expect("is a sort") };
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let query = LibraryQuery { sort, after: after.as_ref(), limit: 1, ..LibraryQuery::default() };
                let page = place.library(ada.caller, project.id, query).await.expect("looks").files;
                let Some(last) = page.last() else { break };
                after = Some(sort.mark(last));
                found.extend(page);
            }
            let mut expected = expected.to_vec();
            if descending {
                expected.reverse();
            }
            assert_eq!(called(&found), expected, "{sort}");
        }
    }
}

async fn a_search_goes_through_the_whole_library(place: Place) {
    let ada = place.user("ada").await;
    let (project, other) = (ada.project_with(&[]).await, ada.project_with(&[]).await);
    let plans = folder(&ada, &project, None, "Pläne 100%").await;
    upload_into(&ada, &plans, "GRUNDRISS Pläne.pdf", b"1").await;
    upload(&ada, &project, "pläne.txt", b"1").await;
    upload(&ada, &project, "rivets.txt", b"1").await;
    upload(&ada, &other, "pläne.txt", b"1").await;
    let find = async |search: &str| {
        let query = LibraryQuery { search, limit: 10, ..LibraryQuery::default() };
        let found = place.library(ada.caller, project.id, query).await.expect("looks");
        let names = found.folders.into_iter().map(|folder| folder.name);
        names.chain(found.files.into_iter().map(|file| file.name)).collect::<Vec<_>>()
    };
    assert_eq!(find(" PLÄNE ").await, ["Pläne 100%", "GRUNDRISS Pläne.pdf", "pläne.txt"]);
    assert_eq!(find("%").await, ["Pläne 100%"], "a sign of LIKE is only a letter");
    assert!(find("_").await.is_empty());
}

async fn what_no_name_can_have_is_never_found(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    upload(&ada, &project, "ab", b"1").await;
    // PostgreSQL refuses to hear of such a text.
    for search in ["\0", "a\0b"] {
        let query = LibraryQuery { search, limit: 10, ..LibraryQuery::default() };
        let found = place.library(ada.caller, project.id, query).await.expect("looks");
        assert_eq!(called(&found.files), [""; 0], "{search:?}");
        assert!(place.users(ada.caller, search, None, 10).await.expect("looks").is_empty(), "{search:?}");
    }
}

async fn a_file_is_renamed_and_moved_by_any_member(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let plans = folder(&ada, &project, None, "plans").await;
    let (one, two) = (upload(&ada, &project, "one", b"1").await, upload(&ada, &project, "two", b"2").await);
    assert_eq!(rename(&grace, &one, " Eins.txt ").await.expect("renames").name, "Eins.txt");
    assert!(is_conflict(rename(&grace, &two, "EINS.TXT").await));
    assert_eq!(rename(&grace, &two, "TWO").await.expect("renames").name, "TWO");
    for name in ["", "..", "a/b"] {
        assert_eq!(invalid_field(rename(&grace, &two, name).await), "name");
    }
    let moved = shift(&grace, &two, Some(plans.id)).await.expect("moves");
    assert_eq!(moved.place, FilePlace::Library { project_id: project.id, folder_id: Some(plans.id) });
    upload(&ada, &project, "two", b"another").await;
    assert!(is_conflict(shift(&grace, &two, None).await));
    assert!(is_not_found(shift(&grace, &two, Some(NO_FOLDER)).await));
    let elsewhere = folder(&ada, &ada.project_with(&[]).await, None, "elsewhere").await;
    assert!(is_not_found(shift(&ada, &two, Some(elsewhere.id)).await), "of another project");
    assert_eq!(content(&ada, two.id).await, b"2");
}

async fn a_file_of_a_message_keeps_its_name_and_place(place: Place) {
    let ada = place.user("ada").await;
    let destination = Destination::Conversation(place.public_id());
    let file = place.upload(ada.caller, destination, "photo", pieces(b"1")).await.expect("uploads");
    assert!(is_conflict(rename(&ada, &file, "other").await));
}

async fn a_rename_and_an_upload_meet(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let old = upload(&ada, &project, "old", b"old").await;
    let (renamed, uploaded) = tokio::join!(rename(&ada, &old, "new"), upload(&ada, &project, "new", b"new"));
    let files = look(&ada, &project, None).await.files;
    // Whichever came first: no name is there twice, and no bytes are lost.
    if renamed.is_ok() {
        assert_eq!((called(&files), uploaded.id, uploaded.version), (vec!["new"], old.id, 2));
        assert_eq!(place.versions(ada.caller, old.id).await.expect("lists").len(), 2);
    } else {
        assert_eq!((called(&files), uploaded.version), (vec!["new", "old"], 1));
    }
}

async fn a_stranger_looks_through_nothing(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let project = grace.project_with(&[&alan]).await;
    let file = upload(&alan, &project, "plan", b"1").await;
    alan.leave(project.conversation_id).await;
    for stranger in [&ada, &alan] {
        let query = LibraryQuery { limit: 1, ..LibraryQuery::default() };
        assert_eq!(refusal(place.library(stranger.caller, project.id, query).await), Error::not_found("that project"));
        assert_eq!(refusal(rename(stranger, &file, "mine").await), Error::not_found("that file"));
    }
}

async fn what_is_archived_stays_as_it_is(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let file = upload(&ada, &project, "plan", b"1").await;
    upload(&ada, &project, "plan", b"2").await;
    place.archive(ada.caller, project.conversation_id, true).await.expect("archives");
    assert!(is_forbidden(rename(&ada, &file, "late").await));
    // Who keeps order in it keeps it as it was, too.
    assert!(is_forbidden(place.bin_file(ada.caller, file.id).await));
    assert!(is_forbidden(place.delete_file(ada.caller, file.id).await));
    assert!(is_forbidden(place.restore_version(ada.caller, file.id, 1).await));
    assert!(is_forbidden(place.delete_version(ada.caller, file.id, 1).await));
    assert!(is_forbidden(place.empty_bin(ada.caller, project.id).await));
    assert_eq!(called(&look(&ada, &project, None).await.files), ["plan"]);
}
