//! Stopping: sockets are told, requests finish, nothing is lost.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::app::{PATIENCE, TestApp};

#[tokio::test]
async fn a_stopping_server_tells_every_socket_that_it_restarts() {
    let mut app = TestApp::start().await;
    let ada = app.user("ada").await;
    let (mut first, mut silent) = (ada.listen().await, ada.connect().await);
    app.begin_to_stop();
    assert_eq!((first.closed().await, silent.closed().await), (Some(1012), Some(1012)));
    app.stopped().await;
}

#[tokio::test]
async fn a_request_under_way_is_finished_and_no_new_one_is_taken() {
    let mut app = TestApp::start().await;
    let mut witness = app.user("ada").await.listen().await;
    let address = app.url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await.expect("a connection");
    let body = "login=eve&password=a+guess+of+mine";
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nExpect: 100-continue\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    // That the server asks for the body shows that the request is under way.
    let mut interim = [0; 25];
    timeout(PATIENCE, stream.read_exact(&mut interim)).await.expect("in time").expect("an interim answer");
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");

    app.begin_to_stop();
    assert_eq!(witness.closed().await, Some(1012));
    stream.write_all(body.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("in time").expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    app.stopped().await;
    assert!(TcpStream::connect(&address).await.is_err());
}
