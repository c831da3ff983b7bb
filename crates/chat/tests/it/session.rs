//! Signing in and out, and how long it lasts.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use chat::{AccountUpdate, Device};
use protocol::Error;

use crate::place::{PASSWORD, Place, TOKEN_TTL, invalid_field, is_not_found, pass, refusal};

crate::on_both_databases! {
    a_name_or_an_address_and_the_password_sign_in
    an_unknown_name_and_a_wrong_password_are_refused_alike
    a_name_that_no_database_can_keep_is_refused
    a_name_that_is_somebody_elses_address_belongs_to_its_owner
    a_forged_token_is_worthless
    a_sign_in_expires_unless_it_is_renewed
    signing_out_ends_this_device_only
    one_of_ones_own_sign_ins_can_be_ended
    all_other_sign_ins_can_be_ended_at_once
    a_new_password_ends_the_other_sign_ins
    sign_ins_are_listed_last_used_first
    a_revocation_holds_at_once_however_busy_the_session_is
}

async fn a_name_or_an_address_and_the_password_sign_in(place: Place) {
    let ada = place.user("ada").await;
    let update = AccountUpdate { email: Some("Ada@example.org".to_owned()), ..AccountUpdate::default() };
    place.update_account(ada.caller, update).await.expect("changes");
    for login in ["ada", " ADA ", "ada@EXAMPLE.org"] {
        let signed_in = place.sign_in(login, PASSWORD, Device::default()).await.expect("signs in");
        assert_eq!(signed_in.user.id, ada.id());
        let good = place.authenticate(&signed_in.token).await.expect("is good");
        assert_eq!((good.caller, good.expires_at), (signed_in.caller, signed_in.expires_at));
    }
}

async fn an_unknown_name_and_a_wrong_password_are_refused_alike(place: Place) {
    place.user("ada").await;
    let wrong = refusal(place.sign_in("ada", "battery staple", Device::default()).await);
    let unknown = refusal(place.sign_in("nobody", PASSWORD, Device::default()).await);
    assert_eq!((&wrong, &unknown), (&Error::WrongPassword, &wrong));
}

async fn a_name_that_no_database_can_keep_is_refused(place: Place) {
    place.user("ada").await;
    refusal(place.sign_in("a\0da", PASSWORD, Device::default()).await);
    assert!(place.sign_in("ada", PASSWORD, Device::default()).await.is_ok(), "and nobody else suffers for it");
}

async fn a_name_that_is_somebody_elses_address_belongs_to_its_owner(place: Place) {
    place.user("ada").await;
    // No user name can look like an address, so nobody can sit on somebody else's way in.
    let form = chat::SignUp { username: "ada@example.org".into(), password: PASSWORD.into(), ..Default::default() };
    assert_eq!(invalid_field(place.sign_up(form, Device::default()).await), "username");
}

async fn a_forged_token_is_worthless(place: Place) {
    let ada = place.user("ada").await;
    let (body, signature) = ada.token.rsplit_once('.').expect("is a JWT");
    let turned: String = signature.chars().rev().collect();
    for token in ["", "a.b.c", body, &format!("{body}.{turned}")] {
        assert_eq!(refusal(place.authenticate(token).await), Error::SignedOut, "{token:?}");
    }
}

async fn a_sign_in_expires_unless_it_is_renewed(place: Place) {
    let ada = place.user("ada").await;
    pass(TOKEN_TTL * 1000 / 2);
    let (renewed, expires_at) = place.renew(ada.caller).await.expect("renews");
    pass(TOKEN_TTL * 1000 / 2 + 1000);
    assert_eq!(refusal(place.authenticate(&ada.token).await), Error::SignedOut, "the old token is past its time");
    assert_eq!(place.authenticate(&renewed).await.expect("is good").expires_at, expires_at);
    pass(TOKEN_TTL * 1000);
    assert_eq!(refusal(place.authenticate(&renewed).await), Error::SignedOut);
    assert_eq!(refusal(place.renew(ada.caller).await), Error::SignedOut, "too late");
    assert_eq!(refusal(place.connect(ada.caller).await.map(drop)), Error::SignedOut);
}

async fn signing_out_ends_this_device_only(place: Place) {
    let phone = place.user("ada").await;
    let desk = phone.on_another_device().await;
    place.authenticate(&phone.token).await.expect("is good, and cached");
    place.sign_out(phone.caller).await.expect("signs out");
    assert_eq!(refusal(place.authenticate(&phone.token).await), Error::SignedOut);
    assert_eq!(refusal(place.renew(phone.caller).await), Error::SignedOut);
    place.authenticate(&desk.token).await.expect("goes on");
}

async fn one_of_ones_own_sign_ins_can_be_ended(place: Place) {
    let [phone, grace, _] = place.three().await;
    let desk = phone.on_another_device().await;
    assert!(is_not_found(place.revoke_session(grace.caller, desk.caller.session_id).await), "not somebody else's");
    place.authenticate(&desk.token).await.expect("goes on");
    place.revoke_session(phone.caller, desk.caller.session_id).await.expect("ends it");
    assert_eq!(refusal(place.authenticate(&desk.token).await), Error::SignedOut);
    assert!(is_not_found(place.revoke_session(phone.caller, desk.caller.session_id).await), "there is none any more");
}

async fn all_other_sign_ins_can_be_ended_at_once(place: Place) {
    let [phone, grace, _] = place.three().await;
    let others = [phone.on_another_device().await, phone.on_another_device().await];
    place.revoke_other_sessions(phone.caller).await.expect("ends them");
    for other in others {
        assert_eq!(refusal(place.authenticate(&other.token).await), Error::SignedOut);
    }
    place.authenticate(&phone.token).await.expect("goes on");
    place.authenticate(&grace.token).await.expect("other people go on");
}

async fn a_new_password_ends_the_other_sign_ins(place: Place) {
    let phone = place.user("ada").await;
    let desk = phone.on_another_device().await;
    assert_eq!(invalid_field(place.change_password(phone.caller, "guess", "a new password").await), "current");
    assert_eq!(invalid_field(place.change_password(phone.caller, PASSWORD, "short").await), "password");
    place.authenticate(&desk.token).await.expect("nothing has changed");

    place.change_password(phone.caller, PASSWORD, "a new password").await.expect("changes");
    assert_eq!(refusal(place.authenticate(&desk.token).await), Error::SignedOut);
    place.authenticate(&phone.token).await.expect("goes on");
    assert_eq!(refusal(place.sign_in("ada", PASSWORD, Device::default()).await), Error::WrongPassword);
    place.sign_in("ada", "a new password", Device::default()).await.expect("signs in");
}

async fn sign_ins_are_listed_last_used_first(place: Place) {
    let phone = place.user("ada").await;
    pass(1_000);
    let device = Device { user_agent: "é".repeat(300), address: "192.0.2.7".to_owned() };
    let desk = place.sign_in("ada", PASSWORD, device).await.expect("signs in");
    let listed = place.sessions(phone.caller).await.expect("lists");
    let current: Vec<_> = listed.iter().map(|session| (session.id, session.current)).collect();
    assert_eq!(current, [(desk.caller.session_id, false), (phone.caller.session_id, true)]);
    assert_eq!(listed[0].address, "192.0.2.7");
    assert!(listed[0].user_agent.chars().all(|c| c == 'é') && listed[0].user_agent.len() <= 200, "cut at 200 bytes");

    pass(120_000);
    place.authenticate(&phone.token).await.expect("is good");
    let listed = place.sessions(phone.caller).await.expect("lists");
    assert_eq!(listed[0].id, phone.caller.session_id, "just used");
    pass(TOKEN_TTL * 1000);
    assert!(place.sessions(phone.caller).await.expect("lists").is_empty(), "expired ones are gone");
}

async fn a_revocation_holds_at_once_however_busy_the_session_is(place: Place) {
    let phone = place.user("ada").await;
    for _ in 0..20 {
        let desk = phone.on_another_device().await;
        let revoked = Arc::new(AtomicBool::new(false));
        let asking: Vec<_> = (0..6)
            .map(|_| {
                let (chat, token, revoked) = (phone.chat.clone(), desk.token.clone(), revoked.clone());
                tokio::spawn(async move {
                    while !revoked.load(Ordering::Relaxed) {
                        let _ = chat.authenticate(&token).await;
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        place.revoke_session(phone.caller, desk.caller.session_id).await.expect("ends it");
        revoked.store(true, Ordering::Relaxed);
        for task in asking {
            task.await.expect("ends");
        }
        assert_eq!(refusal(place.authenticate(&desk.token).await), Error::SignedOut);
    }
}
