//! Rooms over forms: whoever belongs hears at once, whoever no longer belongs hears nothing more.

use protocol::{ConversationId, Event, PersonChange, ServerFrame};

use crate::{app::TestApp, person::Person, wire::Socket};

/// A private room of `owner` with `other` in it.
async fn room(owner: &Person, other: &Person) -> ConversationId {
    let location = owner.post("/rooms", &[("name", "plans"), ("topic", ""), ("private", "true")]).await;
    let id = location.trim_start_matches("/c/").parse().expect("an id");
    owner.post(&format!("/c/{id}/members"), &[("people", &other.name)]).await;
    id
}

async fn entered(socket: &mut Socket, id: ConversationId) {
    let entry = |frame: &ServerFrame| match frame {
        ServerFrame::Event(Event::Person { change: PersonChange::Entry { entry }, .. }) => {
            (entry.conversation.id == id).then_some(())
        }
        _ => None,
    };
    socket.until(entry).await;
}

async fn gone(socket: &mut Socket, id: ConversationId) {
    let gone = |frame: &ServerFrame| match frame {
        ServerFrame::Event(Event::Person { change: PersonChange::Gone { conversation_id }, .. }) => {
            (*conversation_id == id).then_some(())
        }
        _ => None,
    };
    socket.until(gone).await;
}

#[tokio::test]
async fn who_is_added_hears_at_once_and_who_is_removed_hears_nothing_more() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (mut owner, mut member) = (ada.listen().await, bob.listen().await);
    let (public, bob_id) = (owner.public(), member.user_id);
    let room = room(&ada, &bob).await;
    entered(&mut member, room).await;
    owner.post(room, "m1", "welcome").await;
    assert_eq!(member.message().await.body, "welcome");

    ada.post(&format!("/c/{room}/members/{bob_id}/remove"), &[]).await;
    gone(&mut member, room).await;
    owner.post(room, "m2", "among ourselves").await;
    owner.accepted("m2").await;
    owner.post(public, "m3", "for everyone").await;
    assert_eq!(member.message().await.body, "for everyone", "what was said in between did not come");

    member.post(room, "m4", "let me in").await;
    let refused = member.until(|frame| matches!(frame, ServerFrame::Refused { .. }).then(|| frame.clone())).await;
    let ServerFrame::Refused { error, .. } = refused else { unreachable!("that is what was waited for") };
    assert_eq!(error.status(), 404, "for outsiders a private room does not exist");
}

#[tokio::test]
async fn who_was_removed_while_away_resumes_nothing_of_it() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (mut owner, bob_id) = (ada.listen().await, bob.listen().await.user_id);
    let room = room(&ada, &bob).await;
    ada.post(&format!("/c/{room}/members/{bob_id}/remove"), &[]).await;
    owner.post(room, "m1", "among ourselves").await;
    owner.accepted("m1").await;

    let mut back = bob.connect().await;
    let cursor = protocol::Cursor { conversation_id: room, rev: 0, rows: true };
    back.resume(Some(1), None, &[cursor]).await;
    let events = back.caught_up(protocol::Stream::Person).await;
    assert!(events.iter().any(|event| matches!(event,
        Event::Person { change: PersonChange::Gone { conversation_id }, .. } if *conversation_id == room)));
    let public = owner.public();
    owner.post(public, "m2", "for everyone").await;
    assert_eq!(back.message().await.body, "for everyone", "no row of the room came before it");
}

#[tokio::test]
async fn a_message_by_form_is_heard_over_sockets() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut socket = bob.listen().await;
    let path = format!("/c/{}/messages", socket.public());
    ada.post(&path, &[("body", "without script"), ("client_id", "f1")]).await;
    ada.post(&path, &[("body", "without script"), ("client_id", "f1")]).await;
    ada.post(&path, &[("body", "the next one"), ("client_id", "f2")]).await;
    assert_eq!(socket.message().await.body, "without script");
    assert_eq!(socket.message().await.body, "the next one");
}
