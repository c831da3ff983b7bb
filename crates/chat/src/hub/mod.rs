//! Who is connected and listens to what. The writer publishes each committed change here, once; the hub puts it into
//! the queue of every socket that may see it and never waits for one.

mod socket;
mod table;

use std::{
    any::Any,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use protocol::{ConversationId, Event, SessionId, UserId};
use serde::Serialize;
use tokio::sync::OnceCell;

use socket::Socket;
pub use socket::{CloseReason, Deliveries, Delivery, Item, Items, Subscription};
use table::Table;

use crate::Caller;

/// How long someone counts as online after their last socket went: a page that reloads is not a departure.
const PRESENCE_GRACE: Duration = Duration::from_secs(3);
/// How many people one socket may watch.
const MAX_WATCHED: usize = 500;

/// An event on its way to many sockets: encoded once, whoever asks first.
pub struct Published {
    event: Event,
    posted: bool,
    frame: OnceLock<String>,
    wire: OnceLock<Vec<u8>>,
    translation: OnceCell<Box<dyn Any + Send + Sync>>,
}

impl Published {
    fn new(event: Event) -> Arc<Self> {
        Self::of(event, false)
    }

    fn of(event: Event, posted: bool) -> Arc<Self> {
        Arc::new(Self { event, posted, frame: OnceLock::new(), wire: OnceLock::new(), translation: OnceCell::new() })
    }

    /// What happened.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// Whether it tells of a message that has just been posted, and not of one that changed.
    pub fn is_posted(&self) -> bool {
        self.posted
    }

    /// What another transport makes of the event: made once, by whichever of its sockets asks first, and kept for the
    /// others. There is room for one such transport: none comes back to a second one that asks for another type.
    ///
    /// # Errors
    /// Those of `make`; then nothing is kept.
    pub async fn once<T, E>(&self, make: impl AsyncFnOnce(&Self) -> Result<T, E>) -> Result<Option<&T>, E>
    where
        T: Send + Sync + 'static,
    {
        let boxed = async || Ok(Box::new(make(self).await?) as Box<dyn Any + Send + Sync>);
        Ok(self.translation.get_or_try_init(boxed).await?.downcast_ref())
    }

    /// The event as a line of the socket's protocol ([`protocol::ServerFrame::Event`]).
    pub fn frame(&self) -> &str {
        self.frame.get_or_init(|| {
            // As `ServerFrame::Event` would be, without a copy of the event.
            #[derive(Serialize)]
            #[serde(rename_all = "snake_case")]
            enum Frame<'a> {
                Event(&'a Event),
            }
            encode(&Frame::Event(&self.event))
        })
    }

    /// What the socket's transport sends for [`Published::frame`], as `make` has it: made once, by whichever of its sockets asks
    /// first.
    pub fn wire(&self, make: impl FnOnce(&str) -> Vec<u8>) -> &[u8] {
        self.wire.get_or_init(|| make(self.frame()))
    }
}

/// A frame as one line of JSON.
pub(crate) fn encode(frame: &impl Serialize) -> String {
    // Our models have string keys and finite numbers only: nothing that JSON could refuse.
    serde_json::to_string(frame).unwrap_or_default()
}

/// What a committed change means for those who are connected.
pub(crate) enum Publication {
    /// For everyone in a conversation.
    Conversation(ConversationId, Event),
    /// For everyone in a conversation: a new message.
    Posted(ConversationId, Event),
    /// For one person's devices.
    Person(UserId, Event),
    /// For everyone.
    Place(Event),
    /// From here on this person hears of the conversation.
    Admit(UserId, ConversationId),
    /// From here on they don't.
    Expel(UserId, ConversationId),
    /// These sign-ins are over.
    SignedOut(Vec<SessionId>),
}

/// The table of those who are connected. Clones are the same table.
#[derive(Clone, Default)]
pub(crate) struct Hub(Arc<Mutex<Table>>);

impl Hub {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a socket. It hears of its person at once and of conversations from [`Hub::subscribe`] on; what comes before
    /// its first catch-up is held back behind it.
    pub(crate) fn connect(&self, caller: Caller) -> Subscription {
        let socket = Socket::new(caller);
        let mut table = self.table();
        let came_online = table.insert(&socket);
        if came_online {
            table.publish_presence(caller.user_id, true);
        }
        drop(table);
        Subscription::new(socket, self.clone())
    }

    /// Lets a socket hear of these conversations, as they were read from the database after [`Hub::connect`]. Where a
    /// membership began or ended since that read, the newer word wins.
    pub(crate) fn subscribe(&self, socket: &Arc<Socket>, conversations: impl IntoIterator<Item = ConversationId>) {
        self.table().subscribe(socket, conversations);
    }

    pub(crate) fn watch(&self, socket: &Arc<Socket>, users: &[UserId]) {
        let users = users.iter().copied().take(MAX_WATCHED);
        self.table().watch(socket, users);
    }

    pub(crate) fn is_online(&self, user_id: UserId) -> bool {
        self.table().is_online(user_id)
    }

    pub(crate) fn is_subscribed(&self, user_id: UserId, conversation_id: ConversationId) -> bool {
        self.table().is_subscribed(user_id, conversation_id)
    }

    pub(crate) fn connections(&self) -> usize {
        self.table().connections()
    }

    /// Hands out what a committed change means. Called in the order of the commits.
    pub(crate) fn publish(&self, publication: Publication) {
        let mut table = self.table();
        match publication {
            Publication::Conversation(id, event) => table.publish_to_conversation(id, &Published::new(event), None),
            Publication::Posted(id, event) => table.publish_to_conversation(id, &Published::of(event, true), None),
            Publication::Person(id, event) => table.publish_to_person(id, &Published::new(event)),
            Publication::Place(event) => table.publish_to_all(&Published::new(event)),
            Publication::Admit(user_id, id) => table.admit(user_id, id),
            Publication::Expel(user_id, id) => table.expel(user_id, id),
            Publication::SignedOut(sessions) => table.sign_out(&sessions),
        }
    }

    /// Tells the others in a conversation; nothing is kept of it.
    pub(crate) fn mention_in_passing(&self, conversation_id: ConversationId, event: Event, except: UserId) {
        self.table().publish_to_conversation(conversation_id, &Published::new(event), Some(except));
    }

    /// Closes every socket, now and from now on: the server is restarting.
    pub(crate) fn close(&self) {
        self.table().close();
    }

    fn disconnect(&self, socket: &Arc<Socket>) {
        let last = self.table().remove(socket);
        if !last {
            return;
        }
        let (hub, user_id) = (self.clone(), socket.caller().user_id);
        // Outside a runtime the whole process is going down, and nobody is left to tell.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep(PRESENCE_GRACE).await;
                hub.table().settle_presence(user_id);
            });
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use protocol::ServerFrame;

    use super::*;

    #[test]
    fn an_event_is_encoded_as_the_protocol_says() {
        let event = Event::Presence { user_id: UserId(7), online: true };
        let published = Published::new(event.clone());
        assert_eq!(published.frame(), encode(&ServerFrame::Event(event)));
    }
}
