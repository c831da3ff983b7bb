//! What was acknowledged is there, whatever comes after.

use std::collections::HashSet;

use protocol::Position;

use crate::{
    database,
    place::{Person, Place},
};

crate::on_both_databases! {
    everything_acknowledged_is_there_after_a_restart
    sign_ins_outlast_a_restart
    a_stopped_chat_takes_nothing_more
}

async fn bodies(person: &Person) -> Vec<String> {
    let mut bodies = Vec::new();
    let mut after = 0;
    loop {
        let public = person.chat.public_id();
        let history = person.chat.history(person.caller, public, Position::After(after)).await.expect("reads");
        assert!(history.messages.iter().zip(after + 1..).all(|(message, seq)| message.seq == seq), "dense");
        after += i64::try_from(history.messages.len()).expect("fits");
        bodies.extend(history.messages.into_iter().map(|message| message.body));
        if history.at_newest {
            return bodies;
        }
    }
}

async fn everything_acknowledged_is_there_after_a_restart(mut place: Place) {
    let ada = place.user("ada").await;
    let public = place.public_id();
    let senders: Vec<_> = (0..16)
        .map(|n| {
            let ada = ada.clone();
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for m in 0.. {
                    let body = format!("{n}.{m}");
                    match ada.try_say(public, &body).await {
                        Ok(message) => acknowledged.push(message.body),
                        Err(_) => break,
                    }
                }
                acknowledged
            })
        })
        .collect();
    while ada.sees(public).await.last_seq < 200 {
        tokio::task::yield_now().await;
    }
    place.restart().await;
    let mut acknowledged = Vec::new();
    for sender in senders {
        acknowledged.extend(sender.await.expect("ends with the chat"));
    }

    let ada = Person { chat: place.clone(), ..ada };
    let stored = bodies(&ada).await;
    let unique: HashSet<_> = stored.iter().cloned().collect();
    assert_eq!(unique.len(), stored.len(), "nothing twice");
    assert!(acknowledged.len() >= 200 && acknowledged.iter().all(|body| unique.contains(body)), "nothing lost");
    assert_eq!(stored.len(), acknowledged.len(), "what the writer had taken was answered");
    ada.say(place.public_id(), "and it goes on").await;
}

async fn sign_ins_outlast_a_restart(mut place: Place) {
    let [ada, grace, _] = place.three().await;
    place.sign_out(grace.caller).await.expect("signs out");
    place.restart().await;
    assert_eq!(place.authenticate(&ada.token).await.expect("is good").caller, ada.caller);
    place.authenticate(&grace.token).await.expect_err("stays revoked");
    let late = place.user("late").await;
    assert!(!late.user.admin, "the place remembers who came first");
}

async fn a_stopped_chat_takes_nothing_more(place: Place) {
    let ada = place.user("ada").await;
    place.close().await;
    let refused = ada.try_say(place.public_id(), "too late").await;
    assert!(crate::place::refusal(refused).is_passing(), "it may succeed after the restart");
    place.close().await;
}

#[tokio::test]
async fn a_chat_stops_even_if_its_database_has_gone() {
    let place = Place::on_postgres().await;
    let ada = place.user("ada").await;
    database::drop_postgres(place.url()).await;
    ada.try_say(place.public_id(), "lost").await.expect_err("there is nothing to write to");
    assert!(!place.is_ready().await);
    place.close().await;
}

#[tokio::test]
async fn a_change_is_kept_though_the_database_has_hung_up_meanwhile() {
    let place = Place::on_postgres().await;
    let ada = place.user("ada").await;
    ada.say(place.public_id(), "before").await;
    let hang_up = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database::execute(place.url(), hang_up).await;
    ada.say(place.public_id(), "after").await;
    assert_eq!(bodies(&ada).await, ["before", "after"]);
}
