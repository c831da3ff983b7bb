//! Who is there and where they talk.

use std::collections::HashMap;

use fastrand::Rng;
use futures::FutureExt;
use protocol::{ConversationId, Email, Kind, Role, Timestamp, User, UserId, Username};

use super::{
    people::{self, Profile},
    words::{GROUPS, PROJECTS, ROOMS, pick},
};
use crate::{
    Chat, Result,
    member::admit,
    sign_up::admit_to_place,
    store::{self, Change, conversation::NewConversation, seed::Position},
};

/// How many people or conversations are made in one transaction.
const PORTION: usize = 200;

/// The people and their conversations.
pub(super) struct Cast {
    pub(super) people: Vec<User>,
    pub(super) stages: Vec<Stage>,
    /// The sum of the stages' weights up to each.
    busy: Vec<u64>,
}

/// A conversation and how far it has come.
pub(super) struct Stage {
    pub(super) position: Position,
    /// Who is in it, by their place among the people.
    pub(super) members: Vec<usize>,
    /// The last message of each of them.
    pub(super) spoken: HashMap<usize, i64>,
    weight: u64,
}

/// A conversation that is to be made.
#[derive(Clone)]
struct Plan {
    kind: Kind,
    name: String,
    about: String,
    private: bool,
    members: Vec<usize>,
    weight: u64,
}

impl Cast {
    pub(super) async fn make(chat: &Chat, rng: &mut Rng, count: usize, hash: &str, begin: Timestamp) -> Result<Self> {
        let mut people = Vec::with_capacity(count);
        let profiles = people::invent(rng, count);
        for portion in profiles.chunks(PORTION) {
            let (portion, hash, chat_too) = (portion.to_vec(), hash.to_owned(), chat.clone());
            let made = chat.0.store.write(move |change| enrol(change, chat_too, portion, hash, begin).boxed()).await?;
            people.extend(made);
        }
        let plans = plan(rng, count);
        let mut ids = Vec::with_capacity(plans.len());
        for portion in plans.chunks(PORTION) {
            let (portion, everyone) = (portion.to_vec(), people.clone());
            ids.extend(chat.0.store.write(move |change| open(change, portion, everyone, begin).boxed()).await?);
        }
        let mut all = vec![(chat.public_id(), (0..count).collect(), 900)];
        all.extend(ids.into_iter().zip(plans).map(|(id, plan)| (id, plan.members, plan.weight)));
        let mut connection = chat.0.store.read().await?;
        let mut stages = Vec::with_capacity(all.len());
        for (id, members, weight) in all {
            let position = store::seed::position(&mut connection, id).await?;
            stages.push(Stage { position, members, spoken: HashMap::new(), weight });
        }
        let busy = stages.iter().scan(0, |sum, stage| {
            *sum += stage.weight;
            Some(*sum)
        });
        Ok(Self { people, busy: busy.collect(), stages })
    }

    /// How many conversations were made: all but the public chat, which was there.
    pub(super) fn made(&self) -> usize {
        self.stages.len() - 1
    }

    /// A conversation to talk in: busy ones more often.
    pub(super) fn choose(&self, rng: &mut Rng) -> usize {
        let total = self.busy.last().copied().unwrap_or(1);
        let chosen = rng.u64(0..total);
        self.busy.partition_point(|sum| *sum <= chosen)
    }

    /// How far everyone has read in the end: most of them everything, some not the last few.
    pub(super) fn read_positions(&self, rng: &mut Rng) -> Vec<(ConversationId, UserId, i64)> {
        let mut read = Vec::new();
        for stage in &self.stages {
            for member in &stage.members {
                let unread = if rng.u8(0..10) < 7 { 0 } else { rng.i64(0..25) };
                let spoken = stage.spoken.get(member).copied().unwrap_or(0);
                let seq = (stage.position.last_seq - unread).max(spoken).max(0);
                if let Some(user) = self.people.get(*member) {
                    read.push((stage.position.id, user.id, seq));
                }
            }
        }
        read
    }
}

async fn enrol(
    change: &mut Change,
    chat: Chat,
    profiles: Vec<Profile>,
    hash: String,
    begin: Timestamp,
) -> Result<Vec<User>> {
    change.pretend(begin);
    let mut made = Vec::with_capacity(profiles.len());
    for mut profile in profiles {
        // Where people are added, some names are theirs already.
        let wanted = profile.username.clone();
        for n in 2.. {
            let key = profile.username.to_lowercase();
            if store::user::is_taken(change.connection(), &key, Some(&profile.email), None).await?.is_none() {
                break;
            }
            profile.username = format!("{wanted}{n}");
            profile.email = format!("{wanted}{n}@example.org");
        }
        let (username, email) = (Username::parse(&profile.username)?, Email::parse(&profile.email)?);
        let hash = hash.clone();
        let user = admit_to_place(change, &chat, |admin, rev, now| store::user::NewUser {
            username,
            display_name: profile.display_name,
            email: Some(email),
            avatar_url: None,
            password_hash: hash,
            admin,
            created_at: now,
            rev,
        })
        .await?;
        made.push(user);
    }
    Ok(made)
}

async fn open(
    change: &mut Change,
    plans: Vec<Plan>,
    people: Vec<User>,
    begin: Timestamp,
) -> Result<Vec<ConversationId>> {
    change.pretend(begin);
    let mut ids = Vec::with_capacity(plans.len());
    for plan in plans {
        let members: Vec<&User> = plan.members.iter().filter_map(|index| people.get(*index)).collect();
        ids.push(make(change, &plan, &members).await?);
    }
    Ok(ids)
}

async fn make(change: &mut Change, plan: &Plan, members: &[&User]) -> Result<ConversationId> {
    let ids: Vec<UserId> = members.iter().map(|user| user.id).collect();
    let (low, high) = (ids.iter().min(), ids.iter().max());
    let direct_key = low.zip(high).filter(|_| plan.kind == Kind::Direct).map(|(low, high)| format!("{low}:{high}"));
    let mut name = plan.name.clone();
    if plan.kind == Kind::Room {
        // Where rooms are added, some names are taken already.
        for n in 2.. {
            if !store::seed::is_room(change.connection(), &name).await? {
                break;
            }
            name = format!("{}-{n}", plan.name);
        }
    }
    let new = NewConversation {
        kind: plan.kind,
        name: &name,
        topic: if plan.kind == Kind::Room { &plan.about } else { "" },
        private: plan.private,
        creator_id: ids.first().copied().unwrap_or(UserId(0)),
        direct_key,
        project_id: None,
        now: change.now(),
    };
    let id = store::conversation::insert(change.connection(), &new).await?;
    if plan.kind == Kind::Project {
        store::project::insert(change.connection(), id, &plan.about).await?;
    }
    for (index, user) in members.iter().enumerate() {
        let owner = index == 0 && plan.kind != Kind::Direct;
        admit(change, id, user, if owner { Role::Owner } else { Role::Member }).await?;
    }
    Ok(id)
}

/// What there is to be, for so many people.
fn plan(rng: &mut Rng, people: usize) -> Vec<Plan> {
    let mut plans = rooms(rng, people);
    plans.extend(projects(rng, people));
    for _ in 0..people / 8 {
        let members = some(rng, people, 7);
        let name = pick(rng, GROUPS).to_owned();
        plans.push(Plan { kind: Kind::Group, name, about: String::new(), private: true, members, weight: 12 });
    }
    plans.extend(directs(rng, people));
    plans
}

/// Few large and busy rooms, many small and quiet ones (Zipf); every sixth is private.
fn rooms(rng: &mut Rng, people: usize) -> Vec<Plan> {
    let count = (people / 3).clamp(3, 400);
    (1..=count)
        .zip(ROOMS.iter().cycle())
        .map(|(rank, (name, topic))| {
            let round = (rank - 1) / ROOMS.len();
            let name = if round == 0 { (*name).to_owned() } else { format!("{name}-{}", round + 1) };
            let members = some(rng, people, (people / rank).max(3) - 1);
            let weight = (2_400 / rank).max(8) as u64;
            Plan { kind: Kind::Room, name, about: (*topic).to_owned(), private: rank % 6 == 0, members, weight }
        })
        .collect()
}

fn projects(rng: &mut Rng, people: usize) -> Vec<Plan> {
    let count = (people / 6).clamp(1, 200);
    (0..count)
        .zip(PROJECTS.iter().cycle())
        .map(|(index, (name, about))| {
            let round = index / PROJECTS.len();
            let name = if round == 0 { (*name).to_owned() } else { format!("{name} {}", round + 1) };
            let members = some(rng, people, 9);
            Plan { kind: Kind::Project, name, about: (*about).to_owned(), private: true, members, weight: 40 }
        })
        .collect()
}

/// About three direct chats a person, no two of them of the same pair.
fn directs(rng: &mut Rng, people: usize) -> Vec<Plan> {
    let mut pairs = std::collections::BTreeSet::new();
    for first in 0..people {
        for _ in 0..2 {
            let second = rng.usize(0..people);
            if first != second {
                pairs.insert((first.min(second), first.max(second)));
            }
        }
    }
    let plan = |(low, high)| Plan {
        kind: Kind::Direct,
        name: String::new(),
        about: String::new(),
        private: true,
        members: vec![low, high],
        weight: 6,
    };
    pairs.into_iter().map(plan).collect()
}

/// One to `most` others and a first one, all different; the first is the owner.
fn some(rng: &mut Rng, people: usize, most: usize) -> Vec<usize> {
    let most = most.clamp(1, people - 1);
    let size = 1 + rng.usize(most.div_ceil(2)..=most);
    if size * 3 > people {
        let mut all: Vec<usize> = (0..people).collect();
        rng.shuffle(&mut all);
        all.truncate(size);
        return all;
    }
    let mut chosen = Vec::with_capacity(size);
    while chosen.len() < size {
        let person = rng.usize(0..people);
        if !chosen.contains(&person) {
            chosen.push(person);
        }
    }
    chosen
}
