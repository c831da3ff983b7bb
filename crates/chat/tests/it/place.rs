//! A place to test in, and people who do things there. What must work panics when it doesn't; what is to be looked
//! at comes back as a `Result`.

use std::{
    cell::Cell,
    ops::Deref,
    path::{Path, PathBuf},
};

use chat::{
    AcceptedTypes, Bucket, Caller, Chat, ConversationUpdate, Device, Draft, Environment, NewGroup, NewProject, NewRoom,
    Restore, Result, Settings, SignUp, SignedIn, Uploads,
};
use protocol::{Conversation, ConversationId, Entry, Error, Message, Project, Timestamp, User, UserId};
use tempfile::TempDir;

use crate::{database, s3};

/// Long enough for everyone.
pub(crate) const PASSWORD: &str = "correct horse";
/// How long a sign-in lasts here, in seconds.
pub(crate) const TOKEN_TTL: i64 = 3_600;
/// The most bytes of one file here: more than are written at once.
pub(crate) const MAX_UPLOAD: u64 = 3_000_000;
/// An id that nothing has.
pub(crate) const NOWHERE: ConversationId = ConversationId(987_654_321);

thread_local! {
    /// A test runs in one thread, so each has a clock of its own.
    static NOW: Cell<i64> = const { Cell::new(1_800_000_000_000) };
}

/// The real one, but for the clock.
pub(crate) const ENVIRONMENT: Environment = Environment { now, ..Environment::real() };

/// The time now, for [`Environment`].
pub(crate) fn now() -> Timestamp {
    Timestamp(NOW.get())
}

/// Lets time pass.
pub(crate) fn pass(milliseconds: i64) {
    NOW.set(NOW.get() + milliseconds);
}

/// How a chat is opened here.
pub(crate) fn settings(database_url: String, folder: &Path) -> Settings {
    Settings {
        database_url,
        secret: vec![7; 32],
        token_ttl_seconds: TOKEN_TTL,
        place_name: "Test".to_owned(),
        readers: 2,
        rate_limit: false,
        uploads: folder.join("uploads").into(),
        max_upload: MAX_UPLOAD,
        quota_person: None,
        quota_place: None,
        accepted_types: AcceptedTypes::default(),
        clamd: None,
        open_user_api: false,
    }
}

/// A running chat on a database of its own.
pub(crate) struct Place {
    chat: Chat,
    url: String,
    folder: TempDir,
    /// Where files are kept, if not in the folder.
    bucket: Option<Bucket>,
}

impl Deref for Place {
    type Target = Chat;

    fn deref(&self) -> &Chat {
        &self.chat
    }
}

impl Place {
    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let url = database::sqlite(folder.path());
        Self { chat: open(&url, folder.path()).await, url, folder, bucket: None }
    }

    /// With files in a bucket of its own.
    pub(crate) async fn on_a_bucket() -> Self {
        let mut place = Self::on_sqlite().await;
        place.bucket = Some(s3::bucket().await);
        place.restart().await;
        place
    }

    pub(crate) async fn on_postgres() -> Self {
        let url = database::postgres().await;
        let folder = tempfile::tempdir().expect("there is room for a folder");
        Self { chat: open(&url, folder.path()).await, url, folder, bucket: None }
    }

    /// What a backup holds, in a fresh database of the kind of that address.
    pub(crate) async fn restored(file: &Path, like: &str) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let sqlite = like.starts_with("sqlite:");
        let url = if sqlite { database::sqlite(folder.path()) } else { database::empty_postgres().await };
        let restore =
            Restore::prepare(settings(url.clone(), folder.path()), ENVIRONMENT, file).await.expect("is whole");
        restore.carry_out().await.expect("is restored");
        Self { chat: open(&url, folder.path()).await, url, folder, bucket: None }
    }

    /// How it was opened.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = settings(self.url.clone(), self.folder.path());
        if let Some(bucket) = self.bucket.clone() {
            settings.uploads = Uploads::Bucket { bucket, staging: self.uploads() };
        }
        settings
    }

    /// Stops and comes back on the same database.
    pub(crate) async fn restart(&mut self) {
        self.restart_with(|_| ()).await;
    }

    /// Stops and comes back as a place where anyone may change accounts.
    pub(crate) async fn open_to_anyone(&mut self) {
        self.restart_with(|settings| settings.open_user_api = true).await;
    }

    /// Stops and comes back with other settings.
    pub(crate) async fn restart_with(&mut self, change: impl FnOnce(&mut Settings)) {
        self.chat.close().await;
        let mut settings = self.settings();
        change(&mut settings);
        self.chat = start(settings).await;
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The bucket of [`Self::on_a_bucket`].
    pub(crate) fn bucket(&self) -> &Bucket {
        self.bucket.as_ref().expect("has one")
    }

    /// The folder that holds uploaded files.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.folder.path().join("uploads")
    }

    /// Someone new. The first one administers the place.
    pub(crate) async fn user(&self, name: &str) -> Person {
        let form = SignUp { username: name.to_owned(), password: PASSWORD.to_owned(), ..SignUp::default() };
        let signed_in = self.sign_up(form, Device::default()).await.expect("signs up");
        Person::of(&self.chat, signed_in)
    }

    /// Ada, who came first, then Grace and Alan.
    pub(crate) async fn three(&self) -> [Person; 3] {
        [self.user("ada").await, self.user("grace").await, self.user("alan").await]
    }
}

async fn open(url: &str, folder: &Path) -> Chat {
    start(settings(url.to_owned(), folder)).await
}

async fn start(settings: Settings) -> Chat {
    Chat::open(settings, ENVIRONMENT).await.expect("the database opens")
}

/// Someone signed in.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) chat: Chat,
    pub(crate) caller: Caller,
    pub(crate) user: User,
    pub(crate) token: String,
}

impl Person {
    pub(crate) fn of(chat: &Chat, signed_in: SignedIn) -> Self {
        let SignedIn { token, caller, user, .. } = signed_in;
        Self { chat: chat.clone(), caller, user, token }
    }

    pub(crate) const fn id(&self) -> UserId {
        self.caller.user_id
    }

    /// Signs in once more, as from another device.
    pub(crate) async fn on_another_device(&self) -> Self {
        let signed_in = self.chat.sign_in(&self.user.username, PASSWORD, Device::default()).await.expect("signs in");
        Self::of(&self.chat, signed_in)
    }

    /// An open room of theirs.
    pub(crate) async fn room(&self, name: &str) -> ConversationId {
        let new = NewRoom { name: name.to_owned(), ..NewRoom::default() };
        self.chat.create_room(self.caller, new).await.expect("makes a room").conversation.id
    }

    /// A private room of theirs.
    pub(crate) async fn private_room(&self, name: &str) -> ConversationId {
        let new = NewRoom { name: name.to_owned(), private: true, ..NewRoom::default() };
        self.chat.create_room(self.caller, new).await.expect("makes a room").conversation.id
    }

    pub(crate) async fn group_with(&self, people: &[&Self]) -> ConversationId {
        let people = people.iter().map(|person| person.id()).collect();
        let new = NewGroup { people, ..NewGroup::default() };
        self.chat.create_group(self.caller, new).await.expect("makes a group").conversation.id
    }

    pub(crate) async fn project_with(&self, people: &[&Self]) -> Project {
        let people = people.iter().map(|person| person.id()).collect();
        let new = NewProject { name: "Engine".to_owned(), people, ..NewProject::default() };
        self.chat.create_project(self.caller, new).await.expect("makes a project")
    }

    pub(crate) async fn direct_with(&self, other: &Self) -> ConversationId {
        self.chat.open_direct(self.caller, other.id()).await.expect("opens a direct chat").conversation.id
    }

    pub(crate) async fn join(&self, id: ConversationId) {
        self.chat.join(self.caller, id).await.expect("joins");
    }

    pub(crate) async fn leave(&self, id: ConversationId) {
        self.chat.leave(self.caller, id).await.expect("leaves");
    }

    pub(crate) async fn add(&self, id: ConversationId, other: &Self) {
        self.chat.add_members(self.caller, id, &[other.id()]).await.expect("adds a member");
    }

    pub(crate) async fn remove(&self, id: ConversationId, other: &Self) {
        self.chat.remove_member(self.caller, id, other.id()).await.expect("removes a member");
    }

    pub(crate) async fn try_say(&self, id: ConversationId, body: &str) -> Result<Message> {
        self.chat.send(self.caller, Draft::of(id, body)).await
    }

    pub(crate) async fn say(&self, id: ConversationId, body: &str) -> Message {
        self.try_say(id, body).await.expect("posts")
    }

    pub(crate) async fn rename(&self, id: ConversationId, name: &str) {
        let update = ConversationUpdate { name: Some(name.to_owned()), ..ConversationUpdate::default() };
        self.chat.update_conversation(self.caller, id, update).await.expect("renames");
    }

    /// Says `1`, `2`, `3` …
    pub(crate) async fn count(&self, id: ConversationId, to: i64) {
        for n in 1..=to {
            self.say(id, &n.to_string()).await;
        }
    }

    /// The conversation as they see it.
    pub(crate) async fn sees(&self, id: ConversationId) -> Conversation {
        self.chat.standing(self.caller, id).await.expect("sees the conversation").0
    }

    /// The conversation in their sidebar.
    pub(crate) async fn entry(&self, id: ConversationId) -> Option<Entry> {
        let start = self.chat.start(self.caller, None).await.expect("starts");
        start.entries.into_iter().find(|entry| entry.conversation.id == id)
    }
}

/// What a refused person is told.
pub(crate) fn refusal<T>(result: Result<T>) -> Error {
    match result {
        Ok(_) => panic!("should have been refused"),
        Err(chat::Error::Refusal(error)) => error,
        Err(chat::Error::Fault(fault)) => panic!("should have been refused, but failed: {fault}"),
    }
}

/// The field that was not acceptable.
pub(crate) fn invalid_field<T>(result: Result<T>) -> String {
    match refusal(result) {
        Error::Invalid { field, .. } => field,
        other => panic!("should have named a field: {other:?}"),
    }
}

pub(crate) fn is_forbidden<T>(result: Result<T>) -> bool {
    matches!(refusal(result), Error::Forbidden { .. })
}

pub(crate) fn is_not_found<T>(result: Result<T>) -> bool {
    matches!(refusal(result), Error::NotFound { .. })
}

pub(crate) fn is_conflict<T>(result: Result<T>) -> bool {
    matches!(refusal(result), Error::Conflict { .. })
}
