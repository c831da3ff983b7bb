//! Folders of a library: a tree without knots, whose names are told apart by more than their case.

use std::convert::Infallible;

use bytes::Bytes;
use chat::{Destination, FolderUpdate, Result};
use futures::{StreamExt as _, stream};
use protocol::{Error, File, Folder, FolderId, MAX_FOLDER_DEPTH, Project, ProjectId};

use crate::{
    file::{holds_nothing, pieces},
    place::{Person, Place, invalid_field, is_conflict, is_forbidden, is_not_found, refusal},
};

crate::on_both_databases! {
    folders_lie_in_one_another
    a_name_is_unique_where_it_lies
    a_folder_is_renamed_and_moved
    a_folder_never_lies_in_itself
    folders_lie_only_so_deep
    a_path_makes_the_folders_that_are_missing
    a_stranger_cannot_tell_whether_a_folder_exists
    what_is_archived_takes_no_folders
    two_make_the_same_folder_at_once
    what_is_on_its_way_into_a_folder_that_goes_leaves_nothing
}

pub(crate) const NO_FOLDER: FolderId = FolderId(987_654_321);

pub(crate) async fn try_folder(
    person: &Person,
    project: ProjectId,
    parent: Option<FolderId>,
    name: &str,
) -> Result<Folder> {
    person.chat.create_folder(person.caller, project, parent, name).await
}

pub(crate) async fn folder(person: &Person, project: &Project, parent: Option<FolderId>, name: &str) -> Folder {
    try_folder(person, project.id, parent, name).await.expect("makes a folder")
}

pub(crate) async fn upload_into(person: &Person, folder: &Folder, name: &str, content: &[u8]) -> File {
    let destination = Destination::Library { project_id: folder.project_id, folder_id: Some(folder.id) };
    person.chat.upload(person.caller, destination, name, pieces(content)).await.expect("uploads")
}

async fn update(person: &Person, id: FolderId, update: FolderUpdate) -> Result<Folder> {
    person.chat.update_folder(person.caller, id, update).await
}

async fn rename(person: &Person, id: FolderId, name: &str) -> Result<Folder> {
    update(person, id, FolderUpdate { name: Some(name.to_owned()), ..FolderUpdate::default() }).await
}

async fn shift(person: &Person, id: FolderId, parent: Option<FolderId>) -> Result<Folder> {
    update(person, id, FolderUpdate { parent_id: Some(parent), ..FolderUpdate::default() }).await
}

async fn names(person: &Person, project: &Project) -> Vec<String> {
    let folders = person.chat.folders(person.caller, project.id).await.expect("lists");
    folders.into_iter().map(|folder| folder.name).collect()
}

async fn folders_lie_in_one_another(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let drawings = folder(&grace, &project, None, " Drawings ").await;
    assert_eq!((drawings.name.as_str(), drawings.parent_id, drawings.creator_id), ("Drawings", None, grace.id()));
    let steel = folder(&ada, &project, Some(drawings.id), "steel").await;
    assert_eq!(steel.parent_id, Some(drawings.id));
    assert_eq!(place.folder(grace.caller, steel.id).await.expect("is there"), steel);
    assert_eq!(names(&ada, &project).await, ["Drawings", "steel"]);
    assert!(is_not_found(try_folder(&ada, project.id, Some(NO_FOLDER), "x").await));
    let elsewhere = folder(&ada, &ada.project_with(&[]).await, None, "elsewhere").await;
    assert!(is_not_found(try_folder(&ada, project.id, Some(elsewhere.id), "x").await), "of another project");
}

async fn a_path_makes_the_folders_that_are_missing(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let photos = folder(&ada, &project, None, "Photos").await;
    let top = Destination::from(project.id);
    let of = |person: &Person, path| {
        let (chat, caller) = (person.chat.clone(), person.caller);
        async move { chat.folders_for(caller, top, path, 5).await }
    };
    let Destination::Library { folder_id: Some(quay), .. } = of(&grace, "photos/2026/Quay").await.expect("is made")
    else {
        panic!("a folder")
    };
    assert_eq!(names(&ada, &project).await, ["2026", "Photos", "Quay"]);
    let above = place.folder(ada.caller, quay).await.expect("is there").parent_id.expect("lies in one");
    assert_eq!(place.folder(ada.caller, above).await.expect("is there").parent_id, Some(photos.id));
    let again = Destination::Library { project_id: project.id, folder_id: Some(quay) };
    assert_eq!(of(&ada, "/Photos//2026/quay/").await.expect("is there"), again);
    assert_eq!(of(&ada, "").await.expect("is the top"), top);

    assert!(is_not_found(of(&alan, "elsewhere").await), "a stranger makes none");
    assert_eq!(invalid_field(of(&ada, "x/..").await), "name");
    let too_large = ada.chat.folders_for(ada.caller, top, "large", crate::place::MAX_UPLOAD + 1).await;
    assert!(matches!(refusal(too_large), Error::TooLarge { .. }));
    assert_eq!(names(&ada, &project).await.len(), 3, "what is refused makes none");
}

async fn a_name_is_unique_where_it_lies(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let drawings = folder(&ada, &project, None, "Zeichnungen Ä").await;
    let refused = refusal(try_folder(&ada, project.id, None, "zeichnungen ä").await);
    assert_eq!(refused.to_string(), "There is a folder called “zeichnungen ä” there already.");
    // A folder may be called as a file there, or as a folder elsewhere.
    upload_into(&ada, &folder(&ada, &project, Some(drawings.id), "Zeichnungen Ä").await, "Zeichnungen Ä", b"x").await;
    for name in ["", " ", "..", "a/b", "a\\b", "\u{202E}"] {
        assert_eq!(invalid_field(try_folder(&ada, project.id, None, name).await), "name", "{name:?}");
    }
}

async fn a_folder_is_renamed_and_moved(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let (one, two) = (folder(&ada, &project, None, "one").await, folder(&ada, &project, None, "two").await);
    assert!(is_conflict(rename(&grace, two.id, "ONE").await));
    assert_eq!(rename(&grace, two.id, "TWO").await.expect("renames").name, "TWO", "its own name in another case");
    let inner = folder(&ada, &project, Some(one.id), "two").await;
    assert!(is_conflict(shift(&grace, two.id, Some(one.id)).await));
    rename(&grace, inner.id, "inner").await.expect("renames");
    assert_eq!(shift(&grace, two.id, Some(one.id)).await.expect("moves").parent_id, Some(one.id));
    assert_eq!(shift(&grace, inner.id, None).await.expect("moves").parent_id, None);
    assert!(is_not_found(shift(&grace, inner.id, Some(NO_FOLDER)).await));
}

async fn a_folder_never_lies_in_itself(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let outer = folder(&ada, &project, None, "outer").await;
    let middle = folder(&ada, &project, Some(outer.id), "middle").await;
    let inner = folder(&ada, &project, Some(middle.id), "inner").await;
    for below in [outer.id, middle.id, inner.id] {
        assert_eq!(invalid_field(shift(&ada, outer.id, Some(below)).await), "parent_id");
    }
    // Two that go into one another at once: one of them comes too late.
    let left = folder(&ada, &project, None, "left").await;
    let right = folder(&ada, &project, None, "right").await;
    let (first, second) = tokio::join!(shift(&ada, left.id, Some(right.id)), shift(&ada, right.id, Some(left.id)));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
}

async fn folders_lie_only_so_deep(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let (mut parent, mut all) = (None, Vec::new());
    for depth in 0..MAX_FOLDER_DEPTH {
        let made = folder(&ada, &project, parent, &format!("level {depth}")).await;
        parent = Some(made.id);
        all.push(made.id);
    }
    assert_eq!(invalid_field(try_folder(&ada, project.id, parent, "deeper").await), "parent_id");
    let other = folder(&ada, &project, None, "other").await;
    let within = folder(&ada, &project, Some(other.id), "within").await;
    assert_eq!(invalid_field(shift(&ada, other.id, Some(all[MAX_FOLDER_DEPTH - 2])).await), "parent_id");
    shift(&ada, within.id, Some(all[MAX_FOLDER_DEPTH - 2])).await.expect("is not too deep by itself");
}

async fn a_stranger_cannot_tell_whether_a_folder_exists(place: Place) {
    // Ada came first: the place's admin has no way in either.
    let [ada, grace, alan] = place.three().await;
    let project = grace.project_with(&[&alan]).await;
    let made = folder(&alan, &project, None, "plans").await;
    alan.leave(project.conversation_id).await;
    for stranger in [&ada, &alan] {
        for id in [made.id, NO_FOLDER] {
            let unknown = Error::not_found("that folder");
            assert_eq!(refusal(place.folder(stranger.caller, id).await), unknown);
            assert_eq!(refusal(rename(stranger, id, "mine").await), unknown);
            assert_eq!(refusal(place.bin_folder(stranger.caller, id).await), unknown);
            assert_eq!(refusal(place.restore_folder(stranger.caller, id).await), unknown);
            assert_eq!(refusal(place.delete_folder(stranger.caller, id).await), unknown);
        }
        assert!(is_not_found(place.folders(stranger.caller, project.id).await));
        assert!(is_not_found(try_folder(stranger, project.id, None, "mine").await));
    }
    assert_eq!(names(&grace, &project).await, ["plans"]);
}

async fn what_is_archived_takes_no_folders(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let made = folder(&ada, &project, None, "plans").await;
    place.archive(ada.caller, project.conversation_id, true).await.expect("archives");
    assert!(is_forbidden(try_folder(&ada, project.id, None, "late").await));
    assert!(is_forbidden(rename(&ada, made.id, "late").await));
    assert!(is_forbidden(place.bin_folder(ada.caller, made.id).await));
    assert!(is_forbidden(place.delete_folder(ada.caller, made.id).await));
    assert_eq!(names(&ada, &project).await, ["plans"]);
}

async fn two_make_the_same_folder_at_once(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let (first, second) =
        tokio::join!(try_folder(&ada, project.id, None, "plans"), try_folder(&grace, project.id, None, "Plans"));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert_eq!(names(&ada, &project).await.len(), 1);
}

async fn what_is_on_its_way_into_a_folder_that_goes_leaves_nothing(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    for forever in [false, true] {
        let made = folder(&ada, &project, None, "plans").await;
        // The last piece comes only after the folder has gone.
        let gone = stream::once(Box::pin({
            let (ada, id) = (ada.clone(), made.id);
            async move {
                if forever {
                    ada.chat.delete_folder(ada.caller, id).await.expect("deletes");
                } else {
                    ada.chat.bin_folder(ada.caller, id).await.expect("throws away");
                }
                Ok::<_, Infallible>(Bytes::from_static(b"late"))
            }
        }));
        let destination = Destination::Library { project_id: project.id, folder_id: Some(made.id) };
        let late = place.upload(ada.caller, destination, "late", pieces(b"hello").chain(gone)).await;
        assert_eq!(refusal(late), Error::not_found("that folder"));
    }
    holds_nothing(&place).await;
}
