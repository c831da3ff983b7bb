//! A made-up place is a place like any other.

use chat::{Device, Draft, Seed, Seeded};
use protocol::{Error, Kind, PAGE_SIZE, Position, Start};

use crate::place::{Person, Place, now};

crate::on_both_databases! {
    a_made_up_place_has_all_that_a_place_has
    the_same_seed_makes_the_same_place
    a_database_in_use_is_left_alone_unless_told_otherwise
    figures_out_of_range_are_refused
    talk_goes_on_where_the_made_up_one_ends
}

const SEED: Seed = Seed { people: 24, messages: 1_500, weeks: 3, seed: 7, add: false };
const WEEK: i64 = 7 * 24 * 60 * 60 * 1000;

async fn sign_in(place: &Place, seeded: &Seeded) -> Person {
    let signed_in = place.sign_in(&seeded.username, &seeded.password, Device::default()).await.expect("signs in");
    Person::of(place, signed_in)
}

fn count(many: usize) -> i64 {
    i64::try_from(many).expect("fits")
}

async fn start(person: &Person) -> Start {
    let mut start = person.chat.start(person.caller, None).await.expect("starts");
    start.entries.sort_by_key(|entry| entry.conversation.id);
    start
}

async fn a_made_up_place_has_all_that_a_place_has(place: Place) {
    let seeded = place.seed(SEED).await.expect("is made up");
    assert_eq!((seeded.people, seeded.messages), (24, 1_500));
    let person = sign_in(&place, &seeded).await;
    assert!(person.user.admin, "the first one looks after the place");
    let start = start(&person).await;
    let kinds = |kind| start.entries.iter().filter(|entry| entry.conversation.kind == kind).count();
    assert!(kinds(Kind::Public) == 1 && kinds(Kind::Room) >= 1 && kinds(Kind::Direct) >= 1, "{:?}", start.entries);
    for entry in &start.entries {
        let conversation = &entry.conversation;
        assert!((0..=conversation.last_seq).contains(&entry.read_seq));
        let history = person.chat.history(person.caller, conversation.id, Position::Latest).await.expect("reads");
        let messages = &history.messages;
        assert_eq!(count(messages.len()), conversation.last_seq.min(PAGE_SIZE));
        assert!(messages.iter().is_sorted_by_key(|message| (message.created_at, message.id)));
        assert!(messages.iter().all(|message| (now().0 - 3 * WEEK..=now().0).contains(&message.created_at.0)));
        assert!(messages.last().is_none_or(|last| last.created_at == conversation.active_at));
        let members = person.chat.members(person.caller, conversation.id, "", 200).await.expect("lists");
        assert_eq!(count(members.len()), conversation.member_count);
    }
}

async fn the_same_seed_makes_the_same_place(place: Place) {
    let twin = Place::on_sqlite().await;
    let seeded = place.seed(SEED).await.expect("is made up");
    assert_eq!(twin.seed(SEED).await.expect("is made up"), seeded);
    let (one, two) = (sign_in(&place, &seeded).await, sign_in(&twin, &seeded).await);
    let (first, second) = (start(&one).await, start(&two).await);
    assert_eq!(first.entries, second.entries);
    for entry in first.entries {
        let id = entry.conversation.id;
        let [first, second] = [
            one.chat.history(one.caller, id, Position::Latest).await.expect("reads"),
            two.chat.history(two.caller, id, Position::Latest).await.expect("reads"),
        ];
        assert_eq!(first, second);
    }
    let other =
        Place::on_sqlite().await.seed(Seed { seed: 8, people: 2, messages: 0, ..SEED }).await.expect("is made up");
    assert_ne!(other.password, seeded.password, "another seed makes another place");
}

async fn a_database_in_use_is_left_alone_unless_told_otherwise(place: Place) {
    let ada = place.user("ada").await;
    let refused = place.seed(SEED).await.expect_err("there is someone");
    assert!(matches!(refused, chat::Error::Refusal(Error::Conflict { .. })), "{refused:?}");
    let before = start(&ada).await;
    assert_eq!((before.entries.len(), before.entries[0].conversation.last_seq), (1, 0), "nothing was made");
    for _ in 0..2 {
        place.seed(Seed { add: true, ..SEED }).await.expect("adds");
    }
    let people = place.users(ada.caller, "", None, 200).await.expect("finds");
    assert_eq!(people.len(), 1 + 24 + 24);
}

async fn figures_out_of_range_are_refused(place: Place) {
    for seed in [Seed { people: 1, ..SEED }, Seed { weeks: 0, ..SEED }, Seed { messages: usize::MAX, ..SEED }] {
        let refused = place.seed(seed).await.expect_err("is out of range");
        assert!(matches!(refused, chat::Error::Refusal(Error::Invalid { .. })), "{refused:?}");
    }
}

async fn talk_goes_on_where_the_made_up_one_ends(place: Place) {
    let seeded = place.seed(SEED).await.expect("is made up");
    let person = sign_in(&place, &seeded).await;
    let before = start(&person).await;
    let public =
        &before.entries.iter().find(|entry| entry.conversation.kind == Kind::Public).expect("is there").conversation;
    let draft = Draft::of(public.id, "And now for real");
    let message = person.chat.send(person.caller, draft).await.expect("sends");
    assert_eq!((message.seq, message.rev), (public.last_seq + 1, public.rev + 1));
}
