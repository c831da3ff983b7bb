//! Files of projects: what goes in comes out, and nothing is left where it should not be.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use chat::{OpenFile, ProjectUpdate};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use protocol::{Error, File, FileId, Project, ProjectId, Role};
use sqlx::{AnyConnection, Connection};

use crate::place::{MAX_UPLOAD, Person, Place, invalid_field, is_forbidden, is_not_found, pass, refusal};

crate::on_both_databases! {
    what_was_uploaded_comes_back
    a_range_of_a_file_comes_alone
    the_newest_file_stands_first
    a_name_is_cleaned
    what_a_browser_would_run_is_never_typed_so
    what_is_too_large_leaves_nothing
    what_breaks_off_leaves_nothing
    what_the_caller_gives_up_leaves_nothing
    a_stranger_cannot_tell_whether_a_file_exists
    who_is_removed_while_uploading_leaves_nothing
    what_is_archived_while_uploading_takes_nothing
    what_is_archived_takes_no_files
    a_file_is_deleted_by_its_uploader_or_a_moderator
}

/// SHA-256 of `hello`, as `sha256sum` prints it.
pub(crate) const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
const NO_FILE: FileId = FileId(987_654_321);

/// A stream that brings `content` in pieces of no even size.
pub(crate) fn pieces(content: &[u8]) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + Unpin + 'static {
    let chunks: Vec<_> = content.chunks(65_521).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    stream::iter(chunks)
}

pub(crate) async fn try_upload(person: &Person, project: ProjectId, name: &str, content: &[u8]) -> chat::Result<File> {
    person.chat.upload(person.caller, project, name, pieces(content)).await
}

pub(crate) async fn upload(person: &Person, project: &Project, name: &str, content: &[u8]) -> File {
    try_upload(person, project.id, name, content).await.expect("uploads")
}

pub(crate) async fn content(person: &Person, id: FileId) -> Vec<u8> {
    read(person, id, None).await
}

pub(crate) async fn read(person: &Person, id: FileId, range: Option<Range<u64>>) -> Vec<u8> {
    all(&person.chat.open_file(person.caller, id).await.expect("opens"), range).await
}

/// What an open file holds.
pub(crate) async fn all(opened: &OpenFile, range: Option<Range<u64>>) -> Vec<u8> {
    let pieces = opened.read(range).await.expect("is there");
    pieces
        .try_fold(Vec::new(), async |mut all, piece| {
            all.extend(piece);
            Ok(all)
        })
        .await
        .expect("reads")
}

pub(crate) async fn names(person: &Person, project: &Project) -> Vec<String> {
    let files = person.chat.files(person.caller, project.id).await.expect("lists");
    files.into_iter().map(|file| file.name).collect()
}

/// Every file below the folder of the uploads.
pub(crate) fn on_disk(place: &Place) -> BTreeSet<PathBuf> {
    fn walk(folder: &Path, found: &mut BTreeSet<PathBuf>) {
        for entry in fs::read_dir(folder).expect("is a folder") {
            let path = entry.expect("is there").path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.insert(path);
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&place.uploads(), &mut found);
    found
}

/// How many blobs the database knows.
pub(crate) async fn known_blobs(place: &Place) -> i64 {
    let mut connection = AnyConnection::connect(place.url()).await.expect("connects");
    let known = sqlx::query_scalar("SELECT COUNT(*) FROM blobs").fetch_one(&mut connection).await.expect("counts");
    connection.close().await.expect("closes");
    known
}

pub(crate) async fn holds_nothing(place: &Place) {
    assert_eq!(on_disk(place), BTreeSet::new());
    assert_eq!(known_blobs(place).await, 0);
}

async fn what_was_uploaded_comes_back(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let file = upload(&grace, &project, "hello.txt", b"hello").await;
    assert_eq!((file.place.project_id(), file.name.as_str(), file.size), (Some(project.id), "hello.txt", 5));
    assert_eq!((file.content_type.as_str(), file.uploader_id), ("text/plain", grace.id()));
    assert_eq!(file.uploaded_at, crate::place::now());
    assert_eq!(place.file(ada.caller, file.id).await.expect("is there"), file);
    assert_eq!(content(&ada, file.id).await, b"hello");
    assert_eq!(on_disk(&place), BTreeSet::from([place.uploads().join("blobs/2c").join(HELLO)]));

    let large: Vec<u8> = (0..MAX_UPLOAD).map(|n| (n % 251) as u8).collect();
    let file = upload(&grace, &project, "large", &large).await;
    assert_eq!((file.size.cast_unsigned(), file.content_type.as_str()), (MAX_UPLOAD, "application/octet-stream"));
    assert!(content(&ada, file.id).await == large, "to the limit, in several parts");

    let empty = upload(&grace, &project, "empty", b"").await;
    assert_eq!(empty.size, 0);
    assert!(content(&ada, empty.id).await.is_empty());
}

async fn a_range_of_a_file_comes_alone(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let content: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
    let file = upload(&ada, &project, "large", &content).await;
    for range in [0..1, 0..100_000, 8_191..8_193, 50_000..99_999, 99_999..100_000] {
        let bytes = &content[usize::try_from(range.start).expect("fits")..usize::try_from(range.end).expect("fits")];
        assert!(read(&ada, file.id, Some(range.clone())).await == bytes, "{range:?}");
    }
    assert!(read(&ada, file.id, Some(99_990..200_000)).await == content[99_990..], "what is there of it");
}

async fn the_newest_file_stands_first(place: Place) {
    let ada = place.user("ada").await;
    let (project, other) = (ada.project_with(&[]).await, ada.project_with(&[]).await);
    for name in ["first", "second", "third"] {
        upload(&ada, &project, name, name.as_bytes()).await;
        pass(1);
    }
    upload(&ada, &other, "elsewhere", b"x").await;
    assert_eq!(names(&ada, &project).await, ["third", "second", "first"]);
}

async fn a_name_is_cleaned(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let long = format!("{}.pdf", "é".repeat(10_000));
    for (name, cleaned) in [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\autoexec.bat", "autoexec.bat"),
        ("/etc/shadow", "shadow"),
        ("invoice\u{202E}fdp.exe", "invoicefdp.exe"),
        ("a\0b\r\nSet-Cookie: x", "abSet-Cookie: x"),
        ("", "file"),
        ("..", "file"),
        (long.as_str(), &format!("{}.pdf", "é".repeat(125))),
    ] {
        let file = upload(&ada, &project, name, name.as_bytes()).await;
        assert_eq!(file.name, cleaned, "{name:?}");
        assert_eq!(content(&ada, file.id).await, name.as_bytes());
    }
    let outside = fs::read_dir(place.uploads().parent().expect("lies in a folder")).expect("reads");
    let outside: Vec<_> = outside.map(|entry| entry.expect("is there").file_name()).collect();
    assert!(!outside.iter().any(|name| name == "passwd" || name == "etc"), "{outside:?}");
}

async fn what_a_browser_would_run_is_never_typed_so(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    for (name, content, content_type) in [
        ("page.html", "<!doctype html><script>alert(1)</script>", "text/plain"),
        ("photo.png", "<html><body onload=alert(1)>", "text/plain"),
        ("drawing.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", "text/plain"),
        ("drawing.svg", "<?xml version=\"1.0\"?>\n<svg onload=\"alert(1)\"/>", "text/plain"),
        ("script.js", "alert(1)", "text/plain"),
        ("photo.html", "\u{89}not really\0", "application/octet-stream"),
        ("page.html", "GIF89a, whatever it is called", "image/gif"),
        ("document.html", "%PDF-1.7", "application/pdf"),
    ] {
        let file = upload(&ada, &project, name, content.as_bytes()).await;
        assert_eq!((file.name.as_str(), file.content_type.as_str()), (name, content_type), "{content:?}");
    }
}

async fn what_is_too_large_leaves_nothing(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let large = vec![0; usize::try_from(MAX_UPLOAD).expect("fits") + 1];
    let refused = refusal(try_upload(&ada, project.id, "large", &large).await);
    assert_eq!(refused, Error::TooLarge { limit: MAX_UPLOAD });
    // One that never ends is stopped as well.
    let endless = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from(vec![0; 65_536])));
    let refused = refusal(place.upload(ada.caller, project.id, "endless", endless).await);
    assert_eq!(refused, Error::TooLarge { limit: MAX_UPLOAD });
    assert!(names(&ada, &project).await.is_empty());
    holds_nothing(&place).await;
}

async fn what_breaks_off_leaves_nothing(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    for sent in [0, 1, 40] {
        let chunks = (0..sent).map(|_| Ok(Bytes::from(vec![7; 50_000]))).chain([Err("the line went dead")]);
        let broken = place.upload(ada.caller, project.id, "half", stream::iter(chunks)).await;
        assert_eq!(invalid_field(broken), "file");
    }
    assert!(names(&ada, &project).await.is_empty());
    holds_nothing(&place).await;
}

async fn what_the_caller_gives_up_leaves_nothing(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let (sender, receiver) = futures::channel::mpsc::unbounded::<Result<Bytes, Infallible>>();
    let uploading = {
        let ada = ada.clone();
        tokio::spawn(async move { ada.chat.upload(ada.caller, project.id, "half", receiver).await })
    };
    sender.unbounded_send(Ok(Bytes::from(vec![7; 2_000_000]))).expect("is listened to");
    while on_disk(&place).is_empty() {
        tokio::task::yield_now().await;
    }
    uploading.abort();
    assert!(uploading.await.expect_err("was given up").is_cancelled());
    // What was under way is removed behind the caller's back.
    while !on_disk(&place).is_empty() {
        tokio::task::yield_now().await;
    }
    holds_nothing(&place).await;
}

async fn a_stranger_cannot_tell_whether_a_file_exists(place: Place) {
    // Ada came first: the place's admin has no way in either.
    let [ada, grace, alan] = place.three().await;
    let project = grace.project_with(&[&alan]).await;
    let file = upload(&alan, &project, "plan.txt", b"hello").await;
    alan.leave(project.conversation_id).await;
    for stranger in [&ada, &alan] {
        for id in [file.id, NO_FILE] {
            let unknown = Error::not_found("that file");
            assert_eq!(refusal(place.file(stranger.caller, id).await), unknown);
            assert_eq!(refusal(place.open_file(stranger.caller, id).await.map(|_| ())), unknown);
            assert_eq!(refusal(place.delete_file(stranger.caller, id).await), unknown);
        }
        for id in [project.id, ProjectId(987_654_321)] {
            let unknown = Error::not_found("that project");
            assert_eq!(refusal(place.files(stranger.caller, id).await), unknown);
            assert_eq!(refusal(try_upload(stranger, id, "x", b"x").await), unknown);
        }
    }
    assert_eq!(names(&grace, &project).await, ["plan.txt"], "what was brought stays");
    assert_eq!(on_disk(&place).len(), 1);
}

async fn who_is_removed_while_uploading_leaves_nothing(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    // The last piece comes only after the uploader was removed.
    let removed = stream::once(Box::pin({
        let (ada, grace) = (ada.clone(), grace.clone());
        async move {
            ada.remove(project.conversation_id, &grace).await;
            Ok::<_, Infallible>(Bytes::from_static(b"late"))
        }
    }));
    let content = pieces(b"hello").chain(removed);
    let refused = refusal(place.upload(grace.caller, project.id, "half", content).await);
    assert_eq!(refused, Error::not_found("that project"));
    assert!(names(&ada, &project).await.is_empty());
    holds_nothing(&place).await;
}

async fn what_is_archived_while_uploading_takes_nothing(place: Place) {
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let archived = stream::once(Box::pin({
        let (ada, id) = (ada.clone(), project.conversation_id);
        async move {
            ada.chat.archive(ada.caller, id, true).await.expect("archives");
            Ok::<_, Infallible>(Bytes::from_static(b"late"))
        }
    }));
    let content = pieces(b"hello").chain(archived);
    assert!(is_forbidden(place.upload(ada.caller, project.id, "half", content).await));
    assert!(names(&ada, &project).await.is_empty());
    holds_nothing(&place).await;
}

async fn what_is_archived_takes_no_files(place: Place) {
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let file = upload(&grace, &project, "plan.txt", b"hello").await;
    let archive = async |archived| {
        let update = ProjectUpdate { archived: Some(archived), ..ProjectUpdate::default() };
        place.update_project(ada.caller, project.id, update).await.expect("changes");
    };
    archive(true).await;
    assert!(is_forbidden(try_upload(&grace, project.id, "late", b"late").await));
    assert!(is_forbidden(place.delete_file(grace.caller, file.id).await), "it is kept as it was");
    assert_eq!(
        (names(&grace, &project).await, content(&grace, file.id).await),
        (vec!["plan.txt".to_owned()], b"hello".to_vec())
    );
    archive(false).await;
    place.delete_file(grace.caller, file.id).await.expect("deletes");
}

async fn a_file_is_deleted_by_its_uploader_or_a_moderator(place: Place) {
    let [_, owner, member] = place.three().await;
    let admin = place.user("admin").await;
    let project = owner.project_with(&[&member, &admin]).await;
    place.set_role(owner.caller, project.conversation_id, admin.id(), Role::Admin).await.expect("appoints");
    let of_member = upload(&member, &project, "one", b"1").await;
    let of_owner = upload(&owner, &project, "two", b"2").await;
    let another = upload(&member, &project, "three", b"3").await;
    assert!(is_forbidden(place.delete_file(member.caller, of_owner.id).await));
    for (person, file) in [(&member, &of_member), (&admin, &of_owner), (&owner, &another)] {
        place.delete_file(person.caller, file.id).await.expect("deletes");
        assert!(is_not_found(place.delete_file(person.caller, file.id).await), "it is gone");
        assert!(is_not_found(place.open_file(person.caller, file.id).await.map(|_| ())));
    }
    holds_nothing(&place).await;
}
