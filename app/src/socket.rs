//! The socket: opened, listened to, and opened again whenever it is lost. `docs/realtime.md` says what goes over it.

use std::pin::pin;

use futures::{
    FutureExt, SinkExt, StreamExt,
    channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded},
    select,
};
use gloo_net::websocket::{Message, WebSocketError, futures::WebSocket};
use leptos::prelude::*;
use protocol::{CLOSE_RESTARTING, CLOSE_SIGNED_OUT, ClientFrame, ServerFrame, Stream, UserId};

use crate::{
    api::conversation,
    browser, json,
    state::{Connection, Need, Store},
};

/// The first wait before another try, in milliseconds; it doubles with every failure.
const FIRST_WAIT: i64 = 500;
/// The longest wait, in milliseconds.
const LONGEST_WAIT: i64 = 30_000;
/// How long to wait for word of why a socket was refused, in milliseconds.
const PATIENCE: i64 = 5_000;
/// How many people the server lets one watch.
const MOST_WATCHED: usize = 500;

/// What the page hears about the network, from elsewhere than the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// There is no network.
    Lost,
    /// A try is worth while now.
    Try,
}

/// Why a socket came to its end.
enum End {
    /// The server or the network closed it, with this code if there was one.
    Closed(Option<u16>),
    /// Nothing was heard for too long.
    Silent,
    /// The network is gone; the socket may not know yet.
    Lost,
}

/// Keeps a socket open as long as the page lives.
pub async fn keep_open(store: Store, mut hints: UnboundedReceiver<Hint>) {
    let mut failures = 0_u32;
    loop {
        let (end, was_live) = session(store, &mut hints).await;
        store.set_outgoing(None);
        store.forget_holes();
        if was_live {
            failures = 0;
        }
        if is_signed_out(&end, was_live).await {
            store.connection.set(Connection::SignedOut);
            return browser::leave_for("/sign-in");
        }
        let wait = match end {
            // Everyone comes back at the same time: spread over a moment, but without waiting for long.
            End::Closed(Some(CLOSE_RESTARTING)) => jittered(2 * FIRST_WAIT),
            End::Silent => 0,
            End::Closed(_) | End::Lost => jittered(LONGEST_WAIT.min(FIRST_WAIT << failures.min(10))),
        };
        failures += 1;
        let lost = failures > 1 || matches!(end, End::Lost);
        store.connection.set(if lost { Connection::Offline } else { Connection::Connecting });
        let mut pause = pin!(browser::sleep(wait).fuse());
        loop {
            select! {
                () = pause => break,
                hint = hints.next() => if hint == Some(Hint::Try) { break },
            }
        }
    }
}

/// Whether the session is over. A browser doesn't tell a page why a socket was refused, so that is asked for.
async fn is_signed_out(end: &End, was_live: bool) -> bool {
    match end {
        End::Closed(Some(CLOSE_SIGNED_OUT)) => true,
        End::Closed(code) if !was_live && *code != Some(CLOSE_RESTARTING) => {
            let mut status = pin!(browser::status("/api/v1/account").fuse());
            let mut patience = pin!(browser::sleep(PATIENCE).fuse());
            select! {
                status = status => status == 401,
                () = patience => false,
            }
        }
        End::Closed(_) | End::Silent | End::Lost => false,
    }
}

/// Full jitter: anything up to the longest that this try may wait.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "milliseconds up to 30,000")]
fn jittered(longest: i64) -> i64 {
    (browser::chance() * longest as f64) as i64
}

/// One socket from its opening to its end. Says whether the server ever said that the session is good.
async fn session(store: Store, hints: &mut UnboundedReceiver<Hint>) -> (End, bool) {
    let url = format!("{}/ws", browser::origin().replacen("http", "ws", 1));
    let Ok(socket) = WebSocket::open(&url) else { return (End::Closed(None), false) };
    let (mut sink, stream) = socket.split();
    let mut stream = stream.fuse();
    let (sender, mut frames) = unbounded();
    let mut line = Line { store, sender, watched: Vec::new(), ping: None, beats: false, heard_at: browser::now() };
    loop {
        let mut silence = pin!(browser::sleep(line.silence_left()).fuse());
        select! {
            frame = frames.next() => {
                let Some(Ok(text)) = frame.map(|frame: ClientFrame| serde_json::to_string(&frame)) else { continue };
                // A socket that can't be written to says so to whoever reads from it.
                let _ = sink.send(Message::Text(text)).await;
            }
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => line.hear(&text),
                Some(Ok(Message::Bytes(_))) => {}
                Some(Err(WebSocketError::ConnectionClose(close))) => {
                    return (End::Closed(Some(close.code)), line.ping.is_some());
                }
                Some(Err(_)) | None => return (End::Closed(None), line.ping.is_some()),
            },
            hint = hints.next() => if hint == Some(Hint::Lost) {
                return (End::Lost, line.ping.is_some());
            },
            () = silence => {
                // Something may have been heard since this wait began.
                if line.silence_left() == 0 {
                    return (End::Silent, line.ping.is_some());
                }
            }
        }
    }
}

/// An open socket.
struct Line {
    store: Store,
    sender: UnboundedSender<ClientFrame>,
    /// Whom the server was asked to watch.
    watched: Vec<UserId>,
    /// How often the server gives a sign of life, in seconds; none before it has said so.
    ping: Option<u64>,
    /// Whether those signs are frames: what the protocol below does by itself a page can't see.
    beats: bool,
    /// When something was last heard, by the browser's clock.
    heard_at: i64,
}

impl Line {
    /// How much longer to listen to nothing, in milliseconds.
    fn silence_left(&self) -> i64 {
        let longest = match self.ping {
            None => 15_000,
            Some(seconds) if self.beats => i64::try_from(seconds).unwrap_or(30) * 2_000,
            // The longest that a browser's timer can wait.
            Some(_) => i64::from(i32::MAX),
        };
        (self.heard_at + longest - browser::now()).max(0)
    }

    fn hear(&mut self, text: &str) {
        self.heard_at = browser::now();
        self.beats |= text.trim().is_empty();
        let frames: Vec<ServerFrame> =
            text.lines().filter(|line| !line.is_empty()).filter_map(|line| json::read(line.as_bytes()).ok()).collect();
        if let Some(ping) = frames.iter().find_map(welcome) {
            self.ping = Some(ping);
            self.begin();
        }
        if !frames.is_empty() {
            for need in self.store.receive(frames) {
                self.ask(need);
            }
            self.watch();
        }
    }

    /// The session is good: ask for what was missed, and send what waits.
    fn begin(&mut self) {
        self.store.set_outgoing(Some(self.sender.clone()));
        self.store.send(self.store.with_state(|state| ClientFrame::Resume {
            person: Some(state.person_rev),
            place: Some(state.place_rev),
            conversations: state.cursors(),
        }));
        self.store.send_waiting();
        self.store.connection.set(Connection::Live);
    }

    fn ask(&self, need: Need) {
        match need {
            Need::Resume(stream) => self.store.send(self.store.resume(stream)),
            Need::Refetch(Stream::Conversation { conversation_id }) => {
                browser::spawn(self.store.refetch(conversation_id));
            }
            Need::Refetch(_) => browser::spawn(start_afresh(self.store)),
        }
    }

    /// Asks to be told when the people of the sidebar come and go.
    fn watch(&mut self) {
        let watched = self.store.people_to_watch(MOST_WATCHED);
        if watched != self.watched {
            self.store.send(ClientFrame::Watch { users: watched.clone() });
            self.watched = watched;
        }
    }
}

fn welcome(frame: &ServerFrame) -> Option<u64> {
    if let ServerFrame::Welcome { ping_seconds, .. } = frame { Some(*ping_seconds) } else { None }
}

/// Too much was missed: everything anew, the open conversation at its newest messages.
async fn start_afresh(store: Store) {
    match conversation::start(store.open_id.get_untracked()).await {
        Ok(start) => store.begin_again(start),
        Err(failure) => store.tell(failure.to_string()),
    }
}
