//! `confab backup` and `confab restore`, the programs: beside a server that is busy, killed in the middle, and the server on
//! what came of it.

use std::{
    fs,
    path::Path,
    process::{Child, Command, ExitStatus},
    time::Duration,
};

use protocol::{Cursor, ServerFrame, Stream};
use tokio::{task::spawn_blocking, time::timeout};

use crate::{
    app::PATIENCE,
    interrupted::{Upload, files, film},
    person::Person,
    program::{Program, command, run},
};

fn confab(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command(folder, &[("CONFAB_LOG", "warn")]);
    command.args(arguments);
    command
}

/// Runs it to its end: what it said on standard output and error, and how it ended.
async fn ask(folder: &Path, arguments: &[&str]) -> (String, String, ExitStatus) {
    let command = confab(folder, arguments);
    spawn_blocking(move || run(command)).await.expect("runs")
}

async fn done(folder: &Path, arguments: &[&str]) -> String {
    let (output, error, status) = ask(folder, arguments).await;
    assert!(status.success() && error.is_empty(), "{error}");
    output
}

async fn refused(folder: &Path, arguments: &[&str]) -> String {
    let (output, error, status) = ask(folder, arguments).await;
    assert!(status.code() == Some(1) && output.is_empty(), "{output}{error}");
    error
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("is there").file_name());
    let mut names: Vec<_> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Kills it as soon as something is there; where it ended before, the test is none.
async fn kill_once(mut process: Child, is_there: impl Fn() -> bool) {
    let seen = async {
        while !is_there() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, seen).await.expect("in time");
    assert!(process.try_wait().expect("known").is_none(), "it must be in the middle");
    process.kill().expect("is killed");
    process.wait().expect("is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_server_is_backed_up_and_goes_on_elsewhere() {
    let (here, there) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let server = Program::start(here.path(), &[]).await;
    let ada = Person::sign_up(&server.url, "ada").await;
    let whole = film(1_000_000);
    let mut upload = Upload::begin(&server.url, ada.token.clone(), 1_000_000).await;
    let file = upload.finish(&whole).await;
    let mut socket = ada.listen().await;
    let public = socket.public();
    for n in 0..50 {
        socket.post(public, &format!("before-{n}"), "before").await;
        socket.accepted(&format!("before-{n}")).await;
    }
    let target = there.path().join("backup.tar");
    let target = target.to_str().expect("text");
    let backing_up = tokio::spawn({
        let (folder, target) = (here.path().to_owned(), target.to_owned());
        async move { done(&folder, &["backup", &target]).await }
    });
    let mut rev = 0;
    for n in 0.. {
        if backing_up.is_finished() && n > 20 {
            break;
        }
        socket.post(public, &format!("while-{n}"), "while").await;
        rev = socket.accepted(&format!("while-{n}")).await.rev;
    }
    let said = backing_up.await.expect("ends");
    assert!(said.starts_with("Backed up 1 people, ") && said.contains(" and 1 files (1000000 bytes) to /"), "{said}");
    assert_eq!(said.lines().count(), 1);
    server.kill();

    let said = done(there.path(), &["restore", target]).await;
    assert!(said.starts_with("Restored 1 people, ") && said.contains(" as they were at 2"), "{said}");
    let server = Program::start(there.path(), &[]).await;
    let ada = Person { url: server.url.clone(), ..ada };
    assert!(ada.is_signed_in().await, "with the old cookie");
    upload.url.clone_from(&server.url);
    assert!(upload.content(file).await == whole);
    let mut socket = ada.connect().await;
    // Who heard of more than was restored begins again.
    let cursor = Cursor { conversation_id: public, rev, rows: true };
    socket.resume(None, None, &[cursor]).await;
    let reset = ServerFrame::Reset { stream: Stream::Conversation { conversation_id: public } };
    assert_eq!(socket.next().await, reset);
    socket.post(public, "after", "after").await;
    let after = socket.accepted("after").await;
    // What was acknowledged before the backup, perhaps some of what came while it was made, and the next number.
    assert!(after.seq > 50 && after.rev > rev, "{after:?}");
    server.kill();
}

#[tokio::test]
async fn a_backup_that_is_killed_leaves_only_what_is_partial() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Program::start(folder.path(), &[]).await;
    let ada = Person::sign_up(&server.url, "ada").await;
    Upload::begin(&server.url, ada.token.clone(), 30_000_000).await.finish(&film(30_000_000)).await;
    let out = folder.path().join("out");
    fs::create_dir(&out).expect("is made");
    let process = confab(folder.path(), &["backup", "out/backup.tar"]).spawn().expect("starts");
    let whole = out.join("backup.tar.partial/whole");
    kill_once(process, || fs::metadata(&whole).is_ok_and(|known| known.len() > 1_000_000)).await;
    assert_eq!(names(&out), ["backup.tar.partial"]);
    done(folder.path(), &["backup", "out/backup.tar"]).await;
    assert_eq!(names(&out), ["backup.tar"]);
    let complaint = refused(folder.path(), &["backup", "out/backup.tar"]).await;
    assert!(complaint.contains("out/backup.tar: there is a file already"), "{complaint}");
    server.kill();
}

#[tokio::test]
async fn a_restore_that_is_killed_leaves_nobody_there_and_can_be_done_again() {
    let (here, there) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let server = Program::start(here.path(), &[]).await;
    let ada = Person::sign_up(&server.url, "ada").await;
    let whole = film(30_000_000);
    let mut upload = Upload::begin(&server.url, ada.token.clone(), 30_000_000).await;
    let file = upload.finish(&whole).await;
    done(here.path(), &["backup", "backup.tar"]).await;
    let target = here.path().join("backup.tar");
    let target = target.to_str().expect("text");
    let complaint = refused(here.path(), &["restore", target]).await;
    assert!(complaint.contains("another Confab is using it"), "{complaint}");
    server.kill();
    let complaint = refused(here.path(), &["restore", target]).await;
    assert!(complaint.contains("people in this database"), "{complaint}");

    let process = confab(there.path(), &["restore", target]).spawn().expect("starts");
    let staged = there.path().join("data/uploads/incoming");
    let is_large = |path: &Path| fs::metadata(path).is_ok_and(|known| known.len() > 2_000_000);
    kill_once(process, || staged.exists() && names(&staged).iter().any(|name| is_large(&staged.join(name)))).await;
    let server = Program::start(there.path(), &[]).await;
    let nobody = Person { url: server.url.clone(), ..ada };
    assert!(!nobody.is_signed_in().await);
    server.kill();
    done(there.path(), &["restore", target]).await;
    assert_eq!(files(&staged), 0);
    let server = Program::start(there.path(), &[]).await;
    let ada = Person { url: server.url.clone(), ..nobody };
    assert!(ada.is_signed_in().await);
    upload.url.clone_from(&server.url);
    assert!(upload.content(file).await == whole);
    server.kill();
}

#[tokio::test]
async fn what_is_wrong_is_said_in_words_and_by_the_status() {
    let (here, there) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let complaint = refused(here.path(), &["backup", "backup.tar"]).await;
    assert!(complaint.contains("there is no database to back up"), "{complaint}");
    assert!(names(here.path()).is_empty());
    fs::write(here.path().join("letter"), "Dear Ada").expect("is written");
    let complaint = refused(here.path(), &["restore", "letter"]).await;
    assert!(complaint.contains("letter: this is no whole backup"), "{complaint}");

    let server = Program::start(here.path(), &[]).await;
    let ada = Person::sign_up(&server.url, "ada").await;
    Upload::begin(&server.url, ada.token.clone(), 10).await.finish(&film(10)).await;
    server.kill();
    fs::remove_dir_all(here.path().join("data/uploads/blobs")).expect("is lost");
    let target = here.path().join("backup.tar");
    let target = target.to_str().expect("text");
    for (folder, command, word) in [(&here, "backup", "Backed up"), (&there, "restore", "Restored")] {
        let (output, error, status) = ask(folder.path(), &[command, target]).await;
        assert!(output.starts_with(word) && status.code() == Some(3), "{output}");
        assert!(error.contains("missing or damaged: "), "{error}");
    }
}
