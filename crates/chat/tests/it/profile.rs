//! Accounts by their id: who sees what of them, who changes them, what is left of a deleted one.

use chat::{AccountUpdate, CloseReason, Device, SignUp};
use protocol::{Error, Position, Role, UserId};
use sqlx::Connection;

use crate::{
    place::{PASSWORD, Person, Place, invalid_field, is_conflict, is_forbidden, is_not_found, refusal},
    socket::{closed, listen},
};

crate::on_both_databases! {
    an_address_shows_to_those_who_are_signed_in
    nobody_finds_a_closed_account
    every_account_comes_once_page_by_page
    an_account_is_changed_by_its_owner_and_the_places_administrator
    others_hear_of_a_change_whoever_made_it
    a_deleted_accounts_messages_stay_as_a_deleted_users
    a_deleted_accounts_name_and_address_are_free_again
    nobody_takes_the_name_of_a_deleted_user
    whoever_is_deleted_is_out_at_once
    what_a_deleted_person_owned_gets_another_owner
    an_account_is_deleted_by_its_owner_and_the_places_administrator
    the_only_administrator_is_not_deleted_while_others_stay
    where_the_place_is_opened_so_anyone_may_do_all_of_it
}

const NOBODY: UserId = UserId(987_654);

fn address(address: &str) -> AccountUpdate {
    AccountUpdate { email: Some(address.to_owned()), ..AccountUpdate::default() }
}

fn name(name: &str) -> AccountUpdate {
    AccountUpdate { username: Some(name.to_owned()), ..AccountUpdate::default() }
}

async fn update(caller: &Person, whose: &Person, update: AccountUpdate) -> chat::Result<protocol::Account> {
    caller.chat.update_user(Some(caller.caller), whose.id(), update).await
}

async fn delete(caller: &Person, whose: &Person) -> chat::Result<()> {
    caller.chat.delete_user(Some(caller.caller), whose.id()).await
}

async fn an_address_shows_to_those_who_are_signed_in(place: Place) {
    let [ada, grace, _] = place.three().await;
    update(&ada, &ada, address("ada@example.org")).await.expect("changes");
    let seen = place.profile(Some(grace.caller), ada.id()).await.expect("finds");
    assert_eq!((seen.user.username.as_str(), seen.email.as_deref()), ("ada", Some("ada@example.org")));
    let strangers = place.profile(None, ada.id()).await.expect("finds");
    assert_eq!((strangers.user, strangers.email), (seen.user, None));
    let listed = place.profiles(None, UserId(0), 200).await.expect("lists");
    assert!(listed.iter().all(|profile| profile.email.is_none()));
    let listed = place.profiles(Some(grace.caller), UserId(0), 200).await.expect("lists");
    assert_eq!(listed.iter().filter(|profile| profile.email.is_some()).count(), 1);
}

async fn nobody_finds_a_closed_account(place: Place) {
    let [ada, grace, _] = place.three().await;
    place.deactivate(grace.caller, PASSWORD).await.expect("goes");
    for id in [grace.id(), NOBODY] {
        assert!(is_not_found(place.profile(None, id).await));
        assert!(is_not_found(place.update_user(Some(ada.caller), id, name("new")).await));
        assert!(is_not_found(place.delete_user(Some(ada.caller), id).await));
    }
    let listed = place.profiles(None, UserId(0), 200).await.expect("lists");
    assert!(listed.iter().all(|profile| profile.user.id != grace.id()));
}

async fn every_account_comes_once_page_by_page(place: Place) {
    let mut all = Vec::new();
    for n in 0..7 {
        all.push(place.user(&format!("user {n}")).await.id());
    }
    for limit in [1, 3, 7, 200, 1_000] {
        let (mut found, mut after) = (Vec::new(), UserId(0));
        loop {
            let page = place.profiles(None, after, limit).await.expect("lists");
            let Some(last) = page.last() else { break };
            after = last.user.id;
            found.extend(page.iter().map(|profile| profile.user.id));
        }
        assert_eq!(found, all, "{limit} at a time");
    }
    assert!(place.profiles(None, UserId(0), -1).await.expect("lists").is_empty());
}

async fn an_account_is_changed_by_its_owner_and_the_places_administrator(place: Place) {
    let [ada, grace, alan] = place.three().await;
    assert_eq!(update(&grace, &grace, name("hopper")).await.expect("changes").user.username, "hopper");
    let account = update(&ada, &grace, address("grace@example.org")).await.expect("the administrator may");
    assert_eq!(account, place.account(grace.caller).await.expect("reads"));
    assert!(is_forbidden(update(&alan, &grace, name("mine")).await));
    assert!(is_forbidden(update(&grace, &ada, name("mine")).await));
    assert_eq!(refusal(place.update_user(None, grace.id(), name("mine")).await), Error::SignedOut);
    assert_eq!(refusal(place.update_user(None, NOBODY, name("mine")).await), Error::SignedOut);
    assert!(is_not_found(place.update_user(Some(alan.caller), NOBODY, name("mine")).await));
    assert_eq!(invalid_field(update(&ada, &grace, name("Alan")).await), "username");
    assert_eq!(invalid_field(update(&ada, &alan, address("GRACE@example.org")).await), "email");
    assert_eq!(place.account(grace.caller).await.expect("reads"), account, "the refused ones changed nothing");
}

async fn others_hear_of_a_change_whoever_made_it(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let before = place.start(alan.caller, None).await.expect("starts");
    let own_before = place.start(grace.caller, None).await.expect("starts");
    update(&ada, &grace, name("hopper")).await.expect("changes");
    let after = place.start(alan.caller, None).await.expect("starts");
    assert_eq!(after.place_rev, before.place_rev + 1);
    let own_after = place.start(grace.caller, None).await.expect("starts");
    assert_eq!(own_after.person_rev, own_before.person_rev + 1, "and her own devices");
}

async fn a_deleted_accounts_messages_stay_as_a_deleted_users(place: Place) {
    let [ada, grace, _] = place.three().await;
    let profile = AccountUpdate {
        display_name: Some("Grace Hopper".to_owned()),
        email: Some("grace@example.org".to_owned()),
        avatar_url: Some("https://example.org/grace.png".to_owned()),
        ..AccountUpdate::default()
    };
    update(&grace, &grace, profile).await.expect("changes");
    let said = grace.say(place.public_id(), "goodbye").await;
    let direct = grace.direct_with(&ada).await;
    let private = grace.say(direct, "and thanks").await;
    delete(&grace, &grace).await.expect("goes");

    for (id, message) in [(place.public_id(), said), (direct, private)] {
        let history = place.history(ada.caller, id, Position::Latest).await.expect("reads");
        assert_eq!(history.messages.last(), Some(&message));
        let author = history.users.iter().find(|user| user.id == grace.id()).expect("has an author");
        assert_eq!((author.display_name.as_str(), author.deactivated), ("Deleted user", true));
        assert_eq!(
            (author.username.as_str(), author.avatar_url.as_deref()),
            (&*format!("deleted-{}", grace.id()), None)
        );
    }
    let listed = place.directs(ada.caller).await.expect("lists");
    assert_eq!(listed[0].other.display_name, "Deleted user");
    assert!(place.users(ada.caller, "deleted", None, 10).await.expect("searches").is_empty());
}

async fn a_deleted_accounts_name_and_address_are_free_again(place: Place) {
    let [_, grace, _] = place.three().await;
    update(&grace, &grace, address("grace@example.org")).await.expect("changes");
    delete(&grace, &grace).await.expect("goes");
    for login in ["grace", "grace@example.org", &format!("deleted-{}", grace.id())] {
        assert_eq!(refusal(place.sign_in(login, PASSWORD, Device::default()).await), Error::WrongPassword, "{login}");
    }
    let form = SignUp {
        username: "Grace".to_owned(),
        password: PASSWORD.to_owned(),
        email: Some("grace@example.org".to_owned()),
        ..SignUp::default()
    };
    let again = place.sign_up(form, Device::default()).await.expect("signs up");
    assert_ne!(again.user.id, grace.id());
}

#[tokio::test]
async fn nothing_that_tells_who_someone_was_is_kept_of_a_deleted_account() {
    let place = Place::on_sqlite().await;
    place.user("ada").await;
    let form = SignUp {
        username: "grace".to_owned(),
        password: PASSWORD.to_owned(),
        display_name: Some("Rear Admiral".to_owned()),
        email: Some("hopper@example.org".to_owned()),
        avatar_url: Some("https://example.org/hopper.png".to_owned()),
    };
    let device = Device { user_agent: "COBOL".to_owned(), address: "192.0.2.7".to_owned() };
    let grace = Person::of(&place, place.sign_up(form, device).await.expect("signs up"));
    delete(&grace, &grace).await.expect("goes");
    let mut connection = sqlx::SqliteConnection::connect(place.url()).await.expect("connects");
    let query = "SELECT username || username_key || display_name || coalesce(email, '') || coalesce(email_key, '') \
         || coalesce(avatar_url, '') || password_hash FROM users UNION ALL SELECT user_agent || address FROM sessions";
    let kept: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut connection).await.expect("reads");
    let of_grace = format!("deleted-{0}deleted-{0}Deleted user", grace.id());
    assert!(kept.contains(&of_grace), "{kept:?}");
    for trace in ["grace", "Admiral", "hopper", "COBOL", "192.0.2.7"] {
        assert!(!kept.iter().any(|row| row.contains(trace)), "{trace} in {kept:?}");
    }
}

async fn nobody_takes_the_name_of_a_deleted_user(place: Place) {
    let [ada, grace, _] = place.three().await;
    let theirs = format!("Deleted-{}", grace.id());
    assert_eq!(invalid_field(update(&ada, &ada, name(&theirs)).await), "username");
    delete(&grace, &grace).await.expect("goes");
    assert_eq!(invalid_field(update(&ada, &ada, name(&theirs)).await), "username");
}

async fn whoever_is_deleted_is_out_at_once(place: Place) {
    let [ada, grace, _] = place.three().await;
    let tablet = grace.on_another_device().await;
    let ears = listen(&tablet).await;
    place.authenticate(&grace.token).await.expect("is good, and cached");
    delete(&ada, &grace).await.expect("the administrator may");
    assert_eq!(closed(&ears).await, CloseReason::SignedOut);
    for device in [&grace, &tablet] {
        assert_eq!(refusal(place.authenticate(&device.token).await), Error::SignedOut);
        assert_eq!(refusal(place.connect(device.caller).await.map(drop)), Error::SignedOut);
    }
}

async fn what_a_deleted_person_owned_gets_another_owner(place: Place) {
    let [_, grace, alan] = place.three().await;
    let room = grace.room("lab").await;
    alan.join(room).await;
    delete(&grace, &grace).await.expect("goes");
    assert_eq!(alan.entry(room).await.expect("is in").role, Role::Owner);
}

async fn an_account_is_deleted_by_its_owner_and_the_places_administrator(place: Place) {
    let [ada, grace, alan] = place.three().await;
    assert!(is_forbidden(delete(&alan, &grace).await));
    assert_eq!(refusal(place.delete_user(None, grace.id()).await), Error::SignedOut);
    place.authenticate(&grace.token).await.expect("still there");
    delete(&ada, &grace).await.expect("the administrator may");
    delete(&alan, &alan).await.expect("and everyone their own");
    assert!(is_not_found(delete(&ada, &grace).await), "there is nobody any more");
}

async fn the_only_administrator_is_not_deleted_while_others_stay(place: Place) {
    let (ada, grace) = (place.user("ada").await, place.user("grace").await);
    assert!(is_conflict(delete(&ada, &ada).await));
    assert_eq!(place.account(ada.caller).await.expect("still there").user.username, "ada");
    delete(&ada, &grace).await.expect("deletes");
    delete(&ada, &ada).await.expect("the last one may go");
}

async fn where_the_place_is_opened_so_anyone_may_do_all_of_it(mut place: Place) {
    let [ada, grace, alan] = place.three().await;
    place.open_to_anyone().await;
    place.update_user(None, grace.id(), address("grace@example.org")).await.expect("changes");
    let seen = place.profile(None, grace.id()).await.expect("finds");
    assert_eq!(seen.email.as_deref(), Some("grace@example.org"));
    place.update_user(Some(alan.caller), grace.id(), name("hopper")).await.expect("changes");
    place.delete_user(None, grace.id()).await.expect("deletes");
    assert!(is_not_found(place.delete_user(None, grace.id()).await));
    assert!(is_not_found(place.update_user(None, NOBODY, name("new")).await));
    assert!(is_conflict(place.delete_user(None, ada.id()).await), "the only administrator stays");
}
