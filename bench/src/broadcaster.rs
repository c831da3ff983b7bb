//! The least that a server in Rust can do: what one client sends goes to all, one write for each, from a frame that was
//! made once. No rooms, no people, no queues, no database: whoever can't take a frame at once is dropped.

use std::{
    cell::RefCell,
    collections::HashMap,
    io::{self, Write as _},
    net::TcpStream as Blocking,
    rc::Rc,
};

use anyhow::Result;
use futures::StreamExt as _;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{LocalSet, spawn_local},
};
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};

type Clients = Rc<RefCell<HashMap<u64, Blocking>>>;

/// Serves until it is killed. Prints its port.
pub async fn run() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let clients = Clients::default();
    let serving = async move {
        for id in 0.. {
            let (stream, _) = listener.accept().await?;
            let clients = clients.clone();
            spawn_local(async move {
                // A client that leaves in whatever way is gone.
                let _ = serve(id, stream, &clients).await;
                clients.borrow_mut().remove(&id);
            });
        }
        Ok(())
    };
    LocalSet::new().run_until(serving).await
}

async fn serve(id: u64, stream: TcpStream, clients: &Clients) -> Result<()> {
    stream.set_nodelay(true)?;
    let stream = stream.into_std()?;
    let writing = stream.try_clone()?;
    let small = WebSocketConfig::default().read_buffer_size(4096);
    let mut socket = tokio_tungstenite::accept_async_with_config(TcpStream::from_std(stream)?, Some(small)).await?;
    clients.borrow_mut().insert(id, writing);
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message? {
            let frame = frame(text.as_bytes())?;
            clients.borrow_mut().retain(|_, client| client.write(&frame).is_ok_and(|count| count == frame.len()));
        }
    }
    Ok(())
}

/// A whole text frame of a server (RFC 6455, 5.2).
fn frame(text: &[u8]) -> io::Result<Vec<u8>> {
    let length = u16::try_from(text.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut frame = vec![0x81];
    if let Ok(short @ 0..=125) = u8::try_from(length) {
        frame.push(short);
    } else {
        frame.push(126);
        frame.extend(length.to_be_bytes());
    }
    frame.extend(text);
    Ok(frame)
}
