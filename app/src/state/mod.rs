//! What the page knows: the reducer's [`State`] and the signals that the view hangs on. Only the reducer changes the
//! state; [`Store::publish`] then sets the signals whose part of it is different.

mod attention;
mod connection;
mod item;
mod open;
mod outbox;
mod receive;
mod resume;
mod sidebar;
mod signals;
mod typing;

use std::collections::{BTreeSet, HashMap};

use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;
use protocol::{
    Account, ClientFrame, Conversation, ConversationId, Entry, Message, MessageId, Start, State, User, UserId,
};

pub use connection::Connection;
pub use item::Item;
pub use open::Opened;
pub use outbox::{Delivery, Unsent};
pub use receive::Need;
pub use sidebar::Section;
use sidebar::unread;
pub use typing::Typist;

/// The page's knowledge. Copied freely: everything in it is a handle.
#[derive(Clone, Copy)]
pub struct Store {
    state: StoredValue<State>,
    place_name: StoredValue<String>,
    /// Who is looking.
    pub me: UserId,
    /// Their account.
    pub account: RwSignal<Account>,

    rooms: RwSignal<Vec<ConversationId>>,
    direct: RwSignal<Vec<ConversationId>>,
    entries: StoredValue<HashMap<ConversationId, ArcRwSignal<Option<Entry>>>>,
    /// Counts up when anyone's name or picture changes.
    people: RwSignal<u64>,
    online: RwSignal<BTreeSet<UserId>>,

    /// Which conversation is open.
    pub open_id: RwSignal<Option<ConversationId>>,
    /// The open conversation; none while it is under way.
    pub opened: RwSignal<Option<Opened>>,
    /// The rows of the open conversation, from the oldest held to the newest.
    pub items: RwSignal<Vec<Item>>,
    rows: StoredValue<HashMap<MessageId, ArcRwSignal<Message>>>,
    /// Whether nothing comes before the rows.
    pub at_oldest: RwSignal<bool>,
    /// Whether nothing comes after the rows.
    pub at_newest: RwSignal<bool>,
    /// Where the reader had come to when they opened the conversation, if there was more: the red line stands after it.
    pub new_after: RwSignal<Option<i64>>,
    /// The message that the address points at.
    pub linked: RwSignal<Option<MessageId>>,
    /// Who is writing in the open conversation.
    pub typists: RwSignal<Vec<Typist>>,
    /// What was sent and isn't known to be on the server's disk yet.
    pub outbox: RwSignal<Vec<Unsent>>,

    /// How the socket is.
    pub connection: RwSignal<Connection>,
    outgoing: StoredValue<Option<UnboundedSender<ClientFrame>>>,
    holes: StoredValue<receive::Holes>,
    /// The conversations that were open, the latest last.
    pub recent: StoredValue<Vec<ConversationId>>,
    /// Whether the reader looks elsewhere and has read everything so far.
    pub away: StoredValue<bool>,
    /// Whether the open conversation is under way.
    pub loading: RwSignal<bool>,
    /// Why the open conversation couldn't be fetched.
    pub failure: RwSignal<Option<String>>,
    /// Whether a page of history is under way.
    pub extending: RwSignal<bool>,
    /// What screen readers are told: the newest message of someone else.
    pub announcement: RwSignal<String>,
    /// Whether times are shown as the reader's clock says. Not before hydration: the server doesn't know that clock.
    pub local: RwSignal<bool>,
    /// Whether the page is in front of the reader and scrolled to the newest message.
    pub attending: RwSignal<bool>,
    /// On a phone: whether the sidebar is shown instead of the conversation.
    pub sidebar_open: RwSignal<bool>,
    /// Whether the quick switcher is open.
    pub switching: RwSignal<bool>,
    /// How many messages wait that speak to the person alone.
    pub unread_total: RwSignal<i64>,
    /// The message whose actions are shown.
    pub active: RwSignal<Option<MessageId>>,
    /// The message that is being edited.
    pub editing: RwSignal<Option<MessageId>>,
    /// The message that is to be deleted, once confirmed.
    pub deleting: RwSignal<Option<MessageId>>,
    /// A sentence about what went wrong, shown for a while.
    pub notice: RwSignal<Option<String>>,
}

impl Store {
    /// What a page that was rendered from `start` knows.
    pub fn new(mut start: Start, linked: Option<MessageId>) -> Self {
        let place_name = std::mem::take(&mut start.place_name);
        let online = std::mem::take(&mut start.online).into_iter().collect();
        let page = start.page.clone();
        let state = State::new(start);
        let store = Self {
            me: state.me(),
            account: RwSignal::new(state.account.clone()),
            place_name: StoredValue::new(place_name),
            rooms: RwSignal::new(Section::Rooms.order(&state)),
            direct: RwSignal::new(Section::Direct.order(&state)),
            entries: StoredValue::default(),
            people: RwSignal::new(0),
            online: RwSignal::new(online),
            open_id: RwSignal::new(None),
            opened: RwSignal::new(None),
            items: RwSignal::default(),
            rows: StoredValue::default(),
            at_oldest: RwSignal::new(true),
            at_newest: RwSignal::new(true),
            new_after: RwSignal::new(None),
            linked: RwSignal::new(linked),
            typists: RwSignal::default(),
            outbox: RwSignal::default(),
            connection: RwSignal::new(Connection::Connecting),
            outgoing: StoredValue::new(None),
            holes: StoredValue::default(),
            recent: StoredValue::default(),
            away: StoredValue::new(false),
            loading: RwSignal::new(false),
            failure: RwSignal::new(None),
            extending: RwSignal::new(false),
            announcement: RwSignal::default(),
            local: RwSignal::new(false),
            attending: RwSignal::new(false),
            sidebar_open: RwSignal::new(false),
            switching: RwSignal::new(false),
            unread_total: RwSignal::new(0),
            active: RwSignal::new(None),
            editing: RwSignal::new(None),
            deleting: RwSignal::new(None),
            notice: RwSignal::new(None),
            state: StoredValue::new(state),
        };
        if let Some(page) = page {
            store.show(Opened { conversation: page.conversation, role: page.role });
        }
        store
    }

    /// The page's store, which the page provided.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What the place is called.
    pub fn place_name(self) -> String {
        self.place_name.get_value()
    }

    /// Reads the state as it is now, without waiting for changes of it.
    pub fn with_state<T>(self, read: impl FnOnce(&State) -> T) -> T {
        self.state.with_value(read)
    }

    /// Changes the state and then the signals that hang on what changed.
    pub fn update<T>(self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = self.state.try_update_value(change);
        self.publish();
        #[expect(clippy::expect_used, reason = "the store lives as long as the page")]
        result.expect("the page's state")
    }

    /// The conversations of a section of the sidebar, in their order.
    pub fn section(self, section: Section) -> RwSignal<Vec<ConversationId>> {
        match section {
            Section::Rooms => self.rooms,
            Section::Direct => self.direct,
        }
    }

    /// A conversation as it stands in the sidebar; none once it is gone.
    pub fn entry(self, id: ConversationId) -> Signal<Option<Entry>> {
        let signal = self.entries.try_update_value(|entries| {
            entries
                .entry(id)
                .or_insert_with(|| ArcRwSignal::new(self.with_state(|state| state.entries.get(&id).cloned())))
                .clone()
        });
        signal.map_or_else(|| Signal::stored(None), Into::into)
    }

    /// Someone, if they were heard of; follows changes of their profile.
    pub fn user(self, id: UserId) -> Option<User> {
        self.people.track();
        self.with_state(|state| state.users.get(&id).cloned())
    }

    /// What to call someone.
    pub fn name(self, id: UserId) -> String {
        self.user(id).map_or_else(|| "…".to_owned(), |user| user.display_name)
    }

    /// What to call a conversation; follows changes of its people's names.
    pub fn title(self, conversation: &Conversation) -> String {
        self.people.track();
        self.with_state(|state| state.title(conversation))
    }

    /// Whether someone is here now.
    pub fn is_online(self, id: UserId) -> bool {
        if id == self.me { self.connection.get().is_live() } else { self.online.with(|online| online.contains(&id)) }
    }

    /// Takes in that someone came or went.
    pub fn set_online(self, id: UserId, online: bool) {
        if self.online.with_untracked(|known| known.contains(&id)) == online {
            return;
        }
        self.online.update(|known| {
            if online { known.insert(id) } else { known.remove(&id) };
        });
    }

    /// Sends a frame, if the socket is open. What must not be lost goes through the outbox instead.
    pub fn send(self, frame: ClientFrame) {
        self.outgoing.with_value(|outgoing| {
            if let Some(outgoing) = outgoing {
                // A closed channel is a closed socket: the frame would have been lost the same way.
                let _ = outgoing.unbounded_send(frame);
            }
        });
    }

    /// Where frames go from now on; none while there is no socket.
    pub fn set_outgoing(self, outgoing: Option<UnboundedSender<ClientFrame>>) {
        self.outgoing.set_value(outgoing);
    }

    /// Tells the reader what went wrong.
    pub fn tell(self, sentence: impl Into<String>) {
        self.notice.set(Some(sentence.into()));
    }
}
