//! What a client knows, and the one reducer that keeps it current. The law it obeys, held by a property test:
//! the state of a fresh fetch plus the events since equals the state of a fetch made now.

use litemap::LiteMap;

use crate::{
    Account, Conversation, ConversationChange, ConversationId, Cursor, Entry, Event, History, Member, Message, Page,
    PersonChange, Start, Stream, User, UserId,
};

/// How many messages a window keeps before one of its ends is let go.
pub const WINDOW_LIMIT: usize = 200;

/// What a client knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Who is looking.
    pub account: Account,
    /// The cursor of the person's stream.
    pub person_rev: i64,
    /// The cursor of the place's stream.
    pub place_rev: i64,
    /// The people heard of so far.
    pub users: LiteMap<UserId, User>,
    /// The conversations that are one's own. The `rev` of each is its cursor.
    pub entries: LiteMap<ConversationId, Entry>,
    /// The stretches of history that are held.
    pub windows: LiteMap<ConversationId, Window>,
}

/// A stretch of a conversation's messages without holes, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// The messages, by ascending `seq`.
    pub messages: Vec<Message>,
    /// Whether nothing comes before them.
    pub at_oldest: bool,
    /// Whether nothing comes after them: new messages are appended only then.
    pub at_newest: bool,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The state is newer than before.
    Changed,
    /// It was known already, or doesn't concern what is held.
    Ignored,
    /// Something before it is missing: resume this stream.
    Hole(Stream),
}

impl State {
    /// The state that a page starts from.
    pub fn new(start: Start) -> Self {
        let mut state = Self {
            account: start.account,
            person_rev: start.person_rev,
            place_rev: start.place_rev,
            users: LiteMap::new(),
            entries: LiteMap::new(),
            windows: LiteMap::new(),
        };
        // One by one: collecting would sort first, with code that the browser has no other use for.
        for entry in start.entries {
            state.entries.insert(entry.conversation.id, entry);
        }
        let me = state.account.user.clone();
        state.learn([me]);
        state.learn(start.users);
        if let Some(page) = start.page {
            state.open(page);
        }
        state
    }

    /// Who is looking.
    pub const fn me(&self) -> UserId {
        self.account.user.id
    }

    /// What to call `conversation`.
    pub fn title(&self, conversation: &Conversation) -> String {
        conversation.title(self.me(), |id| self.users.get(&id))
    }

    /// Takes in a conversation fetched afresh; its window replaces the one held, and the cursor goes with it. Where
    /// events had come in meanwhile that the page doesn't know, what lies between shows as a hole.
    pub fn open(&mut self, page: Page) -> Applied {
        let id = page.conversation.id;
        let stream = Stream::Conversation { conversation_id: id };
        let overtaken = self.cursor(stream).is_some_and(|known| known > page.conversation.rev);
        self.learn(page.people);
        self.learn(page.history.users);
        self.windows.insert(
            id,
            Window {
                messages: page.history.messages,
                at_oldest: page.history.at_oldest,
                at_newest: page.history.at_newest,
            },
        );
        let Some(role) = page.role else { return Applied::Changed };
        let read_seq = self.entries.get(&id).map_or(page.read_seq, |entry| entry.read_seq.max(page.read_seq));
        self.entries.insert(id, Entry { conversation: page.conversation, role, read_seq });
        if overtaken { Applied::Hole(stream) } else { Applied::Changed }
    }

    /// Joins an adjoining page of history to the window held; one that doesn't adjoin is ignored. Where events had come
    /// in while it was under way, it lacks what they told of its rows: the cursor goes back to the page's, and what lies
    /// between shows as a hole.
    pub fn extend(&mut self, conversation_id: ConversationId, history: History) -> Applied {
        let Some(window) = self.windows.get_mut(&conversation_id) else { return Applied::Ignored };
        if !window.join(history.messages, history.at_oldest, history.at_newest) {
            return Applied::Ignored;
        }
        self.learn(history.users);
        match self.entries.get_mut(&conversation_id) {
            Some(entry) if entry.conversation.rev > history.rev => {
                entry.conversation.rev = history.rev;
                Applied::Hole(Stream::Conversation { conversation_id })
            }
            _ => Applied::Changed,
        }
    }

    /// Takes in a live event.
    pub fn apply(&mut self, event: &Event) -> Applied {
        let Some((stream, rev)) = event.position() else { return Applied::Ignored };
        let Some(known) = self.cursor(stream) else { return Applied::Ignored };
        if rev <= known {
            return Applied::Ignored;
        }
        if rev > known + 1 {
            return Applied::Hole(stream);
        }
        self.take(event);
        self.advance(stream, rev);
        Applied::Changed
    }

    /// Takes in the answer to a resume: rows that changed, up to and with `rev`. Of two answers that were under way at
    /// once, live events may have overtaken the second: what it says about numbers known by now is old.
    pub fn catch_up(&mut self, stream: Stream, rev: i64, events: &[Event]) {
        let known = self.cursor(stream);
        for event in events {
            let old = event.position().is_some_and(|(of, number)| of == stream && Some(number) <= known);
            if !old {
                self.take(event);
            }
        }
        self.advance(stream, rev);
    }

    /// The number up to which `stream` is known; none for a conversation that isn't one's own.
    pub fn cursor(&self, stream: Stream) -> Option<i64> {
        match stream {
            Stream::Place => Some(self.place_rev),
            Stream::Person => Some(self.person_rev),
            Stream::Conversation { conversation_id } => {
                self.entries.get(&conversation_id).map(|entry| entry.conversation.rev)
            }
        }
    }

    /// The cursors to resume every conversation from.
    pub fn cursors(&self) -> Vec<Cursor> {
        self.entries
            .values()
            .map(|entry| Cursor {
                conversation_id: entry.conversation.id,
                rev: entry.conversation.rev,
                rows: self.windows.contains_key(&entry.conversation.id),
            })
            .collect()
    }

    fn advance(&mut self, stream: Stream, rev: i64) {
        match stream {
            Stream::Place => self.place_rev = self.place_rev.max(rev),
            Stream::Person => self.person_rev = self.person_rev.max(rev),
            Stream::Conversation { conversation_id } => {
                if let Some(entry) = self.entries.get_mut(&conversation_id) {
                    entry.conversation.rev = entry.conversation.rev.max(rev);
                }
            }
        }
    }

    fn take(&mut self, event: &Event) {
        match event {
            Event::Conversation { conversation_id, change, users, .. } => {
                self.learn(users.iter().cloned());
                self.take_conversation_change(*conversation_id, change);
            }
            Event::Person { change, users, .. } => {
                self.learn(users.iter().cloned());
                self.take_person_change(change);
            }
            Event::Place { user, .. } => self.learn([user.clone()]),
            Event::Typing { .. } | Event::Presence { .. } => {}
        }
    }

    fn take_conversation_change(&mut self, id: ConversationId, change: &ConversationChange) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        match change {
            ConversationChange::Message { message } => {
                entry.conversation.last_seq = entry.conversation.last_seq.max(message.seq);
                entry.conversation.active_at = entry.conversation.active_at.max(message.created_at);
                if message.author_id == self.account.user.id {
                    // Who speaks has read what was said before; the server concludes the same.
                    entry.read_seq = entry.read_seq.max(message.seq);
                }
                if let Some(window) = self.windows.get_mut(&id) {
                    window.take(message);
                }
            }
            ConversationChange::Conversation { conversation } => {
                // The cursor moves only with what was taken in, never with what a row says of itself.
                let rev = entry.conversation.rev;
                entry.conversation = (**conversation).clone();
                entry.conversation.rev = rev;
            }
            ConversationChange::Member { member, member_count } => {
                entry.conversation.member_count = *member_count;
                if entry.conversation.kind.is_personal() {
                    list_person(&mut entry.conversation.people, member);
                }
            }
        }
    }

    fn take_person_change(&mut self, change: &PersonChange) {
        match change {
            PersonChange::Entry { entry } => self.take_entry(entry),
            PersonChange::Gone { conversation_id } => {
                self.entries.remove(conversation_id);
                self.windows.remove(conversation_id);
            }
            PersonChange::Read { conversation_id, seq } => {
                if let Some(entry) = self.entries.get_mut(conversation_id) {
                    entry.read_seq = entry.read_seq.max(*seq);
                }
            }
            PersonChange::Account { account } => {
                self.learn([account.user.clone()]);
                self.account = (**account).clone();
            }
        }
    }

    /// A conversation that is known already keeps its own part: its own stream tells of it, and taking a newer
    /// row here would move its cursor past messages that are still under way.
    fn take_entry(&mut self, entry: &Entry) {
        let id = entry.conversation.id;
        if let Some(known) = self.entries.get_mut(&id) {
            known.role = entry.role;
            known.read_seq = known.read_seq.max(entry.read_seq);
        } else {
            // A window held from looking in was never kept current.
            self.windows.remove(&id);
            self.entries.insert(id, entry.clone());
        }
    }

    fn learn(&mut self, users: impl IntoIterator<Item = User>) {
        for user in users {
            if user.id == self.account.user.id && user.rev > self.account.user.rev {
                self.account.user = user.clone();
            }
            let known = self.users.entry(user.id).or_insert_with(|| user.clone());
            if user.rev > known.rev {
                *known = user;
            }
        }
    }
}

fn list_person(people: &mut Vec<UserId>, member: &Member) {
    match (people.binary_search(&member.user_id), member.left_at) {
        (Err(at), None) => people.insert(at, member.user_id),
        (Ok(at), Some(_)) => {
            people.remove(at);
        }
        _ => {}
    }
}

impl Window {
    /// The message of that number, if it is held.
    pub fn get(&self, seq: i64) -> Option<&Message> {
        self.find(seq).ok().and_then(|at| self.messages.get(at))
    }

    /// Lets go of the oldest messages beyond [`WINDOW_LIMIT`]. Returns whether any went.
    pub fn trim_oldest(&mut self) -> bool {
        let surplus = self.messages.len().saturating_sub(WINDOW_LIMIT);
        self.messages.drain(..surplus);
        self.at_oldest &= surplus == 0;
        surplus > 0
    }

    /// Lets go of the newest messages beyond [`WINDOW_LIMIT`]. Returns whether any went.
    pub fn trim_newest(&mut self) -> bool {
        let surplus = self.messages.len() > WINDOW_LIMIT;
        self.messages.truncate(WINDOW_LIMIT);
        self.at_newest &= !surplus;
        surplus
    }

    fn find(&self, seq: i64) -> Result<usize, usize> {
        self.messages.binary_search_by_key(&seq, |message| message.seq)
    }

    fn take(&mut self, message: &Message) {
        match self.find(message.seq) {
            Ok(at) => {
                if let Some(held) = self.messages.get_mut(at)
                    && message.rev > held.rev
                {
                    *held = message.clone();
                }
            }
            // In a catch-up a message that was edited comes after later ones: its place may lie before the end.
            Err(at) if self.at_newest && (at > 0 || self.at_oldest) => self.messages.insert(at, message.clone()),
            Err(_) => {}
        }
    }

    fn join(&mut self, messages: Vec<Message>, at_oldest: bool, at_newest: bool) -> bool {
        let (Some(first), Some(last)) = (messages.first(), messages.last()) else {
            return false;
        };
        let before = self.messages.first().is_some_and(|held| last.seq + 1 == held.seq);
        let after = self.messages.last().is_some_and(|held| held.seq + 1 == first.seq);
        if before {
            self.messages.splice(0..0, messages);
            self.at_oldest = at_oldest;
        } else if after {
            self.messages.extend(messages);
            self.at_newest = at_newest;
        }
        before || after
    }
}
