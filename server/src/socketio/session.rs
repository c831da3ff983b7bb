//! One client's connection: what it says waits here in line, what it is told goes out from here, and here it ends.

use std::{
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::context::Visitor;
use axum::{
    body::Bytes,
    extract::Query,
    http::{header, request::Parts},
};
use chat::Authenticated;
use engineioxide::{DisconnectReason, Str};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{engine::Connection, line::lock};
use crate::{AppState, cors, same_origin, session::bearer, websocket::Close};

/// How much of a client's words may wait in line, in bytes: an outbox that drains after a day offline fits.
const WAITING_LIMIT: usize = 1024 * 1024;
/// What a packet in line costs beside its text, in bytes.
const OVERHEAD: usize = 64;
/// How long the end waits until the client was told.
const PARTING_LIMIT: Duration = Duration::from_secs(5);

/// What a client said.
pub enum Incoming {
    Text(Str),
    Binary,
}

impl Incoming {
    fn cost(&self) -> usize {
        match self {
            Self::Text(text) => OVERHEAD + text.len(),
            Self::Binary => OVERHEAD,
        }
    }
}

/// Why a session ends, once it does.
#[derive(Default)]
struct Ending {
    close: OnceLock<Close>,
    token: CancellationToken,
}

impl Ending {
    fn end(&self, close: Close) {
        // The first reason counts.
        let _ = self.close.set(close);
        self.token.cancel();
    }
}

/// Where a connection leaves what its client says. It is never made to wait: who says more than fits is cut off.
pub struct Ear {
    line: mpsc::UnboundedSender<Incoming>,
    waiting: Arc<AtomicUsize>,
    ending: Arc<Ending>,
}

impl Ear {
    /// Puts it in line.
    pub fn hear(&self, incoming: Incoming) {
        let cost = incoming.cost();
        if self.waiting.fetch_add(cost, Ordering::Relaxed) + cost > WAITING_LIMIT {
            self.end(Close::TooLarge);
        } else {
            // Nobody hears any more where the session has ended.
            let _ = self.line.send(incoming);
        }
    }

    /// Ends the session.
    pub fn end(&self, close: Close) {
        self.ending.end(close);
    }
}

/// What waits in line.
pub struct Queue {
    line: mpsc::UnboundedReceiver<Incoming>,
    waiting: Arc<AtomicUsize>,
}

impl Queue {
    /// The next thing that the client said; none once it is gone.
    pub async fn next(&mut self) -> Option<Incoming> {
        let incoming = self.line.recv().await?;
        self.waiting.fetch_sub(incoming.cost(), Ordering::Relaxed);
        Some(incoming)
    }
}

/// One client's connection.
pub struct Session {
    pub socket: Arc<Connection>,
    /// The token in the address of its first request.
    pub token: Option<String>,
    /// Who that request's header or cookie stands for.
    pub found: Option<Authenticated>,
    /// The id of that request; faults are logged under it.
    pub request_id: String,
    ending: Arc<Ending>,
    /// What it was answered and has not taken yet.
    answers: Mutex<Vec<Bytes>>,
}

#[derive(Deserialize)]
struct Asked {
    token: Option<String>,
}

impl Session {
    /// The session of a new connection, where that puts what it hears, and where it is to be read.
    pub fn new(state: &AppState, socket: Arc<Connection>) -> (Self, Ear, Queue) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let (waiting, ending) = (Arc::new(AtomicUsize::new(0)), Arc::new(Ending::default()));
        let request = &socket.req_parts;
        let asked = Query::<Asked>::try_from_uri(&request.uri);
        let visitor = request.extensions.get::<Visitor>();
        let found = request.extensions.get::<Authenticated>().copied();
        let session = Self {
            token: asked.ok().and_then(|Query(asked)| asked.token).filter(|token| !token.is_empty()),
            found: found.filter(|_| is_trusted(state, request)),
            request_id: visitor.map(|visitor| visitor.request_id.clone()).unwrap_or_default(),
            ending: ending.clone(),
            answers: Mutex::default(),
            socket,
        };
        let ear = Ear { line: sender, waiting: waiting.clone(), ending };
        (session, ear, Queue { line: receiver, waiting })
    }

    /// Queues what this client alone is told.
    pub fn answer(&self, packet: Str) {
        lock(&self.answers).push(packet.clone().into());
        self.pass_on(packet);
    }

    /// Queues what others are told as well. Nobody waits for a client that has no room left: it is cut off.
    pub fn pass_on(&self, packet: Str) {
        if self.socket.emit(packet).is_err() {
            self.end(if self.socket.is_closed() { Close::Gone } else { Close::TooSlow });
        }
    }

    /// Waits until the client, or the buffers on the way to it, have taken what it was answered: answers must not pile
    /// up. Only the packets themselves tell, by being let go of.
    pub async fn answered(&self) {
        let mut pause = Duration::from_millis(1);
        while self.has_answers() {
            tokio::time::sleep(pause).await;
            pause = (2 * pause).min(Duration::from_millis(100));
        }
    }

    fn has_answers(&self) -> bool {
        let mut answers = lock(&self.answers);
        answers.retain(|answer| !answer.is_unique());
        !answers.is_empty()
    }

    /// Ends it.
    pub fn end(&self, close: Close) {
        self.ending.end(close);
    }

    /// Waits until someone ends it.
    pub async fn ending(&self) -> Close {
        self.ending.token.cancelled().await;
        self.ending.close.get().copied().unwrap_or(Close::Gone)
    }

    /// Hangs up, and waits until what is on its way has gone out.
    pub async fn part(&self) {
        self.socket.close(DisconnectReason::ClosingServer);
        let _ = tokio::time::timeout(PARTING_LIMIT, self.socket.closed()).await;
    }
}

/// Whether the request's own credential counts. A cookie is sent by whatever page asks, so the page must be ours or of
/// an origin that a setting lists; a token is sent only by those who know it.
fn is_trusted(state: &AppState, request: &Parts) -> bool {
    let origin = request.headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    bearer(&request.headers).is_some()
        || same_origin::origin_is_own(state, &request.headers, &request.uri)
        || origin.is_some_and(|origin| cors::is_listed(state, origin))
}
