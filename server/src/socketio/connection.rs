//! One session from its first request to its end, in one task: first it must say who it is, then it listens and
//! speaks side by side, so that neither a slow commit nor a slow client keeps the other direction waiting.

use std::{sync::Arc, time::Duration};

use chat::{Authenticated, Subscription};
use futures::FutureExt as _;
use protocol::Error;
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use super::{
    authenticate::authenticate,
    introduction::Introduction,
    line::{Line, Presence},
    listener::Listener,
    packet::{self, Packet},
    speaker,
    told::Person,
};
use crate::{
    AppState,
    engineio::{Host, Session},
    session::lifetime,
    settings::Switch,
    websocket::Close,
};

/// How long a client may take to say who it is.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Serves a session until either side ends it.
pub async fn run(state: AppState, mut host: Host, introduction: Introduction) {
    let session = host.session.clone();
    let mut listener = Listener::new(session.clone(), state.settings.rate_limit == Switch::On);
    let close = tokio::select! {
        // In this order: whoever has lost the right to read must not get what else is ready.
        biased;
        () = state.stopping.cancelled() => Close::Restarting,
        close = session.ended() => close,
        close = host.attend() => close,
        close = converse(&state, &session, &introduction, &mut listener) => close,
    };
    tracing::debug!(request_id = &*introduction.request_id, ?close, "Socket.IO session closed");
    let mut last = Vec::new();
    if close == Close::TooLarge {
        last.push(packet::event("error", &json!({"message": "That was more than can be taken in at once."})));
    }
    // With this word a client doesn't come back by itself; without it, it does.
    if matches!(close, Close::SignedOut | Close::Nonsense | Close::TooLarge) {
        last.push(packet::disconnected());
    }
    // Here a stopping server waits until the client was told.
    Box::pin(host.part(close, last)).await;
}

async fn converse(
    state: &AppState,
    session: &Arc<Session>,
    introduction: &Introduction,
    listener: &mut Listener,
) -> Close {
    loop {
        // Boxed, so that those who are in don't keep room for it.
        let (found, line) = match Box::pin(admit(state, session, introduction, listener)).await {
            Ok(admitted) => admitted,
            Err(close) => return close,
        };
        let line = Arc::new(line);
        let _presence = Presence(line.clone());
        session.answer(packet::connected(&new_id(state)));
        line.emit("connected", &json!({"message": format!("Welcome {}!", line.person().username)}));
        line.emit("echo", &"you have been connected");
        let mut speaking = state.socketio.0.couriers.carry(speaker::run(line.clone()).boxed(), ());
        let close = tokio::select! {
            biased;
            () = tokio::time::sleep(lifetime(state, found)) => Some(Close::Expired),
            close = &mut speaking => Some(close),
            close = listener.run(&line) => close,
        };
        if let Some(close) = close {
            return close;
        }
    }
}

/// Waits until the client says who it is, well enough to be let in. It may try again, but not for long.
async fn admit(
    state: &AppState,
    session: &Arc<Session>,
    introduction: &Introduction,
    listener: &mut Listener,
) -> Result<(Authenticated, Line), Close> {
    let deadline = Instant::now() + CONNECT_LIMIT;
    loop {
        let text = timeout_at(deadline, listener.next()).await.map_err(|_| Close::Silent)??;
        let (namespace, refusal) = match Packet::parse(&text) {
            Some(Packet::Connect { namespace: "/", auth }) => match enter(state, introduction, auth).await {
                Ok((found, subscription, person)) => {
                    let request_id = introduction.request_id.clone();
                    return Ok((found, Line::new(state.clone(), session.clone(), request_id, subscription, person)));
                }
                Err(refusal) => ("/", refusal.to_string()),
            },
            Some(Packet::Connect { namespace, .. }) => (namespace, "Invalid namespace".to_owned()),
            _ => {
                listener.count_nonsense()?;
                continue;
            }
        };
        session.answer(packet::refused(namespace, &refusal));
        listener.count_nonsense()?;
    }
}

async fn enter(
    state: &AppState,
    introduction: &Introduction,
    auth: Option<&str>,
) -> Result<(Authenticated, Subscription, Person), Error> {
    if state.stopping.is_cancelled() {
        return Err(Error::Unavailable);
    }
    let found = authenticate(state, introduction, auth).await?;
    let admitted = async {
        let subscription = state.chat.connect(found.caller).await?;
        let account = state.chat.account(found.caller).await?;
        // Nothing is caught up on: what was missed is read over the API.
        state.chat.resume(&subscription, None, None, &[]).await?;
        Ok::<_, chat::Error>((found, subscription, Person::from(&account.user)))
    };
    admitted.await.map_err(|error| error.report(&introduction.request_id))
}

/// The client's id in the namespace. Unlike that of its connection it is no secret.
fn new_id(state: &AppState) -> String {
    let mut random = [0; 16];
    (state.environment.random)(&mut random);
    format!("{:032x}", u128::from_ne_bytes(random))
}
