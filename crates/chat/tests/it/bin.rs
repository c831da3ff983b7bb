//! The bin: what is thrown away is out of sight, comes back whole, and goes for good in its time.

use chat::{Bin, FileUpdate, FolderUpdate};
use protocol::{Error, FilePlace, FolderId, Project, Role};

use crate::{
    file::{content, holds_nothing, names, upload},
    folder::{folder, upload_into},
    library::{called, look},
    place::{Person, Place, is_conflict, is_forbidden, is_not_found, now, pass, refusal},
};

crate::on_both_databases! {
    what_is_thrown_away_is_out_of_sight
    a_file_comes_back_to_where_it_was
    a_name_that_was_given_again_gets_a_number
    a_folder_takes_with_it_what_is_in_it
    what_was_thrown_away_before_stays_there
    what_lost_its_folder_comes_back_at_the_top
    a_folder_is_deleted_with_all_that_is_in_it
    who_may_throw_away_and_bring_back
    an_emptied_bin_keeps_what_belongs_to_others
    after_thirty_days_it_goes_for_good
    a_restart_sweeps_the_bin
    a_stranger_looks_into_no_bin
    what_was_thrown_away_comes_page_by_page
}

const DAY: i64 = 86_400_000;

async fn binned(person: &Person, project: &Project) -> Vec<String> {
    let bin = person.chat.bin(person.caller, project.id, None, 100).await.expect("looks");
    let folders = bin.folders.into_iter().map(|folder| folder.name);
    folders.chain(bin.files.into_iter().map(|file| file.name)).collect()
}

async fn shift(person: &Person, id: FolderId, parent: Option<FolderId>) {
    let update = FolderUpdate { parent_id: Some(parent), ..FolderUpdate::default() };
    person.chat.update_folder(person.caller, id, update).await.expect("moves");
}

async fn what_is_thrown_away_is_out_of_sight(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let plans = folder(&ada, &project, None, "plans").await;
    let (top, inner) = (upload(&ada, &project, "top", b"1").await, upload_into(&ada, &plans, "inner", b"2").await);
    place.bin_file(ada.caller, top.id).await.expect("throws away");
    place.bin_folder(ada.caller, plans.id).await.expect("throws away");
    assert_eq!(binned(&grace, &project).await, ["plans", "top"]);
    assert!(names(&ada, &project).await.is_empty());
    let top_of = look(&ada, &project, None).await;
    assert!(top_of.files.is_empty() && top_of.folders.is_empty() && top_of.file_count == 0);
    assert!(is_not_found(place.folder(ada.caller, plans.id).await));
    for id in [top.id, inner.id] {
        let unknown = Error::not_found("that file");
        assert_eq!(refusal(place.file(ada.caller, id).await), unknown);
        assert_eq!(refusal(place.open_file(ada.caller, id).await.map(|_| ())), unknown);
        assert_eq!(refusal(place.open_version(ada.caller, id, 1).await.map(|_| ())), unknown);
        assert_eq!(refusal(place.update_file(ada.caller, id, FileUpdate::default()).await), unknown);
        assert_eq!(refusal(place.bin_file(ada.caller, id).await), unknown);
    }
    let bin = place.bin(ada.caller, project.id, None, 100).await.expect("looks");
    assert_eq!((bin.files[0].binned_at, bin.folders[0].binned_at), (Some(now()), Some(now())));
    assert_eq!(place.binned_file(grace.caller, top.id).await.expect("is there"), bin.files[0]);
    assert_eq!(place.binned_folder(grace.caller, plans.id).await.expect("is there"), bin.folders[0]);
    assert!(is_not_found(place.binned_file(ada.caller, inner.id).await), "it isn't there by itself");
}

async fn a_file_comes_back_to_where_it_was(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let plans = folder(&ada, &project, None, "plans").await;
    let file = upload_into(&ada, &plans, "plan", b"1").await;
    assert!(is_conflict(place.restore_file(ada.caller, file.id).await), "it isn't there");
    place.bin_file(ada.caller, file.id).await.expect("throws away");
    assert_eq!(place.restore_file(ada.caller, file.id).await.expect("restores"), file);
    assert_eq!((binned(&ada, &project).await.len(), content(&ada, file.id).await), (0, b"1".to_vec()));
}

async fn a_name_that_was_given_again_gets_a_number(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let (file, plans) = (upload(&ada, &project, "Plan.txt", b"old").await, folder(&ada, &project, None, "Plans").await);
    place.bin_file(ada.caller, file.id).await.expect("throws away");
    place.bin_folder(ada.caller, plans.id).await.expect("throws away");
    let again = upload(&ada, &project, "plan.txt", b"new").await;
    assert_eq!((again.version, again.id == file.id), (1, false));
    upload(&ada, &project, "plan (2).txt", b"another").await;
    folder(&ada, &project, None, "plans").await;
    assert_eq!(place.restore_file(ada.caller, file.id).await.expect("restores").name, "Plan (3).txt");
    assert_eq!(place.restore_folder(ada.caller, plans.id).await.expect("restores").name, "Plans (2)");
    assert_eq!(content(&ada, file.id).await, b"old");
}

async fn a_folder_takes_with_it_what_is_in_it(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let outer = folder(&ada, &project, None, "outer").await;
    let inner = folder(&ada, &project, Some(outer.id), "inner").await;
    let file = upload_into(&ada, &inner, "plan", b"1").await;
    place.bin_folder(ada.caller, outer.id).await.expect("throws away");
    assert_eq!(binned(&ada, &project).await, ["outer"]);
    assert!(is_not_found(place.bin_folder(ada.caller, inner.id).await));
    assert!(is_conflict(place.restore_folder(ada.caller, inner.id).await));
    assert!(is_conflict(place.delete_folder(ada.caller, inner.id).await));
    assert!(is_conflict(place.restore_file(ada.caller, file.id).await));
    assert_eq!(place.restore_folder(ada.caller, outer.id).await.expect("restores"), outer);
    assert_eq!(place.folder(ada.caller, inner.id).await.expect("is there again"), inner);
    assert_eq!(place.file(ada.caller, file.id).await.expect("is there again"), file);
    assert_eq!(look(&ada, &project, Some(inner.id)).await.file_count, 1);
}

async fn what_was_thrown_away_before_stays_there(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let outer = folder(&ada, &project, None, "outer").await;
    let inner = folder(&ada, &project, Some(outer.id), "inner").await;
    let before = upload_into(&ada, &outer, "before", b"1").await;
    let within = upload_into(&ada, &inner, "within", b"2").await;
    place.bin_file(ada.caller, before.id).await.expect("throws away");
    place.bin_folder(ada.caller, inner.id).await.expect("throws away");
    pass(1);
    place.bin_folder(ada.caller, outer.id).await.expect("throws away");
    assert_eq!(binned(&ada, &project).await, ["outer", "inner", "before"]);
    place.restore_folder(ada.caller, outer.id).await.expect("restores");
    assert_eq!(binned(&ada, &project).await, ["inner", "before"]);
    assert!(is_not_found(place.file(ada.caller, within.id).await));
    place.restore_folder(ada.caller, inner.id).await.expect("restores");
    place.restore_file(ada.caller, before.id).await.expect("restores");
    assert_eq!(look(&ada, &project, Some(outer.id)).await.file_count, 2);
}

async fn what_lost_its_folder_comes_back_at_the_top(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    for forever in [false, true] {
        let outer = folder(&ada, &project, None, "outer").await;
        let inner = folder(&ada, &project, Some(outer.id), "inner").await;
        let file = upload_into(&ada, &outer, "plan", b"1").await;
        place.bin_file(ada.caller, file.id).await.expect("throws away");
        place.bin_folder(ada.caller, inner.id).await.expect("throws away");
        if forever {
            place.delete_folder(ada.caller, outer.id).await.expect("deletes");
        } else {
            place.bin_folder(ada.caller, outer.id).await.expect("throws away");
        }
        let restored = place.restore_file(ada.caller, file.id).await.expect("restores");
        assert_eq!(restored.place, FilePlace::Library { project_id: project.id, folder_id: None });
        assert_eq!(place.restore_folder(ada.caller, inner.id).await.expect("restores").parent_id, None);
        place.delete_folder(ada.caller, inner.id).await.expect("deletes");
        place.delete_file(ada.caller, file.id).await.expect("deletes");
    }
}

async fn a_folder_is_deleted_with_all_that_is_in_it(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let outer = folder(&ada, &project, None, "outer").await;
    let inner = folder(&ada, &project, Some(outer.id), "inner").await;
    // More than are deleted in one change.
    for number in 0..120 {
        upload_into(&ada, if number % 2 == 0 { &outer } else { &inner }, &format!("{number}"), b"1").await;
    }
    let outside = upload(&ada, &project, "outside", b"22").await;
    place.delete_folder(ada.caller, outer.id).await.expect("deletes");
    assert!(is_not_found(place.restore_folder(ada.caller, outer.id).await));
    assert!(binned(&ada, &project).await.is_empty());
    assert_eq!(called(&look(&ada, &project, None).await.files), ["outside"]);
    assert_eq!(place.storage(ada.caller).await.expect("is told").person_used, 2);
    place.delete_file(ada.caller, outside.id).await.expect("deletes");
    holds_nothing(&place).await;
}

async fn who_may_throw_away_and_bring_back(place: Place) {
    let [owner, member, other] = place.three().await;
    let admin = place.user("admin").await;
    let project = owner.project_with(&[&member, &other, &admin]).await;
    place.set_role(owner.caller, project.conversation_id, admin.id(), Role::Admin).await.expect("appoints");
    let plans = folder(&member, &project, None, "plans").await;
    // What others brought into one's own folder goes with it.
    let within = upload_into(&other, &plans, "within", b"1").await;
    let file = upload(&member, &project, "file", b"2").await;
    assert!(is_forbidden(place.bin_file(other.caller, file.id).await));
    assert!(is_forbidden(place.bin_folder(other.caller, plans.id).await));
    assert!(is_forbidden(place.delete_folder(other.caller, plans.id).await));
    place.bin_file(admin.caller, file.id).await.expect("throws away");
    place.bin_folder(member.caller, plans.id).await.expect("throws away");
    assert!(is_forbidden(place.restore_file(other.caller, file.id).await));
    assert!(is_forbidden(place.restore_folder(other.caller, plans.id).await));
    place.restore_file(member.caller, file.id).await.expect("restores");
    place.restore_folder(admin.caller, plans.id).await.expect("restores");
    assert_eq!(content(&owner, within.id).await, b"1");
}

async fn an_emptied_bin_keeps_what_belongs_to_others(place: Place) {
    let [owner, member, _] = place.three().await;
    let project = owner.project_with(&[&member]).await;
    let mine = [upload(&member, &project, "mine", b"1").await, upload(&owner, &project, "theirs", b"2").await];
    for file in mine {
        place.bin_file(owner.caller, file.id).await.expect("throws away");
    }
    let folder = folder(&member, &project, None, "plans").await;
    upload_into(&owner, &folder, "within", b"3").await;
    place.bin_folder(member.caller, folder.id).await.expect("throws away");
    assert!(place.empty_bin(member.caller, project.id).await.expect("empties"), "something is left");
    assert_eq!(binned(&owner, &project).await, ["theirs"]);
    assert!(!place.empty_bin(owner.caller, project.id).await.expect("empties"));
    holds_nothing(&place).await;
}

async fn after_thirty_days_it_goes_for_good(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let (one, plans) = (upload(&ada, &project, "one", b"1").await, folder(&ada, &project, None, "plans").await);
    upload_into(&ada, &plans, "within", b"2").await;
    upload(&ada, &project, "kept", b"3").await;
    place.bin_file(ada.caller, one.id).await.expect("throws away");
    pass(DAY);
    place.bin_folder(ada.caller, plans.id).await.expect("throws away");
    pass(29 * DAY);
    place.sweep_bin(now()).await.expect("sweeps");
    assert_eq!(binned(&ada, &project).await, ["plans", "one"], "not before the thirty days are over");
    pass(1);
    place.sweep_bin(now()).await.expect("sweeps");
    assert_eq!(binned(&ada, &project).await, ["plans"]);
    pass(DAY);
    place.sweep_bin(now()).await.expect("sweeps");
    assert!(binned(&ada, &project).await.is_empty());
    assert_eq!(
        (names(&ada, &project).await, place.storage(ada.caller).await.expect("is told").person_used),
        (vec!["kept".to_owned()], 1)
    );
}

async fn a_restart_sweeps_the_bin(mut place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let (outer, file) = (folder(&ada, &project, None, "outer").await, upload(&ada, &project, "one", b"1").await);
    shift(&ada, folder(&ada, &project, None, "inner").await.id, Some(outer.id)).await;
    place.bin_file(ada.caller, file.id).await.expect("throws away");
    place.bin_folder(ada.caller, outer.id).await.expect("throws away");
    pass(31 * DAY);
    place.restart().await;
    holds_nothing(&place).await;
}

async fn a_stranger_looks_into_no_bin(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let project = grace.project_with(&[&alan]).await;
    let file = upload(&alan, &project, "plan", b"1").await;
    place.bin_file(alan.caller, file.id).await.expect("throws away");
    alan.leave(project.conversation_id).await;
    for stranger in [&ada, &alan] {
        assert_eq!(refusal(place.bin(stranger.caller, project.id, None, 100).await), Error::not_found("that project"));
        assert_eq!(refusal(place.empty_bin(stranger.caller, project.id).await), Error::not_found("that project"));
        assert_eq!(refusal(place.restore_file(stranger.caller, file.id).await), Error::not_found("that file"));
        assert_eq!(refusal(place.delete_file(stranger.caller, file.id).await), Error::not_found("that file"));
    }
}

async fn what_was_thrown_away_comes_page_by_page(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let plans = folder(&ada, &project, None, "plans").await;
    place.bin_folder(ada.caller, plans.id).await.expect("throws away");
    for name in ["1", "2", "3", "4", "5"] {
        // Several at the same moment as well.
        let file = upload(&ada, &project, name, name.as_bytes()).await;
        place.bin_file(ada.caller, file.id).await.expect("throws away");
    }
    let (mut after, mut pages) = (None, Vec::new());
    loop {
        let Bin { folders, files } = place.bin(ada.caller, project.id, after, 2).await.expect("looks");
        let Some(last) = files.last() else { break };
        after = Some(Bin::mark(last));
        pages.push((folders.len(), files.into_iter().map(|file| file.name).collect::<Vec<_>>().join(" ")));
    }
    let pages: Vec<_> = pages.iter().map(|(folders, names)| (*folders, names.as_str())).collect();
    assert_eq!(pages, [(1, "5 4"), (0, "3 2"), (0, "1")]);
    assert_eq!(binned(&ada, &project).await, ["plans", "5", "4", "3", "2", "1"]);
}
