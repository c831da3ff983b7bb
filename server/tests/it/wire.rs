//! A socket with typed frames.

use std::collections::VecDeque;

use futures::{SinkExt as _, StreamExt as _};
use protocol::{
    ClientFrame, ConversationChange, ConversationId, Cursor, Entry, Event, Kind, Message, PersonChange, ServerFrame,
    Stream, UserId,
};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message as Frame, client::IntoClientRequest as _, http::StatusCode},
};

use crate::app::PATIENCE;

/// One device's socket.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    frames: VecDeque<ServerFrame>,
    /// What the first catch-up brought: the conversations that the person is in.
    pub entries: Vec<Entry>,
    pub user_id: UserId,
}

/// What came from a socket.
#[derive(Debug)]
pub enum Heard {
    Frame(Box<ServerFrame>),
    Closed(Option<u16>),
}

impl Socket {
    /// Opens a socket and takes its welcome; or the status with which it was refused.
    pub async fn open(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, StatusCode> {
        Self::open_on(TcpSocket::new_v4().expect("a socket"), url, headers).await
    }

    /// A socket that takes in little that its owner doesn't read.
    pub async fn open_narrow(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, StatusCode> {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        Self::open_on(socket, url, headers).await
    }

    async fn open_on(socket: TcpSocket, url: &str, headers: &[(&'static str, &str)]) -> Result<Self, StatusCode> {
        let address = url.trim_start_matches("http://").parse().expect("an address");
        let stream = socket.connect(address).await.expect("a connection");
        let mut request = format!("{}/ws", url.replacen("http", "ws", 1)).into_client_request().expect("a request");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header's value"));
        }
        let stream = match timeout(PATIENCE, client_async(request, stream)).await.expect("an answer in time") {
            Ok((stream, _)) => stream,
            Err(tungstenite::Error::Http(response)) => return Err(response.status()),
            Err(error) => panic!("no socket: {error}"),
        };
        let mut socket = Self { stream, frames: VecDeque::new(), entries: Vec::new(), user_id: UserId(0) };
        match socket.next().await {
            ServerFrame::Welcome { user_id, ping_seconds: 25 } => socket.user_id = user_id,
            other => panic!("no welcome but {other:?}"),
        }
        Ok(socket)
    }

    pub async fn send(&mut self, frame: &ClientFrame) {
        self.try_send(frame).await.expect("sent");
    }

    pub async fn send_raw(&mut self, frame: Frame) {
        self.stream.send(frame).await.expect("sent");
    }

    /// Sends, if there is still someone to send to.
    pub async fn try_send(&mut self, frame: &ClientFrame) -> Result<(), tungstenite::Error> {
        self.stream.send(Frame::text(serde_json::to_string(frame).expect("JSON"))).await
    }

    /// Whatever comes next.
    pub async fn hear(&mut self) -> Heard {
        loop {
            if let Some(frame) = self.frames.pop_front() {
                return Heard::Frame(Box::new(frame));
            }
            match timeout(PATIENCE, self.stream.next()).await.expect("something in time") {
                Some(Ok(Frame::Text(lines))) => {
                    self.frames.extend(lines.lines().map(|line| serde_json::from_str(line).expect(line)));
                }
                Some(Ok(Frame::Close(close))) => return Heard::Closed(close.map(|close| close.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Heard::Closed(None),
            }
        }
    }

    /// The next frame.
    pub async fn next(&mut self) -> ServerFrame {
        match self.hear().await {
            Heard::Frame(frame) => *frame,
            Heard::Closed(code) => panic!("closed with {code:?}"),
        }
    }

    /// The first that `wanted` takes; others before it are dropped.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(&ServerFrame) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(&self.next().await) {
                return found;
            }
        }
    }

    /// The code with which the server closes; frames before it are dropped.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Heard::Closed(code) = self.hear().await {
                return code;
            }
        }
    }

    /// Says what is known. Waits for the answer of the person's stream, if that was asked for.
    pub async fn resume(&mut self, person: Option<i64>, place: Option<i64>, conversations: &[Cursor]) {
        self.send(&ClientFrame::Resume { person, place, conversations: conversations.to_vec() }).await;
        if person == Some(0) {
            let events = self.caught_up(Stream::Person).await;
            self.entries = events.into_iter().filter_map(entry).collect();
        }
    }

    /// The rows that a stream's catch-up brings.
    pub async fn caught_up(&mut self, wanted: Stream) -> Vec<Event> {
        self.until(|frame| match frame {
            ServerFrame::CaughtUp { stream, events, .. } if *stream == wanted => Some(events.clone()),
            _ => None,
        })
        .await
    }

    /// The public chat, as the first catch-up showed it.
    pub fn public(&self) -> ConversationId {
        let public = self.entries.iter().find(|entry| entry.conversation.kind == Kind::Public);
        public.expect("everyone is in the public chat").conversation.id
    }

    pub async fn post(&mut self, conversation_id: ConversationId, client_id: &str, body: &str) {
        let (client_id, body) = (client_id.to_owned(), body.to_owned());
        self.send(&ClientFrame::Send { client_id, conversation_id, body, files: Vec::new() }).await;
    }

    /// The acknowledgement of that message.
    pub async fn accepted(&mut self, wanted: &str) -> Message {
        self.until(|frame| match frame {
            ServerFrame::Accepted { client_id, message } if client_id == wanted => Some((**message).clone()),
            ServerFrame::Refused { client_id, error } if client_id == wanted => panic!("refused: {error}"),
            _ => None,
        })
        .await
    }

    /// The next message that comes live.
    pub async fn message(&mut self) -> Message {
        self.until(|frame| match frame {
            ServerFrame::Event(event) => message_of(event),
            _ => None,
        })
        .await
    }
}

fn entry(event: Event) -> Option<Entry> {
    match event {
        Event::Person { change: PersonChange::Entry { entry }, .. } => Some(*entry),
        _ => None,
    }
}

/// The message that an event carries.
pub fn message_of(event: &Event) -> Option<Message> {
    match event {
        Event::Conversation { change: ConversationChange::Message { message }, .. } => Some((**message).clone()),
        _ => None,
    }
}
