//! A session's WebSocket: how a client goes over to it, and what it says over it.

use std::{future::pending, sync::Arc, time::Duration};

use futures::StreamExt as _;
use hyper::upgrade::OnUpgrade;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{self, Message};

use super::{
    packet::{Frame, Packet},
    session::{Session, Word},
};
use crate::websocket::{self, Close, Incoming};

/// How long a client may take to try its WebSocket.
const UPGRADE_LIMIT: Duration = Duration::from_secs(10);

/// Lets a session go over from polling to a WebSocket, if it carries; otherwise polls go on.
pub async fn upgrade(session: Arc<Session>, upgrade: OnUpgrade) {
    tokio::select! {
        _ = session.ended() => {}
        _ = timeout(UPGRADE_LIMIT, attempt(&session, upgrade)) => {}
    }
}

async fn attempt(session: &Session, upgrade: OnUpgrade) -> Option<()> {
    let (mut incoming, outlet) = websocket::open(upgrade).await?;
    expect(&mut incoming, Packet::Probe).await?;
    // From here on no poll takes anything, so that nothing comes twice or out of order.
    let attempt = Attempt::begin(session)?;
    outlet.send(Frame::probe().bytes()).ok()?;
    expect(&mut incoming, Packet::Upgrade).await?;
    session.go_over(outlet, incoming);
    drop(attempt);
    Some(())
}

async fn expect(incoming: &mut Incoming, expected: Packet<'_>) -> Option<()> {
    match incoming.next().await {
        Some(Ok(Message::Text(text))) => (Packet::parse(&text) == Some(expected)).then_some(()),
        _ => None,
    }
}

/// An attempt to go over, which ends however that turns out.
struct Attempt<'a>(&'a Session);

impl<'a> Attempt<'a> {
    fn begin(session: &'a Session) -> Option<Self> {
        session.begin_upgrade().then_some(Self(session))
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        self.0.give_up_upgrade();
    }
}

/// Hears what comes over a WebSocket, which the client may yet have to come over to. What it said before it left is still
/// carried out, so its leaving waits in line behind that.
pub async fn read(session: &Session, socket: &mut Option<Box<Incoming>>) -> Close {
    let incoming = match socket {
        Some(incoming) => incoming,
        None => socket.insert(session.arrival().await),
    };
    loop {
        let text = match incoming.next().await {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(_))) => {
                session.hear(Word::Binary);
                continue;
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            Some(Err(tungstenite::Error::Capacity(_))) => return Close::Gone,
            Some(Ok(Message::Close(_)) | Err(_)) | None => break,
        };
        match Packet::parse(&text) {
            Some(Packet::Message(text)) => session.hear(Word::Text(text.into())),
            Some(Packet::Pong) => session.note_pong(),
            Some(Packet::Close) => break,
            _ => return Close::Gone,
        }
    }
    session.hear(Word::Goodbye);
    pending().await
}
