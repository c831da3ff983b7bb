//! The law of the reducer: a fresh fetch, plus the events since, equals a fetch made now. For every action, for
//! everyone who looks on, and for three sorts of client: one that is always connected, one that is now and then away,
//! and one that asks for everything again and so hears it several times.

use chat::{
    AccountUpdate, ConversationUpdate, Delivery, Draft, Item, NewFileRecord, NewGroup, NewProject, NewRoom,
    ProjectUpdate, Subscription,
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use protocol::{
    Applied, ConversationId, Cursor, MessageId, Position, ProjectId, Role, ServerFrame, State, Stream, Theme, Window,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    attachment::bring,
    place::{Person, Place, pass},
};

/// How many histories are tried, each of up to so many actions.
const CASES: u32 = 64;
const ACTIONS: usize = 40;
/// How many people act and look on.
const PEOPLE: usize = 4;

/// Something that someone does. Numbers choose among the people, conversations and messages that there are.
#[derive(Clone, Debug)]
enum Deed {
    Say {
        room: usize,
    },
    /// Says something with files, or only sends those.
    Attach {
        room: usize,
        files: usize,
        silent: bool,
    },
    /// Deletes the first file of a message.
    DeleteFile {
        message: usize,
    },
    /// Records a file that is kept elsewhere for a message of the public chat.
    Record {
        message: usize,
    },
    /// Forgets the oldest record of one's own.
    ForgetRecord,
    /// Says something, and joins by it.
    DropIn {
        room: usize,
    },
    Edit {
        message: usize,
    },
    Delete {
        message: usize,
    },
    React {
        message: usize,
        emoji: usize,
        on: bool,
    },
    MarkRead {
        room: usize,
        back: i64,
    },
    Join {
        room: usize,
    },
    Leave {
        room: usize,
    },
    Add {
        room: usize,
        other: usize,
    },
    Remove {
        room: usize,
        other: usize,
    },
    SetRole {
        room: usize,
        other: usize,
        role: Role,
    },
    Rename {
        room: usize,
    },
    Describe {
        room: usize,
    },
    Close {
        room: usize,
        private: bool,
    },
    Archive {
        room: usize,
        archived: bool,
    },
    MakeRoom {
        private: bool,
    },
    MakeGroup {
        other: usize,
        third: usize,
    },
    MakeProject {
        other: usize,
    },
    /// A further conversation of one of the projects.
    MakeProjectGroup {
        project: usize,
        other: usize,
    },
    ChangeProject {
        project: usize,
        archived: Option<bool>,
    },
    OpenDirect {
        other: usize,
    },
    Rise {
        theme: usize,
    },
    /// The client that is now and then away goes or comes back.
    Flicker,
    /// Everyone opens a conversation afresh.
    Open {
        room: usize,
    },
}

fn deed() -> impl Strategy<Value = (usize, Deed)> {
    let room = 0..8_usize;
    let other = 0..PEOPLE;
    let message = 0..64_usize;
    let role = prop_oneof![Just(Role::Member), Just(Role::Admin), Just(Role::Owner)];
    let deed = prop_oneof![
        8 => room.clone().prop_map(|room| Deed::Say { room }),
        2 => room.clone().prop_map(|room| Deed::DropIn { room }),
        3 => (room.clone(), 1..4_usize, any::<bool>())
            .prop_map(|(room, files, silent)| Deed::Attach { room, files, silent }),
        2 => message.clone().prop_map(|message| Deed::DeleteFile { message }),
        2 => message.clone().prop_map(|message| Deed::Record { message }),
        1 => Just(Deed::ForgetRecord),
        3 => message.clone().prop_map(|message| Deed::Edit { message }),
        2 => message.clone().prop_map(|message| Deed::Delete { message }),
        3 => (message, 0..3_usize, any::<bool>()).prop_map(|(message, emoji, on)| Deed::React { message, emoji, on }),
        2 => (room.clone(), 0..3_i64).prop_map(|(room, back)| Deed::MarkRead { room, back }),
        3 => room.clone().prop_map(|room| Deed::Join { room }),
        2 => room.clone().prop_map(|room| Deed::Leave { room }),
        3 => (room.clone(), other.clone()).prop_map(|(room, other)| Deed::Add { room, other }),
        2 => (room.clone(), other.clone()).prop_map(|(room, other)| Deed::Remove { room, other }),
        2 => (room.clone(), other.clone(), role).prop_map(|(room, other, role)| Deed::SetRole { room, other, role }),
        1 => room.clone().prop_map(|room| Deed::Rename { room }),
        1 => room.clone().prop_map(|room| Deed::Describe { room }),
        1 => (room.clone(), any::<bool>()).prop_map(|(room, private)| Deed::Close { room, private }),
        1 => (room.clone(), any::<bool>()).prop_map(|(room, archived)| Deed::Archive { room, archived }),
        2 => any::<bool>().prop_map(|private| Deed::MakeRoom { private }),
        1 => (other.clone(), other.clone()).prop_map(|(other, third)| Deed::MakeGroup { other, third }),
        1 => other.clone().prop_map(|other| Deed::MakeProject { other }),
        1 => (room.clone(), other.clone()).prop_map(|(project, other)| Deed::MakeProjectGroup { project, other }),
        2 => (room.clone(), any::<Option<bool>>())
            .prop_map(|(project, archived)| Deed::ChangeProject { project, archived }),
        1 => other.prop_map(|other| Deed::OpenDirect { other }),
        2 => (0..3_usize).prop_map(|theme| Deed::Rise { theme }),
        4 => Just(Deed::Flicker),
        3 => room.prop_map(|room| Deed::Open { room }),
    ];
    (0..PEOPLE, deed)
}

/// What the deeds have made so far in this case.
#[derive(Default)]
struct World {
    rooms: Vec<ConversationId>,
    projects: Vec<ProjectId>,
    messages: Vec<MessageId>,
    names: usize,
}

impl World {
    fn room(&self, n: usize) -> ConversationId {
        self.rooms[n % self.rooms.len()]
    }

    fn project(&self, n: usize) -> ProjectId {
        self.projects[n % self.projects.len()]
    }

    /// One of the last messages, so that most deeds find one that is there.
    fn message(&self, n: usize) -> Option<MessageId> {
        let recent = &self.messages[self.messages.len().saturating_sub(8)..];
        recent.get(n % recent.len().max(1)).copied()
    }

    fn name(&mut self) -> String {
        static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        self.names += 1;
        format!("name {}", NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
    }

    /// Does what has to do with files.
    async fn handle_files(&mut self, person: &Person, deed: &Deed) {
        let caller = person.caller;
        match deed {
            Deed::Attach { room, files, silent } => {
                let room = self.room(*room);
                let mut brought = Vec::new();
                for _ in 0..*files {
                    let name = self.name();
                    brought.extend(bring(person, room, &name, name.as_bytes()).await.map(|file| file.id));
                }
                let body = if *silent { String::new() } else { self.name() };
                let draft = Draft { files: brought, ..Draft::of(room, body) };
                self.messages.extend(person.chat.send(caller, draft).await.map(|message| message.id));
            }
            Deed::DeleteFile { message } => {
                let Some(message) = self.message(*message) else { return };
                let Ok(message) = person.chat.message(caller, message).await else { return };
                let Some(file) = message.files.first() else { return };
                let _ = person.chat.delete_file(caller, file.id).await;
            }
            Deed::Record { message } => {
                let new = NewFileRecord {
                    filename: "a.pdf".to_owned(),
                    file_url: "https://example.org/a.pdf".to_owned(),
                    file_size: 5,
                    public_message_id: self.message(*message),
                    private_chat_id: None,
                };
                let _ = person.chat.create_file_record(caller, new).await;
            }
            Deed::ForgetRecord => {
                let records = person.chat.file_records(caller).await.expect("lists");
                let Some(record) = records.first() else { return };
                let _ = person.chat.delete_file_record(caller, record.id).await;
            }
            _ => {}
        }
    }

    /// Does it. Many deeds are refused, which is as well: then nothing may have changed.
    async fn carry_out(&mut self, people: &[Person], who: usize, deed: &Deed) {
        let (chat, caller) = (&people[who].chat, people[who].caller);
        let id = |n: &usize| people[*n].id();
        match deed {
            Deed::Say { room } => {
                let said = people[who].try_say(self.room(*room), &format!("*number* {}", self.messages.len())).await;
                self.messages.extend(said.map(|message| message.id));
            }
            Deed::DropIn { room } => {
                let draft = Draft { join: true, ..Draft::of(self.room(*room), self.name()) };
                self.messages.extend(chat.send(caller, draft).await.map(|message| message.id));
            }
            Deed::Attach { .. } | Deed::DeleteFile { .. } | Deed::Record { .. } | Deed::ForgetRecord => {
                self.handle_files(&people[who], deed).await;
            }
            Deed::Edit { message } => {
                let Some(message) = self.message(*message) else { return };
                let _ = chat.edit(caller, message, &format!("edited {}", self.name())).await;
            }
            Deed::Delete { message } => {
                let Some(message) = self.message(*message) else { return };
                let _ = chat.delete(caller, message).await;
            }
            Deed::React { message, emoji, on } => {
                let Some(message) = self.message(*message) else { return };
                let _ = chat.react(caller, message, ["👍", "🎉", "❤️"][*emoji], *on).await;
            }
            Deed::MarkRead { room, back } => {
                let room = self.room(*room);
                let last = chat.standing(caller, room).await.map_or(0, |(conversation, _)| conversation.last_seq);
                let _ = chat.mark_read(caller, room, last - back).await;
            }
            Deed::Join { room } => drop(chat.join(caller, self.room(*room)).await),
            Deed::Leave { room } => drop(chat.leave(caller, self.room(*room)).await),
            Deed::Add { room, other } => drop(chat.add_members(caller, self.room(*room), &[id(other)]).await),
            Deed::Remove { room, other } => drop(chat.remove_member(caller, self.room(*room), id(other)).await),
            Deed::SetRole { room, other, role } => {
                drop(chat.set_role(caller, self.room(*room), id(other), *role).await);
            }
            Deed::Rename { room } => {
                let update = ConversationUpdate { name: Some(self.name()), ..ConversationUpdate::default() };
                drop(chat.update_conversation(caller, self.room(*room), update).await);
            }
            Deed::Describe { room } => {
                let update = ConversationUpdate { topic: Some(self.name()), ..ConversationUpdate::default() };
                drop(chat.update_conversation(caller, self.room(*room), update).await);
            }
            Deed::Close { room, private } => {
                let update = ConversationUpdate { private: Some(*private), ..ConversationUpdate::default() };
                drop(chat.update_conversation(caller, self.room(*room), update).await);
            }
            Deed::Archive { room, archived } => drop(chat.archive(caller, self.room(*room), *archived).await),
            Deed::MakeRoom { private } => {
                let new = NewRoom { name: self.name(), topic: String::new(), private: *private };
                self.rooms.extend(chat.create_room(caller, new).await.map(|entry| entry.conversation.id));
            }
            Deed::MakeGroup { other, third } => {
                let new = NewGroup { people: vec![id(other), id(third)], ..NewGroup::default() };
                self.rooms.extend(chat.create_group(caller, new).await.map(|entry| entry.conversation.id));
            }
            Deed::MakeProject { other } => {
                let new = NewProject { name: self.name(), people: vec![id(other)], ..NewProject::default() };
                let project = chat.create_project(caller, new).await.expect("anyone may");
                self.projects.push(project.id);
                self.rooms.push(project.conversation_id);
            }
            Deed::MakeProjectGroup { project, other } => {
                let project_id = Some(self.project(*project));
                let new = NewGroup { people: vec![id(other)], project_id, ..NewGroup::default() };
                self.rooms.extend(chat.create_group(caller, new).await.map(|entry| entry.conversation.id));
            }
            Deed::ChangeProject { project, archived } => {
                let (name, description) = (Some(self.name()), Some(self.name()));
                let update = ProjectUpdate { name, description, archived: *archived };
                drop(chat.update_project(caller, self.project(*project), update).await);
            }
            Deed::OpenDirect { other } => {
                let opened = chat.open_direct(caller, id(other)).await.map(|entry| entry.conversation.id);
                self.rooms.extend(opened.ok().filter(|id| !self.rooms.contains(id)));
            }
            Deed::Rise { theme } => {
                let theme = [Theme::System, Theme::Light, Theme::Dark][*theme];
                let display_name = Some(self.name());
                let update = AccountUpdate { display_name, theme: Some(theme), ..AccountUpdate::default() };
                chat.update_account(caller, update).await.expect("changes");
            }
            Deed::Flicker | Deed::Open { .. } => {}
        }
    }
}

/// How a client keeps itself current.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Habit {
    /// Always connected. Must never see a hole.
    Steady,
    /// Comes and goes.
    Flickering,
    /// Asks for everything since its start whenever it hears something, and applies every event twice.
    Anxious,
}

/// A client: what it knows and how it hears.
struct Client {
    habit: Habit,
    person: Person,
    state: State,
    /// Where it began: what the anxious one keeps asking from.
    began: (i64, i64, Vec<Cursor>),
    subscription: Option<Subscription>,
}

impl Client {
    async fn start(person: &Person, habit: Habit, open: ConversationId) -> Self {
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
    async fn flicker(&mut self) {
        if self.subscription.take().is_none() {
            self.connect().await;
        }
    }

    /// Looks at a conversation, if it may.
    async fn open(&mut self, id: ConversationId) {
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
            let Delivery::Items(more) = subscription.next().await else { panic!("the socket was closed") };
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
    async fn check(&mut self) {
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

async fn hold_to_the_law(people: &[Person], deeds: &[(usize, Deed)]) {
    let mut world = World::default();
    // One conversation of each sort to begin with, so that the first deeds have something to be done to.
    let name = world.name();
    let room = people[1].room(&name).await;
    for person in &people[2..] {
        person.join(room).await;
    }
    let name = world.name();
    let project = people[3].project_with(&[&people[1], &people[2]]).await;
    world.projects = vec![project.id];
    world.rooms = vec![
        room,
        people[1].private_room(&name).await,
        people[2].group_with(&[&people[0], &people[1]]).await,
        project.conversation_id,
        people[0].chat.public_id(),
    ];

    let mut clients = Vec::new();
    for person in people {
        for habit in [Habit::Steady, Habit::Flickering, Habit::Anxious] {
            clients.push(Client::start(person, habit, room).await);
        }
    }
    for (who, deed) in deeds {
        pass(7);
        world.carry_out(people, *who, deed).await;
        for client in &mut clients {
            match deed {
                Deed::Flicker if client.habit == Habit::Flickering && client.person.id() == people[*who].id() => {
                    client.flicker().await;
                }
                Deed::Open { room } => client.open(world.room(*room)).await,
                _ => {}
            }
        }
    }
    for client in &mut clients {
        client.check().await;
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

#[test]
fn a_fetch_plus_the_events_since_is_a_fetch_made_now() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let people = runtime.block_on(async {
        let place = Place::on_sqlite().await;
        let mut people = Vec::new();
        for name in ["ada", "grace", "alan", "edsger"].into_iter().take(PEOPLE) {
            people.push(place.user(name).await);
        }
        (place, people)
    });
    // The same histories every time: a test that fails must fail again.
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let deeds = prop::collection::vec(deed(), 1..ACTIONS);
    TestRunner::new_with_rng(config, seed)
        .run(&deeds, |deeds| {
            runtime.block_on(hold_to_the_law(&people.1, &deeds));
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}
