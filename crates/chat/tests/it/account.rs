//! Accounts: coming in, being found, changing, going.

use chat::{AccountUpdate, Device, SignUp};
use protocol::{Error, Theme};

use crate::place::{PASSWORD, Person, Place, invalid_field, is_conflict, is_not_found, refusal};

crate::on_both_databases! {
    the_first_account_administers_the_place
    everyone_is_in_the_public_chat_from_the_start
    names_and_addresses_are_unique_whatever_their_case
    a_form_that_cannot_be_accepted_changes_nothing
    an_account_changes_field_by_field
    a_taken_name_cannot_be_taken_over
    people_are_found_by_a_part_of_either_name
    every_person_comes_once_page_by_page
    people_are_named_by_user_name
    a_deactivated_account_is_closed_but_its_messages_stay
    the_only_administrator_cannot_go_while_others_stay
    one_cannot_deactivate_without_the_password
}

fn form(username: &str) -> SignUp {
    SignUp { username: username.to_owned(), password: PASSWORD.to_owned(), ..SignUp::default() }
}

async fn update(person: &Person, update: AccountUpdate) -> chat::Result<protocol::Account> {
    person.chat.update_account(person.caller, update).await
}

async fn the_first_account_administers_the_place(place: Place) {
    let [ada, grace, _] = place.three().await;
    assert!(ada.user.admin);
    assert!(!grace.user.admin);
}

async fn everyone_is_in_the_public_chat_from_the_start(place: Place) {
    let [ada, grace, alan] = place.three().await;
    ada.say(place.public_id(), "welcome").await;
    let public = grace.entry(place.public_id()).await.expect("is in");
    assert_eq!((public.conversation.member_count, public.unread()), (3, 1));
    alan.say(place.public_id(), "thanks").await;
    // Who comes later finds nothing unread: it was said before their time.
    let late = place.user("late").await;
    assert_eq!(late.entry(place.public_id()).await.expect("is in").unread(), 0);
}

async fn names_and_addresses_are_unique_whatever_their_case(place: Place) {
    let first = SignUp { email: Some("Ada@Example.org".to_owned()), ..form("Ada") };
    place.sign_up(first, Device::default()).await.expect("signs up");
    assert_eq!(invalid_field(place.sign_up(form("aDA"), Device::default()).await), "username");
    let same_address = SignUp { email: Some("ada@example.ORG".to_owned()), ..form("grace") };
    assert_eq!(invalid_field(place.sign_up(same_address, Device::default()).await), "email");
    place.sign_up(form("grace"), Device::default()).await.expect("the refused form left nothing");
    place.sign_up(form("Émile"), Device::default()).await.expect("signs up");
    assert_eq!(invalid_field(place.sign_up(form("éMILE"), Device::default()).await), "username");
}

async fn a_form_that_cannot_be_accepted_changes_nothing(place: Place) {
    let short = SignUp { password: "short".to_owned(), ..form("ada") };
    assert_eq!(invalid_field(place.sign_up(short, Device::default()).await), "password");
    let address = SignUp { email: Some("nowhere".to_owned()), ..form("ada") };
    assert_eq!(invalid_field(place.sign_up(address, Device::default()).await), "email");
    let picture = SignUp { avatar_url: Some("javascript:alert(1)".to_owned()), ..form("ada") };
    assert_eq!(invalid_field(place.sign_up(picture, Device::default()).await), "avatar_url");
    assert_eq!(invalid_field(place.sign_up(form("error"), Device::default()).await), "username");
    let first = place.user("first").await;
    assert!(first.user.admin, "nobody came before");
    assert_eq!(place.users(first.caller, "", None, 10).await.expect("finds").len(), 1);
}

async fn an_account_changes_field_by_field(place: Place) {
    let ada = place.user("ada").await;
    let changed = AccountUpdate {
        display_name: Some("Ada Lovelace".to_owned()),
        email: Some("ada@example.org".to_owned()),
        avatar_url: Some("https://example.org/ada.png".to_owned()),
        theme: Some(Theme::Dark),
        ..AccountUpdate::default()
    };
    let account = update(&ada, changed).await.expect("changes");
    assert_eq!(account, place.account(ada.caller).await.expect("reads"));
    assert_eq!((account.user.username.as_str(), account.user.display_name.as_str()), ("ada", "Ada Lovelace"));

    let cleared =
        AccountUpdate { display_name: Some(String::new()), email: Some(String::new()), ..AccountUpdate::default() };
    let account = update(&ada, cleared).await.expect("changes");
    assert_eq!((account.user.display_name.as_str(), account.email), ("ada", None));
    assert_eq!(account.user.avatar_url.as_deref(), Some("https://example.org/ada.png"));
    assert_eq!(account.theme, Theme::Dark);

    let again = update(&ada, AccountUpdate { theme: Some(Theme::Dark), ..AccountUpdate::default() }).await;
    assert_eq!(again.expect("changes nothing").user.rev, account.user.rev);
}

async fn a_taken_name_cannot_be_taken_over(place: Place) {
    let [ada, grace, _] = place.three().await;
    let address = AccountUpdate { email: Some("ada@example.org".to_owned()), ..AccountUpdate::default() };
    update(&ada, address.clone()).await.expect("changes");
    assert_eq!(invalid_field(update(&grace, address).await), "email");
    let name = |name: &str| AccountUpdate { username: Some(name.to_owned()), ..AccountUpdate::default() };
    assert_eq!(invalid_field(update(&grace, name("ADA")).await), "username");
    update(&ada, name("ADA")).await.expect("one's own name in another case");
    update(&ada, name("countess")).await.expect("a new name");
    update(&grace, name("ada")).await.expect("the old name is free");
}

async fn people_are_found_by_a_part_of_either_name(place: Place) {
    let [ada, grace, _] = place.three().await;
    let titled = AccountUpdate { display_name: Some("Rear Admiral 100%".to_owned()), ..AccountUpdate::default() };
    update(&grace, titled).await.expect("changes");
    for (search, found) in [
        ("", vec!["ada", "alan", "grace"]),
        ("A", vec!["ada", "alan", "grace"]),
        ("LAN", vec!["alan"]),
        ("admiral", vec!["grace"]),
        ("0%", vec!["grace"]),
        ("a%a", vec![]),
        ("_da", vec![]),
        ("\\", vec![]),
    ] {
        let people = place.users(ada.caller, search, None, 10).await.expect("searches");
        let names: Vec<_> = people.iter().map(|user| user.username.as_str()).collect();
        assert_eq!(names, found, "{search:?}");
    }
    assert_eq!(place.users(ada.caller, "", None, 2).await.expect("searches").len(), 2);
    assert!(place.users(ada.caller, "", None, -1).await.expect("searches").is_empty());
}

async fn every_person_comes_once_page_by_page(place: Place) {
    let names = ["ada", "Émile", "éclair", "Zoë", "a", "_", "!!!", "ab", "10", "9"];
    let mut caller = None;
    for name in names {
        caller = Some(place.user(name).await.caller);
    }
    let caller = caller.expect("somebody");
    let whole = place.users(caller, "", None, 100).await.expect("searches");
    assert_eq!(whole.len(), names.len());
    for limit in [1, 3, 10] {
        let mut found: Vec<protocol::User> = Vec::new();
        loop {
            let after = found.last().map(|user| user.username.as_str());
            let page = place.users(caller, "", after, limit).await.expect("searches");
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, whole, "{limit} at a time");
    }
    let found = place.users(caller, "a", Some("A"), 10).await.expect("searches");
    assert!(found.iter().all(|user| user.username != "a") && found.iter().any(|user| user.username == "ada"));
}

async fn people_are_named_by_user_name(place: Place) {
    let [ada, grace, _] = place.three().await;
    let names = ["@Grace".to_owned(), " ada ".to_owned()];
    assert_eq!(place.user_ids(&names).await.expect("knows both"), [grace.id(), ada.id()]);
    assert_eq!(invalid_field(place.user_ids(&["nobody".to_owned()]).await), "people");
}

async fn a_deactivated_account_is_closed_but_its_messages_stay(place: Place) {
    let [ada, grace, alan] = place.three().await;
    let tablet = grace.on_another_device().await;
    let message = grace.say(place.public_id(), "goodbye").await;
    let direct = grace.direct_with(&ada).await;
    place.deactivate(grace.caller, PASSWORD).await.expect("goes");

    for device in [&grace, &tablet] {
        assert_eq!(refusal(place.authenticate(&device.token).await), Error::SignedOut);
        assert_eq!(refusal(place.connect(device.caller).await.map(drop)), Error::SignedOut);
        assert_eq!(refusal(place.renew(device.caller).await), Error::SignedOut);
    }
    assert_eq!(refusal(place.sign_in("grace", PASSWORD, Device::default()).await), Error::WrongPassword);
    let history = place.history(ada.caller, place.public_id(), protocol::Position::Latest).await.expect("reads");
    assert_eq!(history.messages.last().map(|message| message.id), Some(message.id));
    assert!(history.users.iter().any(|user| user.id == grace.id() && user.deactivated));

    assert!(place.users(ada.caller, "grace", None, 10).await.expect("searches").is_empty());
    assert_eq!(invalid_field(place.user_ids(&["grace".to_owned()]).await), "people");
    let room = ada.room("lab").await;
    assert_eq!(invalid_field(place.add_members(ada.caller, room, &[grace.id()]).await), "people");
    assert!(is_not_found(place.open_direct(alan.caller, grace.id()).await), "no new chat with someone who is gone");
    assert_eq!(ada.direct_with(&grace).await, direct, "the old one stays");
    assert_eq!(invalid_field(place.sign_up(form("grace"), Device::default()).await), "username");
}

async fn the_only_administrator_cannot_go_while_others_stay(place: Place) {
    let ada = place.user("ada").await;
    let grace = place.user("grace").await;
    assert!(is_conflict(place.deactivate(ada.caller, PASSWORD).await));
    place.deactivate(grace.caller, PASSWORD).await.expect("goes");
    place.deactivate(ada.caller, PASSWORD).await.expect("the last one may go");
}

async fn one_cannot_deactivate_without_the_password(place: Place) {
    let ada = place.user("ada").await;
    assert_eq!(invalid_field(place.deactivate(ada.caller, "guess").await), "password");
    place.authenticate(&ada.token).await.expect("still there");
}
