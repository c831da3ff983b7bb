//! Files in a bucket of S3: everything that holds in a folder holds there.

use std::{collections::BTreeSet, convert::Infallible};

use bytes::Bytes;
use chat::{Chat, Environment, Uploads};
use futures::{FutureExt as _, StreamExt as _, stream};
use protocol::FileId;
use sqlx::{AnyConnection, Connection as _};

use crate::{
    file::{content, holds_nothing, known_blobs, names, on_disk, pieces, read, upload},
    place::{Person, Place, invalid_field, refusal, settings},
    s3,
};

/// SHA-256 of `hello`, as `sha256sum` prints it, and where it lies.
const HELLO: &str = "some/where/blobs/2c/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

/// More than is sent at once, and no even number of parts.
fn film() -> Vec<u8> {
    (0..20_000_001_u32).map(|n| (n % 251) as u8).collect()
}

async fn place_for_films() -> Place {
    let mut place = Place::on_a_bucket().await;
    place.restart_with(|settings| settings.max_upload = 50_000_000).await;
    place
}

async fn is_empty(place: &Place) {
    assert!(s3::objects(place.bucket()).await.is_empty());
    assert_eq!(s3::half_sent(place.bucket()).await, 0);
    holds_nothing(place).await;
}

#[tokio::test]
async fn what_was_uploaded_comes_back() {
    let place = place_for_films().await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let file = upload(&ada, &project, "hello.txt", b"hello").await;
    assert_eq!((file.size, file.content_type.as_str()), (5, "text/plain"));
    assert_eq!(s3::objects(place.bucket()).await, [HELLO]);
    assert_eq!(content(&ada, file.id).await, b"hello");
    let empty = upload(&ada, &project, "empty", b"").await;
    assert!(content(&ada, empty.id).await.is_empty());

    let whole = film();
    let file = upload(&ada, &project, "film", &whole).await;
    assert!(content(&ada, file.id).await == whole, "in several parts");
    for range in [0..1, 8_388_607..8_388_609, 19_999_990..20_000_001, 0..20_000_001] {
        let bytes = &whole[usize::try_from(range.start).expect("fits")..usize::try_from(range.end).expect("fits")];
        assert!(read(&ada, file.id, Some(range.clone())).await == bytes, "{range:?}");
    }
    assert_eq!(s3::half_sent(place.bucket()).await, 0);
    assert_eq!(on_disk(&place), BTreeSet::new(), "nothing stays on this machine");
}

#[tokio::test]
async fn the_same_bytes_are_kept_once_and_go_with_their_last_file() {
    let place = Place::on_a_bucket().await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let (first, second) =
        (upload(&ada, &project, "a.txt", b"hello").await, upload(&ada, &project, "b.txt", b"hello").await);
    assert_eq!((s3::objects(place.bucket()).await.len(), known_blobs(&place).await), (1, 1));
    place.delete_file(ada.caller, first.id).await.expect("deletes");
    assert_eq!(content(&ada, second.id).await, b"hello");
    place.delete_file(ada.caller, second.id).await.expect("deletes");
    is_empty(&place).await;
}

#[tokio::test]
async fn what_breaks_off_leaves_nothing() {
    let place = place_for_films().await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    for sent in [0, 1, 300] {
        let chunks = (0..sent).map(|_| Ok(Bytes::from(vec![7; 65_536]))).chain([Err("the line went dead")]);
        let broken = place.upload(ada.caller, project.id, "half", stream::iter(chunks)).await;
        assert_eq!(invalid_field(broken), "file");
    }
    assert!(names(&ada, &project).await.is_empty());
    is_empty(&place).await;
}

#[tokio::test]
async fn who_is_removed_while_uploading_leaves_nothing() {
    let place = Place::on_a_bucket().await;
    let [ada, grace, _] = place.three().await;
    let project = ada.project_with(&[&grace]).await;
    let removed = async {
        ada.remove(project.conversation_id, &grace).await;
        Ok::<_, Infallible>(Bytes::from_static(b"late"))
    };
    let late = pieces(b"hello").chain(stream::once(removed.boxed()));
    refusal(place.upload(grace.caller, project.id, "half", late).await);
    is_empty(&place).await;
}

#[tokio::test]
async fn what_a_crash_left_is_removed_at_the_start() {
    let mut place = Place::on_a_bucket().await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let file = upload(&ada, &project, "a.txt", b"hello").await;
    // What was kept before the file was written, and what was noted before it was kept.
    let (kept, noted) = ("ab".repeat(32), "cd".repeat(32));
    s3::put(place.bucket(), &format!("some/where/blobs/ab/{kept}")).await;
    let mut connection = AnyConnection::connect(place.url()).await.expect("connects");
    for hash in [&kept, &noted] {
        let insert = "INSERT INTO blobs (hash, size, content_type, preview) VALUES ($1, 4, 'text/plain', 'none')";
        sqlx::query(insert).bind(hash).execute(&mut connection).await.expect("inserts");
    }
    connection.close().await.expect("closes");
    // What isn't ours stays.
    s3::put(place.bucket(), "holiday.jpg").await;

    place.restart().await;
    let ada = Person { chat: place.clone(), ..ada };
    assert_eq!(s3::objects(place.bucket()).await, ["holiday.jpg", HELLO]);
    assert_eq!(known_blobs(&place).await, 1);
    assert_eq!(content(&ada, file.id).await, b"hello");
}

#[tokio::test]
async fn bytes_that_are_lost_are_a_fault_of_ours() {
    let place = Place::on_a_bucket().await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let file = upload(&ada, &project, "a.txt", b"hello").await;
    s3::lose(place.bucket(), HELLO).await;
    let opened = place.open_file(ada.caller, file.id).await.expect("opens");
    let read = opened.read(None).await.map(|_| ());
    assert!(matches!(read, Err(chat::Error::Fault(_))), "the operator must learn of it: {read:?}");
    place.delete_file(ada.caller, file.id).await.expect("deletes all the same");
    is_empty(&place).await;
}

#[tokio::test]
async fn what_comes_in_parts_is_sent_once_it_is_whole() {
    let mut place = place_for_films().await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let whole = film();
    let begun = place.begin_upload(ada.caller, project.id, "film", whole.len() as u64).await.expect("begins");
    let (first, second) = whole.split_at(11_000_000);
    place.append_upload(ada.caller, &begun.id, 0, pieces(first).boxed()).await.expect("appends");
    assert!(s3::objects(place.bucket()).await.is_empty());
    assert_eq!(on_disk(&place).len(), 1);

    place.restart_with(|settings| settings.max_upload = 50_000_000).await;
    let ada = Person { chat: place.clone(), ..ada };
    let last = place.append_upload(ada.caller, &begun.id, 11_000_000, pieces(second).boxed()).await.expect("appends");
    let id: FileId = last.file_id.expect("is a file");
    assert!(content(&ada, id).await == whole);
    assert_eq!((s3::objects(place.bucket()).await.len(), s3::half_sent(place.bucket()).await), (1, 0));
    assert_eq!(on_disk(&place), BTreeSet::new());
}

#[tokio::test]
async fn a_bucket_that_cannot_be_used_is_said_at_the_start_without_the_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = s3::missing_bucket("nowhere").await;
    let mut unreachable = missing.clone();
    unreachable.endpoint = Some("http://127.0.0.1:1".to_owned());
    for bucket in [missing, unreachable] {
        let secret = bucket.secret_access_key.clone();
        let mut settings = settings(crate::database::sqlite(folder.path()), folder.path());
        settings.uploads = Uploads::Bucket { bucket, staging: folder.path().join("uploads") };
        let Err(error) = Chat::open(settings, Environment::real()).await else { panic!("opened") };
        let told = error.to_string();
        assert!(told.starts_with("the bucket of the uploads, s3://nowhere/some/where: "), "{told}");
        assert!(!told.contains(&secret), "{told}");
    }
}
