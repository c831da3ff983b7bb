//! One session from its first request to its end, in one task: first it must say who it is, then it listens and
//! speaks side by side, so that neither a slow commit nor a slow client keeps the other direction waiting.

use std::{sync::Arc, time::Duration};

use chat::{Authenticated, Subscription};
use protocol::Error;
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use super::{
    authenticate::authenticate,
    line::Line,
    listener::Listener,
    packet::{self, Packet},
    session::{Queue, Session},
    speaker,
    told::Person,
};
use crate::{AppState, session::lifetime, settings::Switch, websocket::Close};

/// How long a client may take to say who it is.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Serves a session until either side ends it.
pub async fn run(state: AppState, session: Session, queue: Queue) {
    let session = Arc::new(session);
    let mut listener = Listener::new(queue, state.settings.rate_limit == Switch::On);
    let close = tokio::select! {
        // In this order: whoever has lost the right to read must not get what else is ready.
        biased;
        () = state.stopping.cancelled() => Close::Restarting,
        close = session.ending() => close,
        close = converse(&state, &session, &mut listener) => close,
    };
    tracing::debug!(request_id = session.request_id, ?close, "Socket.IO session closed");
    if close == Close::TooLarge {
        session.pass_on(packet::event("error", &json!({"message": "That was more than can be taken in at once."})));
    }
    // With this word a client doesn't come back by itself; without it, it does.
    if matches!(close, Close::SignedOut | Close::Nonsense | Close::TooLarge) {
        session.pass_on(packet::DISCONNECTED.into());
    }
    // Here a stopping server waits until the client was told.
    session.part().await;
}

async fn converse(state: &AppState, session: &Arc<Session>, listener: &mut Listener) -> Close {
    loop {
        let (found, subscription, person) = match admit(state, session, listener).await {
            Ok(admitted) => admitted,
            Err(close) => return close,
        };
        let id = new_id(state);
        let (line, letters) = Line::new(state.clone(), session.clone(), subscription, person);
        session.answer(packet::connected(&id));
        line.emit("connected", &json!({"message": format!("Welcome {}!", line.person().username)}));
        line.emit("echo", &"you have been connected");
        let close = tokio::select! {
            biased;
            () = tokio::time::sleep(lifetime(state, found)) => Some(Close::Expired),
            close = speaker::run(&line, letters) => Some(close),
            close = listener.run(&line) => close,
        };
        if let Some(close) = close {
            return close;
        }
    }
}

type Admitted = (Authenticated, Subscription, Person);

/// Waits until the client says who it is, well enough to be let in. It may try again, but not for long.
async fn admit(state: &AppState, session: &Session, listener: &mut Listener) -> Result<Admitted, Close> {
    let deadline = Instant::now() + CONNECT_LIMIT;
    loop {
        let text = timeout_at(deadline, listener.next()).await.map_err(|_| Close::Silent)??;
        let (namespace, refusal) = match Packet::parse(&text) {
            Some(Packet::Connect { namespace: "/", auth }) => match enter(state, session, auth).await {
                Ok(admitted) => return Ok(admitted),
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

async fn enter(state: &AppState, session: &Session, auth: Option<&str>) -> Result<Admitted, Error> {
    if state.stopping.is_cancelled() {
        return Err(Error::Unavailable);
    }
    let found = authenticate(state, session, auth).await?;
    let admitted = async {
        let subscription = state.chat.connect(found.caller).await?;
        let account = state.chat.account(found.caller).await?;
        // Nothing is caught up on: what was missed is read over the API.
        state.chat.resume(&subscription, None, None, &[]).await?;
        Ok::<_, chat::Error>((found, subscription, Person::from(&account.user)))
    };
    admitted.await.map_err(|error| error.report(&session.request_id))
}

/// The client's id in the namespace. Unlike that of its connection it is no secret.
fn new_id(state: &AppState) -> String {
    let mut random = [0; 16];
    (state.environment.random)(&mut random);
    format!("{:032x}", u128::from_ne_bytes(random))
}
