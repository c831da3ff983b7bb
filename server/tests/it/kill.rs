//! The server is killed in the middle of writes, again and again, as a power cut would: every message that was
//! acknowledged is there, once and in order, and what was not acknowledged can be sent again without becoming two.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use chat::{Chat, Device, Environment};
use protocol::{ClientFrame, ConversationId, Message, Position, ServerFrame};
use tokio::{sync::Notify, time::timeout};

use crate::{
    app::PATIENCE,
    person::{PASSWORD, Person},
    program::Program,
    wire::{Heard, Socket},
};

const ROUNDS: usize = 5;
const WRITERS: usize = 4;
/// How many acknowledgements to wait for before the kill; each writer has so many messages and more to send.
const ACKNOWLEDGED: usize = 120;
/// How many messages a writer sends ahead of their acknowledgements.
const AHEAD: usize = 16;
const SECRET: &str = "a secret that only this test knows";

async fn start(folder: &Path) -> Program {
    Program::start(folder, &[("CONFAB_SECRET", SECRET)]).await
}

/// Someone who writes, and what became of it: by number in the order of sending, none while unacknowledged.
struct Writer {
    person: Person,
    name: usize,
    sent: BTreeMap<usize, Option<Message>>,
}

impl Writer {
    fn client_id(&self, n: usize) -> String {
        format!("writer-{}-{n}", self.name)
    }

    fn acknowledge(&mut self, client_id: &str, message: &Message) {
        let n = client_id.rsplit('-').next().and_then(|n| n.parse().ok()).expect("a number");
        let before = self.sent.insert(n, Some(message.clone())).expect("it was sent");
        if let Some(before) = before {
            assert_eq!((before.id, before.seq), (message.id, message.seq), "a retry is the same message");
        }
    }

    fn unacknowledged(&self) -> Vec<usize> {
        self.sent.iter().filter(|(_, message)| message.is_none()).map(|(n, _)| *n).collect()
    }

    async fn open(&self, url: &str) -> Socket {
        let bearer = format!("Bearer {}", self.person.token);
        let mut socket = Socket::open(url, &[("authorization", &bearer)]).await.expect("a socket");
        socket.resume(Some(0), None, &[]).await;
        socket
    }

    /// Sends the message of that number; returns whether there was still someone to send it to.
    async fn post(&self, socket: &mut Socket, conversation_id: ConversationId, n: usize) -> bool {
        let frame = ClientFrame::Send {
            client_id: self.client_id(n),
            conversation_id,
            body: self.client_id(n),
            files: Vec::new(),
        };
        socket.try_send(&frame).await.is_ok()
    }

    /// Sends again what was left unanswered, then new ones, until the server is gone.
    async fn write(mut self, url: String, acknowledged: Arc<AtomicUsize>, progress: Arc<Notify>) -> Self {
        let mut socket = self.open(&url).await;
        let public = socket.public();
        let mut waiting = 0;
        for n in self.unacknowledged() {
            if !self.post(&mut socket, public, n).await {
                return self;
            }
            waiting += 1;
        }
        loop {
            while waiting < AHEAD {
                let n = self.sent.len();
                self.sent.insert(n, None);
                if !self.post(&mut socket, public, n).await {
                    return self;
                }
                waiting += 1;
            }
            match socket.hear().await {
                Heard::Closed(_) => return self,
                Heard::Frame(frame) => {
                    if let ServerFrame::Accepted { client_id, message } = *frame {
                        self.acknowledge(&client_id, &message);
                        waiting -= 1;
                        acknowledged.fetch_add(1, Ordering::SeqCst);
                        progress.notify_one();
                    }
                }
            }
        }
    }

    /// Sends again what was left unanswered, and waits for the answers.
    async fn settle(&mut self, url: &str) {
        let mut socket = self.open(url).await;
        let public = socket.public();
        for n in self.unacknowledged() {
            assert!(self.post(&mut socket, public, n).await);
            let client_id = self.client_id(n);
            let message = socket.accepted(&client_id).await;
            self.acknowledge(&client_id, &message);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_being_killed_exactly_once_and_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = start(folder.path()).await;
    let mut writers = Vec::new();
    for name in 0..WRITERS {
        let person = Person::sign_up(&server.url, &format!("writer{name}")).await;
        writers.push(Writer { person, name, sent: BTreeMap::new() });
    }
    for _ in 0..ROUNDS {
        writers = write_until_killed(server, writers).await;
        server = start(folder.path()).await;
    }
    for writer in &mut writers {
        writer.settle(&server.url).await;
    }
    server.kill();
    hold_against_what_is_stored(folder.path(), &writers).await;
}

async fn write_until_killed(server: Program, writers: Vec<Writer>) -> Vec<Writer> {
    let (acknowledged, progress) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let begin = |writer: Writer| tokio::spawn(writer.write(server.url.clone(), acknowledged.clone(), progress.clone()));
    let writing: Vec<_> = writers.into_iter().map(begin).collect();
    let enough = async {
        while acknowledged.load(Ordering::SeqCst) < ACKNOWLEDGED {
            progress.notified().await;
        }
    };
    timeout(PATIENCE, enough).await.expect("acknowledgements in time");
    server.kill();
    let mut writers = Vec::new();
    for task in writing {
        writers.push(task.await.expect("it ends when the server does"));
    }
    assert!(writers.iter().any(|writer| !writer.unacknowledged().is_empty()), "killed in the middle of writes");
    writers
}

/// Reads the database without the server, through the same application.
async fn hold_against_what_is_stored(folder: &Path, writers: &[Writer]) {
    let settings = chat::Settings {
        database_url: format!("sqlite://{}", folder.join("data/confab.db").display()),
        secret: SECRET.into(),
        token_ttl_seconds: 3600,
        place_name: "Confab".into(),
        readers: 1,
        rate_limit: false,
        open_user_api: false,
        uploads: folder.join("data/uploads").into(),
        max_upload: 1_000_000,
        quota_person: None,
        quota_place: None,
        accepted_types: chat::AcceptedTypes::default(),
        clamd: None,
    };
    let chat = Chat::open(settings, Environment::real()).await.expect("the database opens");
    let signed_in = chat.sign_in("writer0", PASSWORD, Device::default()).await.expect("signed in");
    let mut stored: Vec<Message> = Vec::new();
    loop {
        let after = stored.last().map_or(0, |message| message.seq);
        let history = chat.history(signed_in.caller, chat.public_id(), Position::After(after)).await.expect("read");
        let at_newest = history.at_newest;
        stored.extend(history.messages);
        if at_newest {
            break;
        }
    }
    chat.close().await;

    let numbers: Vec<i64> = stored.iter().map(|message| message.seq).collect();
    let total = i64::try_from(stored.len()).expect("a count");
    assert_eq!(numbers, (1..=total).collect::<Vec<_>>(), "numbered without holes");
    for writer in writers {
        let own: Vec<_> = stored.iter().filter(|message| message.author_id == author(writer)).collect();
        let sent: Vec<_> = writer.sent.values().flatten().collect();
        assert_eq!(sent.len(), writer.sent.len(), "all were acknowledged in the end");
        let place = |message: &Message| (message.id, message.seq, message.body.clone());
        let (own, sent): (Vec<_>, Vec<_>) =
            (own.into_iter().map(place).collect(), sent.into_iter().map(place).collect());
        assert_eq!(own, sent, "exactly once, and in the order in which they were sent");
    }
}

fn author(writer: &Writer) -> protocol::UserId {
    writer.sent.values().flatten().next().expect("it sent something").author_id
}
