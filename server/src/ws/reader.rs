//! The way into a socket: frames are read, put in line and carried out one after the other, so that what one client
//! says takes effect in its order, while more is read and events go out.

use std::{collections::VecDeque, pin::Pin, sync::atomic::Ordering, time::Duration};

use chat::{Chat, Draft, Subscription};
use futures::StreamExt as _;
use protocol::{ClientFrame, Error, ServerFrame};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{self, Message};

use super::line::Line;
use crate::{
    metrics,
    websocket::{Close, Incoming, Pace},
};

/// How long a client may take to say what it knows.
const RESUME_LIMIT: Duration = Duration::from_secs(10);
/// How many frames wait in line before no more are read.
const WAITING_LIMIT: usize = 64;
/// How often a client may send what can't be understood.
const NONSENSE_LIMIT: u32 = 10;

/// Reads one socket.
pub struct Reader<'a> {
    line: &'a Line,
    pace: Pace,
    /// Whether the pace was kept for the frame that is being waited for.
    kept: bool,
    nonsense: u32,
}

/// What carries a frame out. Boxed, so that the many sockets that say nothing don't keep room for it.
type Work<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

impl<'a> Reader<'a> {
    /// A reader of what comes over `line`.
    pub fn new(line: &'a Line, paced: bool) -> Self {
        Self { line, pace: Pace::new(paced), kept: false, nonsense: 0 }
    }

    /// Reads until the client ends, or goes too far.
    pub async fn run(mut self, incoming: &mut Incoming) -> Close {
        let first = match timeout(RESUME_LIMIT, self.next(incoming)).await {
            Ok(Ok(frame @ ClientFrame::Resume { .. })) => frame,
            Ok(Ok(_)) | Err(_) => return Close::Silent,
            Ok(Err(close)) => return close,
        };
        let mut waiting = VecDeque::new();
        let mut work = Some(self.carry_out(first));
        loop {
            tokio::select! {
                () = async { if let Some(work) = &mut work { work.await } }, if work.is_some() => {
                    work = waiting.pop_front().map(|frame| self.carry_out(frame));
                }
                frame = self.next(incoming), if waiting.len() < WAITING_LIMIT => match frame {
                    Ok(frame) if work.is_none() => work = Some(self.carry_out(frame)),
                    Ok(frame) => waiting.push_back(frame),
                    Err(close) => return close,
                },
            }
            // A client that has to wait in line can't be heard.
            self.line.heard.fetch_or(waiting.len() == WAITING_LIMIT, Ordering::Relaxed);
        }
    }

    /// The next frame that can be understood. Dropping this loses nothing: it holds no frame while it waits.
    async fn next(&mut self, incoming: &mut Incoming) -> Result<ClientFrame, Close> {
        loop {
            if !self.kept {
                self.pace.keep().await;
                self.kept = true;
            }
            let message = match incoming.next().await {
                Some(Ok(message)) => message,
                Some(Err(tungstenite::Error::Capacity(_))) => return Err(Close::TooLarge),
                Some(Err(_)) | None => return Err(Close::Gone),
            };
            self.kept = false;
            self.line.heard.store(true, Ordering::Relaxed);
            let problem = match message {
                Message::Text(text) => match serde_json::from_str(&text) {
                    Ok(frame) => {
                        metrics::count_frame();
                        return Ok(frame);
                    }
                    Err(error) => Error::invalid("frame", format!("This is no frame: {error}")),
                },
                Message::Binary(_) => Error::invalid("frame", "Frames are text, one JSON object each."),
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
                Message::Close(_) => return Err(Close::Gone),
            };
            self.nonsense += 1;
            if self.nonsense > NONSENSE_LIMIT {
                return Err(Close::Nonsense);
            }
            self.line.subscription.push(&ServerFrame::Error { error: problem });
        }
    }

    fn carry_out(&self, frame: ClientFrame) -> Work<'a> {
        let Line { chat, subscription, outlet, request_id, .. } = self.line;
        Box::pin(async move {
            // Not while the client leaves unread what it was answered before: answers must not pile up.
            // One that is gone is noticed by who reads it.
            let _ = outlet.drained().await;
            let outcome = match frame {
                ClientFrame::Send { client_id, conversation_id, body, files } => {
                    let client = Some(client_id.clone());
                    let draft = Draft { client_id: client, files, ..Draft::of(conversation_id, body) };
                    subscription.push(&send(chat, subscription, request_id, client_id, draft).await);
                    Ok(())
                }
                ClientFrame::Resume { person, place, conversations } => {
                    chat.resume(subscription, person, place, &conversations).await
                }
                ClientFrame::Read { conversation_id, seq } => {
                    chat.mark_read(subscription.caller(), conversation_id, seq).await
                }
                ClientFrame::Typing { conversation_id } => chat.typing(subscription.caller(), conversation_id).await,
                ClientFrame::Watch { users } => {
                    chat.watch(subscription, &users);
                    Ok(())
                }
            };
            if let Err(error) = outcome {
                subscription.push(&ServerFrame::Error { error: error.report(request_id) });
            }
        })
    }
}

async fn send(
    chat: &Chat,
    subscription: &Subscription,
    request_id: &str,
    client_id: String,
    draft: Draft,
) -> ServerFrame {
    match chat.send(subscription.caller(), draft).await {
        Ok(message) => ServerFrame::Accepted { client_id, message: Box::new(message) },
        Err(error) => ServerFrame::Refused { client_id, error: error.report(request_id) },
    }
}
