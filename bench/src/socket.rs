//! The client of every server here, so that none is measured with another's: a WebSocket without compression, over which
//! either Confab's frames, the same frames relayed by a peer, or Socket.IO's packets go.

use std::{net::SocketAddr, rc::Rc};

use anyhow::{Context as _, Result, bail};
use futures::{SinkExt as _, StreamExt as _, stream};
use serde_json::json;
use tokio::{net::TcpStream, sync::Mutex};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, Utf8Bytes, client::IntoClientRequest as _, http::header, protocol::WebSocketConfig},
};

/// What is spoken over a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// Confab's own socket, `/ws`.
    Confab,
    /// Texts that a peer sends on to everyone as they came.
    Relay,
    /// Socket.IO over Engine.IO 4, from the start over a WebSocket.
    SocketIo,
}

/// Where a server listens and how it is spoken to.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub address: SocketAddr,
    pub speech: Speech,
}

type Stream = WebSocketStream<TcpStream>;

/// The half of a socket that is read.
pub struct Ear {
    speech: Speech,
    stream: stream::SplitStream<Stream>,
    mouth: Mouth,
}

/// The half that is written. Clones are the same half.
#[derive(Clone)]
pub struct Mouth(Rc<Mutex<stream::SplitSink<Stream, Message>>>);

/// Opens a socket and gets so far that messages arrive. Confab wants a token; peers know nobody.
pub async fn open(place: Place, token: &str) -> Result<(Ear, Mouth)> {
    let (ear, mouth) = connect(place, token).await?;
    if place.speech == Speech::Confab {
        mouth.say(json!({"resume": {}}).to_string()).await?;
    }
    Ok((ear, mouth))
}

/// Opens a socket. Over Confab's own, nothing comes before the client has said what it knows.
pub async fn connect(place: Place, token: &str) -> Result<(Ear, Mouth)> {
    connect_over(TcpStream::connect(place.address).await?, place, token).await
}

/// Opens a socket over a connection that was made already.
pub async fn connect_over(stream: TcpStream, place: Place, token: &str) -> Result<(Ear, Mouth)> {
    let path = match place.speech {
        Speech::Confab => "/ws",
        Speech::Relay => "/",
        Speech::SocketIo => "/socket.io/?EIO=4&transport=websocket",
    };
    let mut request = format!("ws://{}{path}", place.address).into_client_request()?;
    if place.speech == Speech::Confab {
        request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse()?);
    }
    stream.set_nodelay(true)?;
    // Thousands of them are open at once.
    let small = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
    let (stream, _) = client_async_with_config(request, stream, Some(small)).await.context("no WebSocket")?;
    let (sink, stream) = stream.split();
    let mouth = Mouth(Rc::new(Mutex::new(sink)));
    let mut ear = Ear { speech: place.speech, stream, mouth: mouth.clone() };
    match place.speech {
        Speech::Confab => ear.until(|text| text.contains("\"welcome\"")).await?,
        Speech::Relay => {}
        Speech::SocketIo => {
            ear.until(|text| text.starts_with("0{")).await?;
            mouth.say(format!("40{}", json!({"token": token}))).await?;
            ear.until(|text| text.starts_with("40{")).await?;
        }
    }
    Ok((ear, mouth))
}

impl Ear {
    /// The next text that the server sends; none once it has closed the socket.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn hear(&mut self) -> Result<Option<Utf8Bytes>> {
        while let Some(message) = self.stream.next().await {
            match message? {
                // Engine.IO's ping, which its client must answer.
                Message::Text(text) if self.speech == Speech::SocketIo && text.as_str() == "2" => {
                    self.mouth.say("3".to_owned()).await?;
                }
                Message::Text(text) => return Ok(Some(text)),
                Message::Close(_) => return Ok(None),
                // The library answers WebSocket's own pings when it is next read from.
                _ => {}
            }
        }
        Ok(None)
    }

    async fn until(&mut self, wanted: impl Fn(&str) -> bool) -> Result<()> {
        while let Some(text) = self.hear().await? {
            if wanted(&text) {
                return Ok(());
            }
        }
        bail!("the server closed the socket before it was open")
    }
}

impl Mouth {
    /// Sends a text.
    pub async fn say(&self, text: String) -> Result<()> {
        Ok(self.0.lock().await.send(Message::Text(text.into())).await?)
    }
}
