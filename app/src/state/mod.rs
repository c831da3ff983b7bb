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
mod tray;
mod typing;

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
pub use tray::{Tray, Upload};
pub use typing::Typist;

/// The page's knowledge. Copied freely: everything in it is a handle.
#[derive(Clone, Copy)]
pub struct Store {
    held: StoredValue<Held>,
    /// Who is looking.
    pub me: UserId,
    /// Their account.
    pub account: RwSignal<Account>,

    rooms: RwSignal<Vec<ConversationId>>,
    projects: RwSignal<Vec<ConversationId>>,
    direct: RwSignal<Vec<ConversationId>>,
    /// Counts up when anyone's name or picture changes.
    people: RwSignal<i64>,
    online: RwSignal<Vec<UserId>>,

    /// Which conversation is open.
    pub open_id: RwSignal<Option<ConversationId>>,
    /// The open conversation; none while it is under way.
    pub opened: RwSignal<Option<Opened>>,
    /// The rows of the open conversation, from the oldest held to the newest.
    pub items: RwSignal<Vec<Item>>,
    /// Whether nothing comes before the rows.
    pub at_oldest: RwSignal<bool>,
    /// Whether nothing comes after the rows.
    pub at_newest: RwSignal<bool>,
    /// Where the reader had come to when they opened the conversation, if there was more: the red line stands after it.
    pub new_after: RwSignal<Option<i64>>,
    /// Whether days begin as the reader's clock says. Not before hydration: the server doesn't know that clock.
    pub local: RwSignal<bool>,
    /// The message that the address points at.
    pub linked: RwSignal<Option<MessageId>>,
    /// Who is writing in the open conversation.
    pub typists: RwSignal<Vec<Typist>>,
    /// What was sent and isn't known to be on the server's disk yet.
    pub outbox: RwSignal<Vec<Unsent>>,
    /// The files that are brought for a message.
    pub tray: Tray,

    /// How the socket is.
    pub connection: RwSignal<Connection>,
    /// Whether the open conversation is under way.
    pub loading: RwSignal<bool>,
    /// Why the open conversation couldn't be fetched.
    pub failure: RwSignal<Option<String>>,
    /// Whether a page of history is under way.
    pub extending: RwSignal<bool>,
    /// What screen readers are told: the newest message of someone else.
    pub announcement: RwSignal<String>,
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

/// What the page knows and nothing hangs on by itself.
struct Held {
    state: State,
    place_name: String,
    /// The signals of the sidebar's lines.
    entries: Vec<(ConversationId, ArcRwSignal<Option<Entry>>)>,
    /// The signals of the open conversation's messages, by id.
    rows: Vec<(MessageId, ArcRwSignal<Message>)>,
    outgoing: Option<UnboundedSender<ClientFrame>>,
    holes: receive::Holes,
    /// The conversations that were open, the latest first.
    recent: Vec<ConversationId>,
    /// Whether the reader looks elsewhere and has read everything so far.
    away: bool,
}

impl Store {
    /// What a page that was rendered from `start` knows.
    pub fn new(mut start: Start, linked: Option<MessageId>) -> Self {
        let place_name = std::mem::take(&mut start.place_name);
        let online = std::mem::take(&mut start.online);
        let max_upload = start.max_upload;
        let page = start.page.clone();
        let state = State::new(start);
        let store = Self {
            me: state.me(),
            account: RwSignal::new(state.account.clone()),
            rooms: RwSignal::new(Section::Rooms.order(&state)),
            projects: RwSignal::new(Section::Projects.order(&state)),
            direct: RwSignal::new(Section::Direct.order(&state)),
            people: RwSignal::new(0),
            online: RwSignal::new(online),
            open_id: RwSignal::new(None),
            opened: RwSignal::new(None),
            items: RwSignal::default(),
            at_oldest: RwSignal::new(true),
            at_newest: RwSignal::new(true),
            new_after: RwSignal::new(None),
            local: RwSignal::new(false),
            linked: RwSignal::new(linked),
            typists: RwSignal::default(),
            outbox: RwSignal::default(),
            tray: Tray::new(max_upload),
            connection: RwSignal::new(Connection::Connecting),
            loading: RwSignal::new(false),
            failure: RwSignal::new(None),
            extending: RwSignal::new(false),
            announcement: RwSignal::default(),
            attending: RwSignal::new(false),
            sidebar_open: RwSignal::new(false),
            switching: RwSignal::new(false),
            unread_total: RwSignal::new(0),
            active: RwSignal::new(None),
            editing: RwSignal::new(None),
            deleting: RwSignal::new(None),
            notice: RwSignal::new(None),
            held: StoredValue::new(Held {
                state,
                place_name,
                entries: Vec::new(),
                rows: Vec::new(),
                outgoing: None,
                holes: Vec::new(),
                recent: Vec::new(),
                away: false,
            }),
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
        self.held.with_value(|held| held.place_name.clone())
    }

    /// Reads the state as it is now, without waiting for changes of it.
    pub fn with_state<T>(self, read: impl FnOnce(&State) -> T) -> T {
        self.held.with_value(|held| read(&held.state))
    }

    /// Changes the state and then the signals that hang on what changed.
    pub fn update<T>(self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = self.change(|held| change(&mut held.state));
        self.publish();
        result
    }

    /// Changes what is held, without a word to anyone.
    fn change<T>(self, change: impl FnOnce(&mut Held) -> T) -> T {
        #[expect(clippy::expect_used, reason = "the store lives as long as the page")]
        self.held.try_update_value(change).expect("the page's store")
    }

    /// The conversations of a section of the sidebar, in their order.
    pub fn section(self, section: Section) -> RwSignal<Vec<ConversationId>> {
        match section {
            Section::Rooms => self.rooms,
            Section::Projects => self.projects,
            Section::Direct => self.direct,
        }
    }

    /// A conversation as it stands in the sidebar; none once it is gone.
    pub fn entry(self, id: ConversationId) -> Signal<Option<Entry>> {
        let signal = self.change(|held| {
            if let Some((_, signal)) = held.entries.iter().find(|(known, _)| *known == id) {
                return signal.clone();
            }
            let signal = ArcRwSignal::new(held.state.entries.get(&id).cloned());
            held.entries.push((id, signal.clone()));
            signal
        });
        signal.into()
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
            known.retain(|other| *other != id);
            if online {
                known.push(id);
            }
        });
    }

    /// Sends a frame, if the socket is open. What must not be lost goes through the outbox instead.
    pub fn send(self, frame: ClientFrame) {
        self.held.with_value(|held| {
            if let Some(outgoing) = &held.outgoing {
                // A closed channel is a closed socket: the frame would have been lost the same way.
                let _ = outgoing.unbounded_send(frame);
            }
        });
    }

    /// Where frames go from now on; none while there is no socket.
    pub fn set_outgoing(self, outgoing: Option<UnboundedSender<ClientFrame>>) {
        self.change(|held| held.outgoing = outgoing);
    }

    /// Takes in whether the reader looks elsewhere; what comes meanwhile will be new to them.
    pub fn set_away(self, away: bool) {
        self.change(|held| held.away = away);
    }

    /// Tells the reader what went wrong.
    pub fn tell(self, sentence: impl Into<String>) {
        self.notice.set(Some(sentence.into()));
    }
}
