//! A client that keeps itself current as the browser does, with the browser's own reducer.

use chat::{Delivery, Item, Subscription};
use protocol::{Applied, ConversationId, Cursor, Position, ServerFrame, State, Stream, Window};
use serde::{Serialize, de::DeserializeOwned};

use crate::place::Person;

/// How a client keeps itself current.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Habit {
    /// Always connected. Must never see a hole.
    Steady,
    /// Comes and goes.
    Flickering,
    /// Asks for everything since its start whenever it hears something, and applies every event twice.
    Anxious,
}

/// A client: what it knows and how it hears.
pub(super) struct Client {
    pub(super) habit: Habit,
    pub(super) person: Person,
    state: State,
    /// Where it began: what the anxious one keeps asking from.
    began: (i64, i64, Vec<Cursor>),
    subscription: Option<Subscription>,
}

impl Client {
    pub(super) async fn start(person: &Person, habit: Habit, open: ConversationId) -> Self {
        let start = person.chat.start(person.caller, Some((open, Position::Latest))).await.expect("starts");
        let state = State::new(start);
        let began = (state.person_rev, state.place_rev, state.cursors());
        let mut client = Self { habit, person: person.clone(), state, began, subscription: None };
        client.connect().await;
        client
    }

    async fn connect(&mut self) {
        let subscription = self.person.chat.connect(self.person.caller).await.expect("connects");
        self.subscription = Some(subscription);
        self.resume(Some(self.state.person_rev), Some(self.state.place_rev), self.state.cursors()).await;
    }

    async fn resume(&self, person: Option<i64>, place: Option<i64>, cursors: Vec<Cursor>) {
        let Some(subscription) = &self.subscription else { return };
        self.person.chat.resume(subscription, person, place, &cursors).await.expect("resumes");
    }

    /// Goes away, or comes back and catches up.
    pub(super) async fn flicker(&mut self) {
        if self.subscription.take().is_none() {
            self.connect().await;
        }
    }

    /// Looks at a conversation, if it may.
    pub(super) async fn open(&mut self, id: ConversationId) {
        self.hear().await;
        if let Ok(page) = self.person.chat.page(self.person.caller, id, Position::Latest).await {
            self.state.open(fetched(&page));
        }
    }

    /// Takes in all that has come. Everything that was committed has been queued by then.
    async fn hear(&mut self) {
        if self.habit == Habit::Anxious {
            let (person, place, cursors) = self.began.clone();
            self.resume(Some(person), Some(place), cursors).await;
        }
        let Some(subscription) = &self.subscription else { return };
        // A frame of our own marks the end: what is before it in the queue is all that there is.
        let mark = ServerFrame::Welcome { user_id: self.person.id(), ping_seconds: 0 };
        subscription.push(&mark);
        let mut items = Vec::new();
        while !items.iter().any(|item| matches!(item, Item::Frame(frame) if parse::<ServerFrame>(frame) == mark)) {
            let Delivery::Items(more) = subscription.deliveries().next().await else { panic!("the socket was closed") };
            items.extend(more);
        }
        for item in items {
            match item {
                Item::Event(published) => {
                    let ServerFrame::Event(event) = parse(published.frame()) else { panic!("{}", published.frame()) };
                    assert_eq!(&event, published.event());
                    for _ in 0..if self.habit == Habit::Anxious { 2 } else { 1 } {
                        let applied = self.state.apply(&event);
                        assert!(!matches!(applied, Applied::Hole(_)), "{:?}: {event:?}", self.habit);
                    }
                }
                Item::Frame(frame) => self.take(parse(&frame)).await,
            }
        }
    }

    async fn take(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::CaughtUp { stream, rev, events } => self.state.catch_up(stream, rev, &events),
            ServerFrame::Reset { stream: Stream::Conversation { conversation_id } } => {
                let page = self.person.chat.page(self.person.caller, conversation_id, Position::Latest).await;
                self.state.open(page.expect("is a member"));
            }
            ServerFrame::Reset { .. } => {
                let start = self.person.chat.start(self.person.caller, None).await.expect("starts");
                self.state = State::new(start);
            }
            ServerFrame::Welcome { .. } => {}
            other => panic!("nobody asked for {other:?}"),
        }
    }

    /// Holds what is known against a fetch made now.
    pub(super) async fn check(&mut self) {
        if self.subscription.is_none() {
            self.connect().await;
        }
        self.hear().await;
        let start = self.person.chat.start(self.person.caller, None).await.expect("starts");
        let mut fresh = State::new(fetched(&start));
        for id in self.state.windows.keys().copied() {
            // A conversation that one only looked into sends nothing; what is shown of it is as old as the look.
            if !fresh.entries.contains_key(&id) {
                continue;
            }
            let page = self.person.chat.page(self.person.caller, id, Position::Latest).await.expect("is a member");
            fresh.windows.insert(id, Window { messages: page.history.messages, at_oldest: true, at_newest: true });
            page.history.users.into_iter().chain(page.people).for_each(|user| {
                fresh.users.insert(user.id, user);
            });
        }
        let (who, how) = (&self.person.user.username, self.habit);
        for (id, user) in &fresh.users {
            assert_eq!(self.state.users.get(id), Some(user), "{who}, {how:?}: a person");
        }
        assert_eq!(self.state.entries, fresh.entries, "{who}, {how:?}: the sidebar");
        assert_eq!(self.state.account, fresh.account, "{who}, {how:?}: the account");
        assert_eq!(self.state.cursors().len(), fresh.cursors().len());
        assert_eq!(
            (self.state.person_rev, self.state.place_rev),
            (fresh.person_rev, fresh.place_rev),
            "{who}, {how:?}: the cursors"
        );
        self.state.windows.retain(|id, _| fresh.entries.contains_key(id));
        assert_eq!(self.state.windows, fresh.windows, "{who}, {how:?}: the messages");
    }
}

/// Reads JSON as the browser does.
fn parse<T: DeserializeOwned>(json: &str) -> T {
    let mut unescaped = vec![0; json.len()];
    serde_json_core::from_str_escaped(json, &mut unescaped).expect("can be read").0
}

/// What was fetched, as the browser gets it.
fn fetched<T: Serialize + DeserializeOwned>(answer: &T) -> T {
    parse(&serde_json::to_string(answer).expect("has a JSON form"))
}
