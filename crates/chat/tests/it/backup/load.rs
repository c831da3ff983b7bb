//! Backups while people write, bring files and delete them: each has all that was acknowledged before it began. The long
//! form is `CONFAB_BACKUPS=50 cargo test -p chat --test it -- backup::load`.

use std::{
    collections::HashMap,
    env,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use chat::Chat;
use protocol::{Position, Project};

use super::Made;
use crate::{
    file::{content, upload},
    place::{Person, Place},
};

crate::on_both_databases! {
    each_has_everything_that_was_acknowledged_before_it
}

/// How many are made.
fn backups() -> usize {
    env::var("CONFAB_BACKUPS").map_or(3, |number| number.parse().expect("is a number"))
}

/// What people were told.
#[derive(Clone, Default)]
struct Told {
    /// The texts of the public chat, in order.
    messages: Vec<String>,
    /// What is in files that nobody has begun to delete, by their names: ids are given again.
    files: HashMap<String, Vec<u8>>,
}

struct Crowd {
    told: Arc<Mutex<Told>>,
    enough: Arc<AtomicBool>,
}

impl Crowd {
    fn told(&self) -> Told {
        self.told.lock().expect("nobody panicked").clone()
    }

    /// Says one thing after the other.
    async fn talk(&self, person: &Person) {
        for n in 0.. {
            if self.enough.load(Ordering::Relaxed) {
                return;
            }
            let message = person.say(person.chat.public_id(), &format!("message {n}")).await;
            self.told.lock().expect("nobody panicked").messages.push(message.body);
        }
    }

    /// Brings files and deletes most of them a moment later; some have bytes that come and go all the time.
    async fn tinker(&self, person: &Person, project: &Project, name: &str) {
        for n in 0_usize.. {
            if self.enough.load(Ordering::Relaxed) {
                return;
            }
            let bytes = match n % 3 {
                0 => b"again and again".to_vec(),
                _ => format!("{name} {n}").repeat(1 + n * 37 % 3_000).into_bytes(),
            };
            let file = upload(person, project, &format!("{name} {n}"), &bytes).await;
            self.told.lock().expect("nobody panicked").files.insert(file.name.clone(), bytes);
            if n % 5 != 0 {
                self.told.lock().expect("nobody panicked").files.remove(&file.name);
                person.chat.delete_file(person.caller, file.id).await.expect("deletes");
            }
        }
    }
}

async fn each_has_everything_that_was_acknowledged_before_it(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let project = ada.project_with(&[&grace, &alan]).await;
    let crowd = Crowd { told: Arc::default(), enough: Arc::default() };
    let backing_up = async {
        let mut made = Vec::new();
        let busy = |told: &Told| told.messages.len() > 10 && told.files.len() > 2;
        while !busy(&crowd.told()) {
            tokio::task::yield_now().await;
        }
        for _ in 0..backups() {
            let before = crowd.told();
            made.push((before, Made::of(&place).await, crowd.told()));
        }
        crowd.enough.store(true, Ordering::Relaxed);
        made
    };
    let (made, (), (), ()) = tokio::join!(
        backing_up,
        crowd.talk(&ada),
        crowd.tinker(&grace, &project, "grace"),
        crowd.tinker(&alan, &project, "alan"),
    );
    for (before, made, after) in made {
        assert_eq!(made.said.lost, Vec::<String>::new());
        let restored = Place::restored(&made.file(), place.url()).await;
        let ada = Person { chat: restored.clone(), ..ada.clone() };
        assert!(texts(&restored, &ada).await.starts_with(&before.messages), "nothing is lost, and all in order");
        let mut found = HashMap::new();
        for file in restored.files(ada.caller, project.id).await.expect("lists") {
            found.insert(file.name, content(&ada, file.id).await);
        }
        for (name, bytes) in before.files.iter().filter(|(name, _)| after.files.contains_key(*name)) {
            assert!(found.get(name) == Some(bytes), "{name}");
        }
        restored.close().await;
    }
}

/// The texts of the public chat, which are numbered without holes.
async fn texts(chat: &Chat, person: &Person) -> Vec<String> {
    let mut texts = Vec::new();
    loop {
        let after = i64::try_from(texts.len()).expect("fits");
        let history = chat.history(person.caller, chat.public_id(), Position::After(after)).await.expect("reads");
        for message in history.messages {
            assert_eq!(message.seq, i64::try_from(texts.len()).expect("fits") + 1);
            texts.push(message.body);
        }
        if history.at_newest {
            return texts;
        }
    }
}
