//! A virus scanner beside the place: what it doesn't pass isn't taken.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chat::{Clamd, Device};
use protocol::Error;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, UnixListener},
};

use crate::{
    file::{holds_nothing, names, try_upload, upload},
    place::{MAX_UPLOAD, PASSWORD, Person, Place, refusal},
};

crate::on_both_databases! {
    what_is_infected_is_refused_and_leaves_nothing
    clamd_is_asked_over_a_socket_in_a_folder
    where_clamd_is_gone_nothing_is_taken
    where_clamd_hangs_nothing_is_taken
    where_clamd_fails_nothing_is_taken
}

/// The file that every scanner finds, in two halves so that none finds this one.
const EICAR: [&str; 2] = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"];

#[derive(Clone, Copy)]
enum Mood {
    Honest,
    /// Reads everything and says nothing.
    Hangs,
    /// Hangs up after the first bytes.
    HangsUp,
    /// Says that it is too much.
    TooMuch,
}

/// All files that a scanner was shown.
type Shown = Arc<Mutex<Vec<Vec<u8>>>>;

/// One conversation as clamd leads it.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, mood: Mood, shown: Shown) -> std::io::Result<()> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await?;
    assert_eq!(&command, b"zINSTREAM\0");
    match mood {
        Mood::HangsUp => return Ok(()),
        Mood::TooMuch => {
            stream.write_all(b"INSTREAM size limit exceeded. ERROR\0").await?;
            return tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.map(drop);
        }
        Mood::Honest | Mood::Hangs => {}
    }
    let mut content = Vec::new();
    loop {
        let length = stream.read_u32().await?;
        if length == 0 {
            break;
        }
        let mut piece = vec![0; usize::try_from(length).expect("fits")];
        stream.read_exact(&mut piece).await?;
        content.extend(piece);
    }
    if matches!(mood, Mood::Hangs) {
        return stream.read_u8().await.map(drop);
    }
    let eicar = EICAR.concat();
    let found = content.windows(eicar.len()).any(|window| window == eicar.as_bytes());
    shown.lock().expect("is whole").push(content);
    stream.write_all(if found { b"stream: Eicar-Test-Signature FOUND\0" } else { b"stream: OK\0" }).await
}

/// Starts a scanner at a port, which the place then asks.
async fn with_clamd(place: &mut Place, mood: Mood) -> Shown {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let shown = Shown::default();
    tokio::spawn({
        let shown = shown.clone();
        async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, mood, shown.clone()));
            }
        }
    });
    let patience = if matches!(mood, Mood::Hangs) { Duration::from_millis(50) } else { Duration::from_mins(1) };
    let clamd = Clamd::parse(&address).expect("an address").with_patience(patience);
    place.restart_with(|settings| settings.clamd = Some(clamd)).await;
    shown
}

async fn what_is_infected_is_refused_and_leaves_nothing(mut place: Place) {
    let shown = with_clamd(&mut place, Mood::Honest).await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    let infected = format!("hidden {} well", EICAR.concat());
    let refused = refusal(try_upload(&ada, project.id, "holiday.jpg", infected.as_bytes()).await);
    let sentence = "That file isn’t taken: the virus scanner found Eicar-Test-Signature in it.";
    assert_eq!(refused, Error::invalid("file", sentence));
    holds_nothing(&place).await;

    let large: Vec<u8> = (0..MAX_UPLOAD).map(|n| (n % 251) as u8).collect();
    for (name, content) in [("large", large.as_slice()), ("empty", b""), ("notes", b"just text")] {
        upload(&ada, &project, name, content).await;
        assert!(shown.lock().expect("is whole").last().is_some_and(|shown| shown == content), "{name}: all of it");
    }
    assert_eq!(names(&ada, &project).await, ["notes", "empty", "large"]);
}

async fn clamd_is_asked_over_a_socket_in_a_folder(mut place: Place) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clamd.ctl");
    let listener = UnixListener::bind(&path).expect("a socket");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, Mood::Honest, Shown::default()));
        }
    });
    let clamd = Clamd::parse(path.to_str().expect("UTF-8")).expect("an address");
    place.restart_with(|settings| settings.clamd = Some(clamd)).await;
    let ada = place.user("ada").await;
    let project = ada.project_with(&[]).await;
    refusal(try_upload(&ada, project.id, "a", EICAR.concat().as_bytes()).await);
    upload(&ada, &project, "b", b"hello").await;
}

/// Nothing is taken; the operator learns why, and who uploads that it may pass.
async fn takes_nothing(place: &Place, why: &str) {
    let ada = match place.sign_in("ada", PASSWORD, Device::default()).await {
        Ok(signed_in) => Person::of(place, signed_in),
        Err(_) => place.user("ada").await,
    };
    let project = ada.project_with(&[]).await;
    let failed = try_upload(&ada, project.id, "large", &vec![7; 2_500_000]).await.expect_err("is not taken");
    assert!(failed.to_string().starts_with("the virus scanner: ") && failed.to_string().contains(why), "{failed}");
    assert_eq!(failed.report("id"), Error::Unavailable);
    assert!(names(&ada, &project).await.is_empty());
    holds_nothing(place).await;
}

async fn where_clamd_is_gone_nothing_is_taken(mut place: Place) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let clamd = Clamd::parse(&address).expect("an address");
    place.restart_with(|settings| settings.clamd = Some(clamd)).await;
    takes_nothing(&place, "refused").await;
}

async fn where_clamd_hangs_nothing_is_taken(mut place: Place) {
    with_clamd(&mut place, Mood::Hangs).await;
    takes_nothing(&place, "timed out").await;
}

async fn where_clamd_fails_nothing_is_taken(mut place: Place) {
    with_clamd(&mut place, Mood::HangsUp).await;
    takes_nothing(&place, "").await;
    with_clamd(&mut place, Mood::TooMuch).await;
    takes_nothing(&place, "size limit exceeded").await;
}
