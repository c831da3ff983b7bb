//! A made-up place to look at, to try things in and to measure: people, rooms, direct chats, groups, projects, and far more
//! messages than people, spread over weeks. The same seed makes the same place.

mod calendar;
mod cast;
mod people;
mod talk;
mod words;

use fastrand::Rng;
use futures::FutureExt;
use protocol::{Error, Timestamp};

use self::{calendar::Calendar, cast::Cast, talk::Talk};
use crate::{Chat, Result, store};

/// How many messages are written in one transaction.
const PORTION: usize = 5_000;
/// The most people and messages that one run makes.
const MAX_PEOPLE: usize = 100_000;
const MAX_MESSAGES: usize = 100_000_000;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Seed {
    /// How many people; 2 or more.
    pub people: usize,
    /// How many messages.
    pub messages: usize,
    /// Over how many weeks, up to now; 1 to 520.
    pub weeks: u16,
    /// The same number makes the same place.
    pub seed: u64,
    /// Whether to add to a database in which there are people already.
    pub add: bool,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeded {
    /// A user name to sign in with; the first that was made.
    pub username: String,
    /// The password of everyone who was made.
    pub password: String,
    /// How many people were made.
    pub people: usize,
    /// How many conversations were made.
    pub conversations: usize,
    /// How many messages were made.
    pub messages: usize,
}

impl Chat {
    /// Fills the database. Nobody may be connected meanwhile: nobody is told.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a figure out of range; [`Error::Conflict`] where there are people already, unless the seed
    /// says that it adds to them.
    pub async fn seed(&self, seed: Seed) -> Result<Seeded> {
        check(seed)?;
        if !seed.add && !store::user::none_yet(&mut *self.0.store.read().await?).await? {
            return Err(Error::conflict("There are people in this database already.").into());
        }
        let mut rng = Rng::with_seed(seed.seed);
        let password = words::password(&mut rng);
        let hash = self.0.passwords.hash(password.clone()).await?;
        let now = (self.0.environment.now)();
        let begin = Timestamp(now.0 - i64::from(seed.weeks) * 7 * 24 * 60 * 60 * 1000);

        let mut cast = Cast::make(self, &mut rng, seed.people, &hash, begin).await?;
        let calendar = Calendar::new(begin, now, seed.messages);
        let mut talk = Talk::new(rng, calendar);
        let mut left = seed.messages;
        while left > 0 {
            let portion = talk.say(&mut cast, left.min(PORTION));
            left -= portion.messages.len();
            self.0
                .store
                .write(move |change| async move { store::seed::write(change.connection(), &portion).await }.boxed())
                .await?;
        }
        let read = cast.read_positions(talk.rng());
        self.0
            .store
            .write(move |change| async move { store::seed::write_read(change.connection(), &read).await }.boxed())
            .await?;
        Ok(Seeded {
            username: cast.people.first().map(|person| person.username.clone()).unwrap_or_default(),
            password,
            people: cast.people.len(),
            conversations: cast.made(),
            messages: seed.messages,
        })
    }
}

fn check(seed: Seed) -> Result<()> {
    let range = |field: &str, value: usize, least: usize, most: usize| {
        let fits = (least..=most).contains(&value);
        fits.then_some(()).ok_or_else(|| Error::invalid(field, format!("Choose {least} to {most} {field}.")))
    };
    range("users", seed.people, 2, MAX_PEOPLE)?;
    range("messages", seed.messages, 0, MAX_MESSAGES)?;
    range("weeks", seed.weeks.into(), 1, 520)?;
    Ok(())
}
