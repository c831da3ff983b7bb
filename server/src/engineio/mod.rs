//! Engine.IO, revision 4: a line of packets in both directions, over requests that wait (“polling”), a WebSocket, or first
//! one and then the other. `ARCHITECTURE.md` says why it is our own.
//!
//! Source: the Engine.IO protocol, revision 4, socket.io/docs/v4/engine-io-protocol.

mod host;
mod packet;
mod polling;
mod request;
mod session;
mod socket;
mod way;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    extract::Request,
    http::Method,
    response::{IntoResponse as _, Response},
};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::json;

pub use self::{
    host::Host,
    packet::Frame,
    session::{Session, Word},
};
use self::{
    host::PONG,
    request::{Asked, Refusal, Transport, write_id},
    way::Carrier,
};
use crate::{
    error::Result,
    websocket::{self, FRAME_LIMIT, PING},
};

/// All sessions, by their id, which is as good as a token: whoever knows it speaks for the client.
#[derive(Clone, Default)]
struct Sessions(Arc<Mutex<HashMap<u128, Arc<Session>>>>);

impl Sessions {
    fn find(&self, id: u128) -> Option<Arc<Session>> {
        self.all().get(&id).filter(|session| !session.is_over()).cloned()
    }

    fn remove(&self, id: u128) {
        self.all().remove(&id);
    }

    fn all(&self) -> MutexGuard<'_, HashMap<u128, Arc<Session>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers the requests of all clients.
pub struct Engine {
    random: fn(&mut [u8]),
    sessions: Sessions,
}

/// A session that begins; none if the client has left before.
pub type Beginning = BoxFuture<'static, Option<Host>>;

impl Engine {
    /// One whose ids are drawn from `random`.
    pub fn new(random: fn(&mut [u8])) -> Self {
        Self { random, sessions: Sessions::default() }
    }

    /// Answers a request. If it begins a session, that is to be attended to.
    pub async fn answer(&self, request: Request) -> (Response, Option<Beginning>) {
        match Asked::parse(request.method(), request.uri()) {
            Ok(Asked { transport: Transport::Polling, session: None }) => self.open_polling(),
            Ok(Asked { transport: Transport::WebSocket, session: None }) => self.open_socket(request),
            Ok(Asked { transport, session: Some(id) }) => {
                let answer = match self.sessions.find(id) {
                    Some(session) => go_on(session, transport, request).await,
                    None => Ok(Refusal::UnknownSession.into_response()),
                };
                (answer.into_response(), None)
            }
            Err(refusal) => (refusal.into_response(), None),
        }
    }

    fn open_polling(&self) -> (Response, Option<Beginning>) {
        let id = self.new_id();
        let session = Arc::new(Session::new(Carrier::Polling { waits: false, upgrading: false }));
        // Before the answer: the client may come back at once.
        self.sessions.all().insert(id, session.clone());
        let host = Host::new(id, session, self.sessions.clone(), None);
        let greeting = polling::text(greeting(id, &["websocket"]).text().to_vec());
        (greeting, Some(std::future::ready(Some(host)).boxed()))
    }

    fn open_socket(&self, request: Request) -> (Response, Option<Beginning>) {
        let (answer, upgrade) = match websocket::answer(request) {
            Ok(answered) => answered,
            Err(refusal) => return (crate::error::Error::from(refusal).into_response(), None),
        };
        let (id, sessions) = (self.new_id(), self.sessions.clone());
        let beginning = async move {
            let (incoming, outlet) = websocket::open(upgrade).await?;
            let session = Arc::new(Session::new(Carrier::WebSocket { outlet, full: false }));
            session.pass_on([greeting(id, &[])]);
            sessions.all().insert(id, session.clone());
            Some(Host::new(id, session, sessions, Some(incoming)))
        };
        (answer, Some(beginning.boxed()))
    }

    fn new_id(&self) -> u128 {
        let mut random = [0; 16];
        (self.random)(&mut random);
        u128::from_ne_bytes(random)
    }
}

/// The first packet of a session: its id, and what the client has to know.
fn greeting(id: u128, upgrades: &[&str]) -> Frame {
    let handshake = json!({
        "sid": write_id(id),
        "upgrades": upgrades,
        "pingInterval": PING.as_secs() * 1000,
        "pingTimeout": PONG.as_secs() * 1000,
        "maxPayload": FRAME_LIMIT,
    });
    Frame::open(&handshake.to_string())
}

/// Answers a request for a session that there is.
async fn go_on(session: Arc<Session>, transport: Transport, request: Request) -> Result<Response> {
    if !session.is_polling() {
        return Ok(Refusal::WrongTransport.into_response());
    }
    let answer = match (transport, request.method()) {
        (Transport::Polling, &Method::GET) => polling::poll(&session).await,
        (Transport::Polling, &Method::POST) => polling::hear(&session, request.into_body()).await,
        (Transport::WebSocket, &Method::GET) => {
            let (answer, upgrade) = websocket::answer(request)?;
            tokio::spawn(socket::upgrade(session, upgrade));
            Ok(answer)
        }
        _ => Err(Refusal::Nonsense),
    };
    Ok(answer.unwrap_or_else(Refusal::into_response))
}
