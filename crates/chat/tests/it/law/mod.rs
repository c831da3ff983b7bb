//! The law of the reducer: a fresh fetch, plus the events since, equals a fetch made now. For every action, for
//! everyone who looks on, and for three sorts of client: one that is always connected, one that is now and then away,
//! and one that asks for everything again and so hears it several times.

mod client;
mod deed;
mod world;

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use protocol::{ConversationId, Position};

use crate::place::{Person, Place, pass};
use client::{Client, Habit};
use deed::{Deed, deed};
use world::World;

/// How many histories are tried, each of up to so many actions.
const CASES: u32 = 64;
const ACTIONS: usize = 40;
/// How many people act and look on.
const PEOPLE: usize = 4;

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
    for (turn, (who, deed)) in deeds.iter().enumerate() {
        pass(7);
        world.carry_out(people, *who, deed).await;
        check_kept_history(&people[*who], world.room(turn)).await;
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

/// Holds history that may have been kept from an earlier reading against the page, which is read afresh.
async fn check_kept_history(person: &Person, id: ConversationId) {
    let Ok(page) = person.chat.page(person.caller, id, Position::Latest).await else { return };
    let history = person.chat.history(person.caller, id, Position::Latest).await.expect("may be read");
    assert_eq!(history, page.history, "history that was kept");
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
