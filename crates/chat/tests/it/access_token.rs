//! Access tokens: made once, shown once, good until they end.

use chat::{CloseReason, NewAccessToken};
use protocol::{Error, MAX_TOKEN_DAYS, SessionId};
use sqlx::Connection;

use crate::{
    place::{PASSWORD, Person, Place, invalid_field, is_conflict, is_forbidden, is_not_found, now, pass, refusal},
    socket::{closed, listen},
};

crate::on_both_databases! {
    a_token_acts_for_its_owner
    a_token_looks_like_one_and_no_two_are_alike
    a_token_is_named_and_lasts_for_a_time_that_is_possible
    tokens_are_listed_newest_first_and_to_their_owner_alone
    when_a_token_was_last_used_is_known
    a_token_ends_with_its_time
    a_revoked_token_ends_at_once_and_its_sockets_with_it
    a_token_that_signs_out_is_revoked
    a_token_makes_no_tokens_and_gets_no_cookie
    tokens_are_no_sign_ins
    tokens_outlive_a_new_password_and_the_end_of_all_other_sign_ins
    tokens_end_with_the_account
    a_person_has_fifty_tokens_at_most
    a_forged_token_is_worthless
}

const DAY: i64 = 24 * 60 * 60 * 1000;

async fn make(person: &Person, name: &str, days: Option<i64>) -> NewAccessToken {
    person.chat.create_access_token(person.caller, name, days).await.expect("makes a token")
}

/// A program that acts for `person` with a token.
async fn program(person: &Person, name: &str, days: Option<i64>) -> Person {
    let token = make(person, name, days).await.token;
    let caller = person.chat.authenticate(&token).await.expect("is good").caller;
    Person { caller, token, ..person.clone() }
}

async fn ids(person: &Person) -> Vec<SessionId> {
    let tokens = person.chat.access_tokens(person.caller).await.expect("lists");
    tokens.into_iter().map(|token| token.id).collect()
}

async fn is_good(person: &Person) -> bool {
    match person.chat.authenticate(&person.token).await {
        Ok(found) => found.caller == person.caller,
        Err(error) => {
            assert_eq!(refusal(Err::<(), _>(error)), Error::SignedOut);
            false
        }
    }
}

async fn a_token_acts_for_its_owner(place: Place) {
    let [_, grace, _] = place.three().await;
    let program = program(&grace, "backups", None).await;
    assert_eq!(program.id(), grace.id());
    let said = program.say(place.public_id(), "done").await;
    assert_eq!(said.author_id, grace.id());
    let subscription = listen(&program).await;
    assert_eq!(subscription.caller(), program.caller);
}

async fn a_token_looks_like_one_and_no_two_are_alike(place: Place) {
    let ada = place.user("ada").await;
    let tokens = [make(&ada, "one", None).await.token, make(&ada, "two", None).await.token];
    for token in &tokens {
        let rest = token.strip_prefix("confab_").expect("says what it is");
        assert_eq!(rest.len(), 43);
        assert!(rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{token}");
    }
    assert_ne!(tokens[0], tokens[1]);
}

async fn a_token_is_named_and_lasts_for_a_time_that_is_possible(place: Place) {
    let ada = place.user("ada").await;
    for name in ["", "  ", "two\nlines", &*"x".repeat(65)] {
        assert_eq!(invalid_field(place.create_access_token(ada.caller, name, None).await), "name", "{name:?}");
    }
    for days in [0, -1, MAX_TOKEN_DAYS + 1, i64::MAX, i64::MIN] {
        assert_eq!(invalid_field(place.create_access_token(ada.caller, "ci", Some(days)).await), "days", "{days}");
    }
    assert!(ids(&ada).await.is_empty());
    let made = make(&ada, " ci ", Some(MAX_TOKEN_DAYS)).await.access_token;
    assert_eq!((made.name.as_str(), made.created_at, made.last_used_at), ("ci", now(), None));
    assert_eq!(made.expires_at.map(|at| at.0), Some(now().0 + MAX_TOKEN_DAYS * DAY));
    assert_eq!(make(&ada, "ci", None).await.access_token.expires_at, None, "a name may be used twice");
}

async fn tokens_are_listed_newest_first_and_to_their_owner_alone(place: Place) {
    let [ada, grace, _] = place.three().await;
    let first = make(&ada, "first", Some(1)).await.access_token;
    let second = make(&ada, "second", None).await.access_token;
    assert_eq!(place.access_tokens(ada.caller).await.expect("lists"), [second.clone(), first]);
    assert!(ids(&grace).await.is_empty());
    assert!(is_not_found(place.revoke_access_token(grace.caller, second.id).await));
    assert_eq!(ids(&ada).await.len(), 2);
}

async fn when_a_token_was_last_used_is_known(place: Place) {
    let ada = place.user("ada").await;
    let made = make(&ada, "ci", None).await;
    for _ in 0..2 {
        pass(90_000);
        place.authenticate(&made.token).await.expect("is good");
        let listed = place.access_tokens(ada.caller).await.expect("lists");
        assert_eq!(listed[0].last_used_at, Some(now()));
        assert_eq!(listed[0].expires_at, None, "use changes nothing about its end");
    }
}

async fn a_token_ends_with_its_time(place: Place) {
    let ada = place.user("ada").await;
    let (short, endless) = (program(&ada, "short", Some(1)).await, program(&ada, "endless", None).await);
    pass(DAY - 1);
    assert!(is_good(&short).await);
    pass(1);
    assert!(!is_good(&short).await);
    assert_eq!(refusal(place.connect(short.caller).await.map(drop)), Error::SignedOut);
    pass(3_650 * DAY);
    assert!(is_good(&endless).await);
    assert_eq!(ids(&ada).await, [endless.caller.session_id]);
}

async fn a_revoked_token_ends_at_once_and_its_sockets_with_it(place: Place) {
    let ada = place.user("ada").await;
    let (one, other) = (program(&ada, "one", None).await, program(&ada, "other", None).await);
    let (ears, others_ears, own_ears) = (listen(&one).await, listen(&other).await, listen(&ada).await);
    place.revoke_access_token(ada.caller, one.caller.session_id).await.expect("revokes");
    assert_eq!(closed(&ears).await, CloseReason::SignedOut);
    assert!(!is_good(&one).await);
    assert_eq!(refusal(place.connect(one.caller).await.map(drop)), Error::SignedOut);
    assert!(is_not_found(place.revoke_access_token(ada.caller, one.caller.session_id).await), "there is none any more");

    assert!(is_good(&other).await && is_good(&ada).await);
    place.revoke_access_token(ada.caller, other.caller.session_id).await.expect("revokes");
    assert_eq!(closed(&others_ears).await, CloseReason::SignedOut);
    place.sign_out(ada.caller).await.expect("signs out");
    assert_eq!(closed(&own_ears).await, CloseReason::SignedOut, "not before");
}

async fn a_token_that_signs_out_is_revoked(place: Place) {
    let ada = place.user("ada").await;
    let program = program(&ada, "ci", None).await;
    let ears = listen(&program).await;
    place.sign_out(program.caller).await.expect("signs out");
    assert_eq!(closed(&ears).await, CloseReason::SignedOut);
    assert!(!is_good(&program).await && is_good(&ada).await);
}

async fn a_token_makes_no_tokens_and_gets_no_cookie(place: Place) {
    let ada = place.user("ada").await;
    let program = program(&ada, "ci", Some(1)).await;
    assert!(is_forbidden(place.create_access_token(program.caller, "heir", None).await));
    assert_eq!(refusal(place.renew(program.caller).await), Error::SignedOut);
    assert_eq!(ids(&ada).await, [program.caller.session_id]);
}

async fn tokens_are_no_sign_ins(place: Place) {
    let ada = place.user("ada").await;
    let program = program(&ada, "ci", None).await;
    let listed = place.sessions(ada.caller).await.expect("lists");
    assert_eq!(listed.iter().map(|session| session.id).collect::<Vec<_>>(), [ada.caller.session_id]);
    assert!(is_not_found(place.revoke_session(ada.caller, program.caller.session_id).await));
    assert!(is_not_found(place.revoke_access_token(ada.caller, ada.caller.session_id).await));
    assert!(is_good(&program).await && is_good(&ada).await);
}

async fn tokens_outlive_a_new_password_and_the_end_of_all_other_sign_ins(place: Place) {
    let ada = place.user("ada").await;
    let (program, desk) = (program(&ada, "ci", None).await, ada.on_another_device().await);
    place.change_password(ada.caller, PASSWORD, "a new password").await.expect("changes");
    assert!(is_good(&program).await && !is_good(&desk).await);
    place.revoke_other_sessions(ada.caller).await.expect("ends them");
    assert!(is_good(&program).await && is_good(&ada).await);
}

async fn tokens_end_with_the_account(place: Place) {
    let [_, grace, alan] = place.three().await;
    let (theirs, others) = (program(&grace, "ci", None).await, program(&alan, "ci", None).await);
    let ears = listen(&theirs).await;
    place.deactivate(grace.caller, PASSWORD).await.expect("goes");
    assert_eq!(closed(&ears).await, CloseReason::SignedOut);
    assert!(!is_good(&theirs).await && is_good(&others).await);
    place.delete_user(Some(others.caller), alan.id()).await.expect("a token does what its owner may do");
    assert!(!is_good(&others).await);
}

async fn a_person_has_fifty_tokens_at_most(place: Place) {
    let [ada, grace, _] = place.three().await;
    let mut made = Vec::new();
    for n in 0..50 {
        made.push(make(&ada, &n.to_string(), (n == 0).then_some(1)).await.access_token.id);
    }
    assert!(is_conflict(place.create_access_token(ada.caller, "one more", None).await));
    make(&grace, "hers", None).await;
    place.revoke_access_token(ada.caller, made[7]).await.expect("revokes");
    make(&ada, "in its place", None).await;
    assert!(is_conflict(place.create_access_token(ada.caller, "one more", None).await));
    pass(DAY);
    let again = place.sign_in("ada", PASSWORD, chat::Device::default()).await.expect("signs in");
    let ada = Person::of(&ada.chat, again);
    make(&ada, "in place of the one that expired", None).await;
}

async fn a_forged_token_is_worthless(place: Place) {
    let ada = place.user("ada").await;
    let token = make(&ada, "ci", None).await.token;
    let cut = &token[..token.len() - 1];
    for forged in ["confab_", cut, &format!("{token}A"), &token.to_uppercase(), &format!(" {token}")] {
        assert_eq!(refusal(place.authenticate(forged).await), Error::SignedOut, "{forged:?}");
    }
}

#[tokio::test]
async fn the_database_keeps_no_token() {
    let place = Place::on_sqlite().await;
    let ada = place.user("ada").await;
    let token = make(&ada, "ci", None).await.token;
    let mut connection = sqlx::SqliteConnection::connect(place.url()).await.expect("connects");
    let query = "SELECT coalesce(name, '') || ' ' || coalesce(token_hash, '') || user_agent || address FROM sessions";
    let kept: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut connection).await.expect("reads");
    let row = kept.iter().find(|row| row.starts_with("ci ")).expect("the token's row");
    assert_eq!(row.len(), "ci ".len() + 64, "a hash: {row}");
    assert!(!kept.iter().any(|row| row.contains(&token["confab_".len()..])));
}
