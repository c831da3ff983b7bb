//! A disk that takes no more: nothing is acknowledged that isn't kept, everyone may go on reading, and once there is room the
//! server goes on by itself. A limit on the length of its files stands for the disk; it can be set and lifted by anyone.

use std::{path::Path, process::Command};

use protocol::{ClientFrame, Error, ServerFrame};

use crate::{
    interrupted::{Upload, film},
    person::{Person, client},
    program::{Program, under},
    wire::Socket,
};

/// A server that is told when a file can't grow, rather than ended.
async fn start(folder: &Path) -> Program {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ && exec \"$0\"", env!("CARGO_BIN_EXE_confab")]);
    Program::start_by(under(command, folder, &[]), folder).await
}

/// How long its files may be from now on.
fn limit(server: &Program, bytes: &str) {
    let (id, limit) = (server.id().to_string(), format!("--fsize={bytes}:"));
    let set = Command::new("prlimit").args(["--pid", &id, &limit]).status().expect("prlimit runs");
    assert!(set.success());
}

/// Posts; what it came to.
async fn post(socket: &mut Socket, client_id: &str) -> Result<i64, Error> {
    let frame = ClientFrame::Send {
        client_id: client_id.to_owned(),
        conversation_id: socket.public(),
        body: "words ".repeat(500),
        files: Vec::new(),
    };
    socket.send(&frame).await;
    socket
        .until(|frame| match frame {
            ServerFrame::Accepted { client_id: of, message } if of == client_id => Some(Ok(message.seq)),
            ServerFrame::Refused { client_id: of, error } if of == client_id => Some(Err(error.clone())),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn a_full_disk_takes_nothing_loses_nothing_and_is_got_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = start(folder.path()).await;
    let ada = Person::sign_up(&server.url, "ada").await;
    let upload = Upload::begin(&server.url, ada.token.clone(), 3_000_000).await;
    let mut socket = ada.listen().await;
    limit(&server, "1000000");
    let mut accepted = 0;
    let refused = loop {
        match post(&mut socket, &format!("m{accepted}")).await {
            Ok(seq) => {
                accepted += 1;
                assert_eq!(seq, accepted);
            }
            Err(error) => break error,
        }
        assert!(accepted < 1_000, "the limit must show");
    };
    assert!(accepted > 10 && refused == Error::Unavailable, "{refused} after {accepted}");

    // Reading goes on, over every door; writing is answered by “later”.
    assert!(ada.is_signed_in().await);
    let page = ada.get(&format!("/c/{}", socket.public().0)).await;
    assert!(page.status() == 200 && page.text().await.expect("text").contains("words words"));
    let room = client().post(format!("{}/api/v1/rooms", server.url)).bearer_auth(&ada.token);
    let room = room.json(&serde_json::json!({"name": "Lab"})).send().await.expect("an answer");
    assert_eq!(room.status(), 503);
    assert!(room.headers().contains_key("retry-after"));
    let body = client().patch(format!("{}{}", server.url, upload.path)).bearer_auth(&ada.token);
    let body = body.header("tus-resumable", "1.0.0").header("upload-offset", "0");
    let body = body.header("content-type", "application/offset+octet-stream").body(film(3_000_000));
    let status = body.send().await.expect("an answer").status().as_u16();
    assert!([503, 507].contains(&status), "{status}");

    limit(&server, "unlimited");
    // The same message, again: it was not kept, and so takes the next number.
    assert_eq!(post(&mut socket, &format!("m{accepted}")).await, Ok(accepted + 1));
    let file = upload.finish(&film(3_000_000)).await;
    assert!(upload.content(file).await == film(3_000_000));
    server.kill();

    let server = Program::start(folder.path(), &[]).await;
    let ada = Person { url: server.url.clone(), ..ada };
    let mut socket = ada.listen().await;
    assert_eq!(post(&mut socket, "last").await, Ok(accepted + 2), "all that was acknowledged is there, and no more");
    server.kill();
}
