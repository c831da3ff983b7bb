//! Nothing lost, nothing twice, in order: what `docs/realtime.md` promises, over the wire.

use protocol::{ClientFrame, Cursor, Event, ServerFrame, Stream};

use crate::{
    app::TestApp,
    wire::{Socket, message_of},
};

#[tokio::test]
async fn a_message_reaches_others_and_its_sender_is_told_when_it_is_on_disk() {
    let app = TestApp::start().await;
    let (mut ada, mut bob) = (app.user("ada").await.listen().await, app.user("bob").await.listen().await);
    let public = ada.public();
    ada.post(public, "m1", "Hello, *Bob*").await;
    let accepted = ada.accepted("m1").await;
    let heard = bob.message().await;
    assert_eq!((accepted.seq, accepted.author_id, accepted.body.as_str()), (1, ada.user_id, "Hello, *Bob*"));
    assert_eq!((heard.id, heard.seq, heard.rev), (accepted.id, accepted.seq, accepted.rev));
}

#[tokio::test]
async fn a_message_sent_twice_is_one_message() {
    let app = TestApp::start().await;
    let person = app.user("ada").await;
    let (mut first, mut second) = (person.listen().await, person.listen().await);
    let public = first.public();
    first.post(public, "once", "hello").await;
    let original = first.accepted("once").await;
    second.post(public, "once", "hello").await;
    let again = second.accepted("once").await;
    assert_eq!((original.id, original.seq), (again.id, again.seq));
    second.post(public, "next", "and on").await;
    assert_eq!(second.accepted("next").await.seq, 2, "the retry took no number");
}

#[tokio::test]
async fn what_one_client_sends_stays_in_its_order() {
    let app = TestApp::start().await;
    let mut ada = app.user("ada").await.listen().await;
    let public = ada.public();
    for n in 0..200 {
        ada.post(public, &format!("m{n}"), &format!("number {n}")).await;
    }
    for n in 0..200 {
        assert_eq!(ada.accepted(&format!("m{n}")).await.seq, n + 1);
    }
}

#[tokio::test]
async fn who_comes_back_gets_exactly_what_was_missed() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (mut ada, mut away) = (ada.listen().await, bob.listen().await);
    let public = ada.public();
    ada.post(public, "m1", "while you are here").await;
    let known = away.message().await.rev;
    drop(away);

    for (client_id, body) in [("m2", "first that you miss"), ("m3", "second that you miss")] {
        ada.post(public, client_id, body).await;
        ada.accepted(client_id).await;
    }
    let mut back = bob.connect().await;
    back.resume(None, None, &[Cursor { conversation_id: public, rev: known, rows: true }]).await;
    let missed = back.caught_up(Stream::Conversation { conversation_id: public }).await;
    let bodies: Vec<_> = missed.iter().filter_map(message_of).map(|message| message.body).collect();
    assert_eq!(bodies, ["first that you miss", "second that you miss"]);

    ada.post(public, "m4", "live again").await;
    assert_eq!(back.message().await.body, "live again");
}

#[tokio::test]
async fn who_knows_everything_is_told_nothing_but_what_comes() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut ada = ada.listen().await;
    let public = ada.public();
    ada.post(public, "m1", "known").await;
    let rev = ada.accepted("m1").await.rev;
    let mut bob = bob.connect().await;
    bob.resume(None, None, &[Cursor { conversation_id: public, rev, rows: true }]).await;
    // Carried out after the resume: when its answer is here, the resume has nothing more to say.
    bob.send(&ClientFrame::Watch { users: vec![ada.user_id] }).await;
    let next = bob.next().await;
    let presence = Event::Presence { user_id: ada.user_id, online: true };
    assert_eq!(next, ServerFrame::Event(presence));
}

#[tokio::test]
async fn a_cursor_from_nowhere_means_starting_afresh() {
    let app = TestApp::start().await;
    let person = app.user("ada").await;
    let public = person.listen().await.public();
    let mut socket = person.connect().await;
    socket.resume(None, None, &[Cursor { conversation_id: public, rev: 1_000_000, rows: true }]).await;
    let stream = Stream::Conversation { conversation_id: public };
    assert_eq!(socket.next().await, ServerFrame::Reset { stream });
}

#[tokio::test]
async fn reading_on_one_device_is_known_on_the_other() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let (mut desk, mut phone, mut bob) = (ada.listen().await, ada.listen().await, bob.listen().await);
    let public = desk.public();
    bob.post(public, "m1", "news").await;
    let seq = desk.message().await.seq;
    desk.send(&ClientFrame::Read { conversation_id: public, seq }).await;
    let read = |frame: &ServerFrame| match frame {
        ServerFrame::Event(Event::Person { change: protocol::PersonChange::Read { seq, .. }, .. }) => Some(*seq),
        _ => None,
    };
    assert_eq!(phone.until(read).await, seq);
}

#[tokio::test]
async fn others_see_that_someone_writes_and_that_they_went() {
    let app = TestApp::start().await;
    let (mut ada, mut bob) = (app.user("ada").await.listen().await, app.user("bob").await.listen().await);
    let (public, ada_id) = (ada.public(), ada.user_id);
    bob.send(&ClientFrame::Watch { users: vec![ada_id] }).await;
    assert!(bob.until(|frame| presence(frame, ada_id)).await);
    ada.send(&ClientFrame::Typing { conversation_id: public }).await;
    let writes = |frame: &ServerFrame| match frame {
        ServerFrame::Event(Event::Typing { user, .. }) => Some(user.id),
        _ => None,
    };
    assert_eq!(bob.until(writes).await, ada_id);
    drop(ada);
    assert!(!bob.until(|frame| presence(frame, ada_id)).await);
}

fn presence(frame: &ServerFrame, of: protocol::UserId) -> Option<bool> {
    match frame {
        ServerFrame::Event(Event::Presence { user_id, online }) if *user_id == of => Some(*online),
        _ => None,
    }
}

#[tokio::test]
async fn messages_outlive_a_restart_and_their_names_too() {
    let app = TestApp::start().await;
    let person = app.user("ada").await;
    let mut socket = person.listen().await;
    let public = socket.public();
    socket.post(public, "m1", "before").await;
    let before = socket.accepted("m1").await;

    let app = app.restart().await;
    let bearer = format!("Bearer {}", person.token);
    let mut socket = Socket::open(&app.url, &[("authorization", &bearer)]).await.expect("the sign-in is still good");
    socket.resume(Some(0), None, &[]).await;
    socket.post(public, "m1", "before").await;
    assert_eq!(socket.accepted("m1").await.id, before.id);
}

#[tokio::test]
async fn who_does_not_read_is_cut_off_and_keeps_no_one_waiting() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut ada = ada.listen().await;
    let public = ada.public();
    // Connected and listening, but no one takes anything from the line.
    let bearer = format!("Bearer {}", bob.token);
    let mut idle = Socket::open_narrow(&app.url, &[("authorization", &bearer)]).await.expect("a socket");
    idle.resume(Some(0), None, &[]).await;
    // First what fills the system's buffer, then more than the queue of 1,000 holds.
    let body = "x".repeat(protocol::MAX_BODY_BYTES);
    for n in 0..350 {
        ada.post(public, &format!("m{n}"), &body).await;
        ada.accepted(&format!("m{n}")).await;
    }
    for n in 0..110 {
        for _ in 0..9 {
            ada.send(&ClientFrame::Typing { conversation_id: public }).await;
        }
        ada.post(public, &format!("t{n}"), "typed").await;
        ada.accepted(&format!("t{n}")).await;
    }
    // With the code for it, or without where even the goodbye found no room.
    assert!(matches!(idle.closed().await, Some(4008) | None));

    let mut back = bob.connect().await;
    back.resume(None, None, &[Cursor { conversation_id: public, rev: 0, rows: true }]).await;
    let missed = back.caught_up(Stream::Conversation { conversation_id: public }).await;
    assert_eq!(missed.iter().filter_map(message_of).count(), 460, "and nothing was lost by it");
}
