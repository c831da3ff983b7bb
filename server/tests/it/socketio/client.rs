//! A Socket.IO client of the tests' own: over a WebSocket, by polling, or from one to the other.

use std::collections::VecDeque;

use futures::{SinkExt as _, StreamExt as _};
use protocol::{ConversationId, UserId};
use reqwest::{Client as Http, Response};
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message as Frame, client::IntoClientRequest as _, http::StatusCode},
};

use crate::{app::PATIENCE, person::Person};

/// Headers of a client's first request.
pub type Headers<'a> = &'a [(&'static str, &'a str)];

/// What came from the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Connected,
    Refused(String),
    Event(String, Value),
    Ack(u64, Value),
    Disconnected,
    /// The connection ended.
    Closed,
}

enum Transport {
    WebSocket(Box<WebSocketStream<TcpStream>>),
    Polling,
}

/// One client.
pub struct Client {
    url: String,
    pub id: String,
    http: Http,
    transport: Transport,
    packets: VecDeque<String>,
    /// What was heard while something else was waited for.
    passed: Vec<Heard>,
    asked: u64,
}

impl Client {
    /// Someone who is in, over a WebSocket.
    pub async fn enter(person: &Person) -> Self {
        let mut client = Self::websocket(&person.url, "", &[]).await.expect("a socket");
        client.connect(json!({"token": person.token})).await.expect("let in");
        client
    }

    /// Someone who is in, by polling.
    pub async fn enter_polling(person: &Person) -> Self {
        let mut client = Self::polling(&person.url, "", &[]).await;
        client.connect(json!({"token": person.token})).await.expect("let in");
        client
    }

    /// A WebSocket that has said nothing yet.
    pub async fn websocket(url: &str, query: &str, headers: Headers<'_>) -> Result<Self, StatusCode> {
        Self::over(TcpSocket::new_v4().expect("a socket"), url, query, headers).await
    }

    /// A WebSocket that takes in little that its owner doesn't read.
    pub async fn narrow(url: &str) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        Self::over(socket, url, "", &[]).await.expect("a socket")
    }

    async fn over(socket: TcpSocket, url: &str, query: &str, headers: Headers<'_>) -> Result<Self, StatusCode> {
        let stream = open(socket, url, &format!("transport=websocket{query}"), headers).await?;
        let mut client = Self::new(url, Transport::WebSocket(Box::new(stream)));
        client.greeted().await;
        Ok(client)
    }

    /// A client that polls and has said nothing yet.
    pub async fn polling(url: &str, query: &str, headers: Headers<'_>) -> Self {
        let mut client = Self::new(url, Transport::Polling);
        let request = client.http.get(format!("{url}/socket.io/?EIO=4&transport=polling{query}"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        client.packets.push_back(response.text().await.expect("text"));
        client.greeted().await;
        client
    }

    fn new(url: &str, transport: Transport) -> Self {
        let (url, http) = (url.to_owned(), Http::new());
        let (packets, passed) = (VecDeque::new(), Vec::new());
        Self { url, id: String::new(), http, transport, packets, passed, asked: 0 }
    }

    async fn greeted(&mut self) {
        let packet = self.packet().await.expect("a packet");
        let greeting: Value = serde_json::from_str(packet.strip_prefix('0').expect("a greeting")).expect("JSON");
        assert_eq!((&greeting["pingInterval"], &greeting["pingTimeout"]), (&json!(25_000), &json!(20_000)));
        greeting["sid"].as_str().expect("an id").clone_into(&mut self.id);
    }

    /// Says who it is and takes the greetings; or the sentence with which it is refused.
    pub async fn connect(&mut self, auth: Value) -> Result<(), String> {
        self.send(&format!("40{}", if auth.is_null() { String::new() } else { auth.to_string() })).await;
        match self.next().await {
            Heard::Connected => {}
            Heard::Refused(sentence) => return Err(sentence),
            other => panic!("no answer but {other:?}"),
        }
        let welcome = self.until("connected").await;
        assert!(welcome["message"].as_str().expect("text").starts_with("Welcome "), "{welcome}");
        assert_eq!(self.until("echo").await, "you have been connected");
        Ok(())
    }

    /// A WebSocket that it may go over to, and does not yet.
    pub async fn probe(&self) -> WebSocketStream<TcpStream> {
        let query = format!("transport=websocket&sid={}", self.id);
        let stream = open(TcpSocket::new_v4().expect("a socket"), &self.url, &query, &[]).await;
        let mut stream = stream.expect("a socket");
        stream.send(Frame::text("2probe")).await.expect("sent");
        let answer = timeout(PATIENCE, stream.next()).await.expect("in time").expect("a frame").expect("good");
        assert_eq!(answer, Frame::text("3probe"));
        stream
    }

    /// Goes over from polling to a WebSocket as browsers do.
    pub async fn upgrade(&mut self) {
        let mut stream = self.probe().await;
        // Whatever poll waits is answered now.
        let left = poll(&self.http, &self.address()).await.text().await.expect("text");
        self.packets.extend(left.split('\u{1e}').filter(|packet| *packet != "6").map(str::to_owned));
        stream.send(Frame::text("5")).await.expect("sent");
        self.transport = Transport::WebSocket(Box::new(stream));
    }

    /// Where it polls.
    pub fn address(&self) -> String {
        format!("{}/socket.io/?EIO=4&transport=polling&sid={}", self.url, self.id)
    }

    /// Sends an event.
    pub async fn emit(&mut self, event: &str, data: Value) {
        self.send(&format!("42{}", json!([event, data]))).await;
    }

    /// Sends an event and waits for its acknowledgement.
    pub async fn call(&mut self, event: &str, data: Value) -> Value {
        self.asked += 1;
        let number = self.asked;
        self.send(&format!("42{number}{}", json!([event, data]))).await;
        loop {
            match self.fetch().await {
                Heard::Ack(of, answer) if of == number => return answer,
                Heard::Closed => panic!("closed"),
                other => self.passed.push(other),
            }
        }
    }

    /// Sends an event that must be refused; returns the sentence, which comes as an event as well.
    pub async fn refused(&mut self, event: &str, data: Value) -> String {
        let answer = self.call(event, data).await;
        let sentence = answer["error"].as_str().unwrap_or_else(|| panic!("{event} was taken: {answer}")).to_owned();
        assert_eq!(answer["message"], sentence.as_str());
        assert_eq!(self.until("error").await, json!({"message": sentence}));
        sentence
    }

    /// Sends a packet as it is.
    pub async fn send(&mut self, packet: &str) {
        self.try_send(packet).await.expect("sent");
    }

    /// Sends a packet, if there is still someone to send to.
    pub async fn try_send(&mut self, packet: &str) -> Result<(), ()> {
        match &mut self.transport {
            Transport::WebSocket(stream) => stream.send(Frame::text(packet)).await.map_err(drop),
            Transport::Polling => {
                let request = self.http.post(self.address()).header("content-type", "text/plain;charset=UTF-8");
                let response = request.body(packet.to_owned()).send().await.map_err(drop)?;
                if response.status() == 200 { Ok(()) } else { Err(()) }
            }
        }
    }

    /// Sends a frame as it is, over a WebSocket.
    pub async fn send_frame(&mut self, frame: Frame) {
        let Transport::WebSocket(stream) = &mut self.transport else { panic!("not over a WebSocket") };
        stream.send(frame).await.expect("sent");
    }

    /// Whatever comes next, or came while something else was waited for.
    pub async fn next(&mut self) -> Heard {
        if self.passed.is_empty() { self.fetch().await } else { self.passed.remove(0) }
    }

    /// The data of the next event of that name; others before it are dropped.
    pub async fn until(&mut self, wanted: &str) -> Value {
        loop {
            match self.next().await {
                Heard::Event(event, data) if event == wanted => return data,
                Heard::Closed => panic!("closed instead of “{wanted}”"),
                _ => {}
            }
        }
    }

    /// The next event, whatever it is called.
    pub async fn event(&mut self) -> (String, Value) {
        match self.next().await {
            Heard::Event(event, data) => (event, data),
            other => panic!("no event but {other:?}"),
        }
    }

    /// The names of the events up to the one called `last`.
    pub async fn names_until(&mut self, last: &str) -> Vec<String> {
        let mut names = Vec::new();
        while names.last().is_none_or(|name| name != last) {
            names.push(self.event().await.0);
        }
        names
    }

    /// Waits until the server has closed the connection; returns whether it put the client out first.
    pub async fn closed(&mut self) -> bool {
        let mut put_out = false;
        loop {
            match self.next().await {
                Heard::Disconnected => put_out = true,
                Heard::Closed => return put_out,
                _ => {}
            }
        }
    }

    async fn fetch(&mut self) -> Heard {
        loop {
            let Some(packet) = self.packet().await else { return Heard::Closed };
            let (kind, content) = packet.split_at(packet.len().min(2));
            return match kind {
                "40" => Heard::Connected,
                "44" => {
                    let refusal: Value =
                        serde_json::from_str(&content[content.find('{').unwrap_or(0)..]).expect("JSON");
                    Heard::Refused(refusal["message"].as_str().expect("text").to_owned())
                }
                "41" => Heard::Disconnected,
                "42" => {
                    let (event, data): (String, Value) = serde_json::from_str(content).expect("an event");
                    Heard::Event(event, data)
                }
                "43" => {
                    let start = content.find('[').expect("data");
                    let (data,): (Value,) = serde_json::from_str(&content[start..]).expect("JSON");
                    Heard::Ack(content[..start].parse().expect("a number"), data)
                }
                "1" => Heard::Closed,
                "6" => continue,
                "2" => {
                    // Where nobody takes it any more, the next read tells.
                    let _ = self.try_send("3").await;
                    continue;
                }
                _ => panic!("an unknown packet: {packet}"),
            };
        }
    }

    /// The next packet; or that there will be none.
    async fn packet(&mut self) -> Option<String> {
        loop {
            if let Some(packet) = self.packets.pop_front() {
                return Some(packet);
            }
            match &mut self.transport {
                Transport::WebSocket(stream) => {
                    match timeout(PATIENCE, stream.next()).await.expect("something in time") {
                        Some(Ok(Frame::Text(text))) => return Some(text.to_string()),
                        Some(Ok(Frame::Close(_)) | Err(_)) | None => return None,
                        Some(Ok(_)) => {}
                    }
                }
                Transport::Polling => {
                    // A server that stops may be gone already.
                    let polling =
                        timeout(PATIENCE, self.http.get(self.address()).send()).await.expect("something in time");
                    let response = polling.ok().filter(|response| response.status() == 200)?;
                    let text = response.text().await.expect("text");
                    self.packets.extend(text.split('\u{1e}').map(str::to_owned));
                }
            }
        }
    }
}

async fn poll(http: &Http, address: &str) -> Response {
    timeout(PATIENCE, http.get(address).send()).await.expect("something in time").expect("an answer")
}

async fn open(
    socket: TcpSocket,
    url: &str,
    query: &str,
    headers: Headers<'_>,
) -> Result<WebSocketStream<TcpStream>, StatusCode> {
    let address = url.trim_start_matches("http://").parse().expect("an address");
    let stream = socket.connect(address).await.expect("a connection");
    let url = format!("{}/socket.io/?EIO=4&{query}", url.replacen("http", "ws", 1));
    let mut request = url.into_client_request().expect("a request");
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().expect("a header's value"));
    }
    match timeout(PATIENCE, client_async(request, stream)).await.expect("an answer in time") {
        Ok((stream, _)) => Ok(stream),
        Err(tungstenite::Error::Http(response)) => Err(response.status()),
        Err(error) => panic!("no socket: {error}"),
    }
}

/// A person's id, and that of the public chat.
pub async fn ids(person: &Person) -> (UserId, ConversationId) {
    let socket = person.listen().await;
    (socket.user_id, socket.public())
}

/// A room of someone's, open or private.
pub async fn room(owner: &Person, name: &str, private: bool) -> i64 {
    let mut fields = vec![("name", name), ("topic", "")];
    if private {
        fields.push(("private", "true"));
    }
    let location = owner.post("/rooms", &fields).await;
    location.trim_start_matches("/c/").parse().expect("an id")
}
