//! Pings, polls and limits of a session, without a connection.

use futures::FutureExt as _;

use super::*;

const SHORT: Duration = Duration::from_millis(1);
const LONG: Duration = Duration::from_secs(20);

fn polling() -> Session {
    Session::new(Carrier::Polling { waits: false, upgrading: false })
}

#[tokio::test]
async fn who_answers_pings_is_asked_again() {
    let session = polling();
    let client = async {
        for _ in 0..3 {
            assert_eq!(session.poll().await.as_deref(), Some(&b"2"[..]));
            session.note_pong();
        }
    };
    tokio::select! {
        close = session.ping(SHORT, LONG) => panic!("{close:?}"),
        answered = timeout(LONG, client) => answered.expect("in time"),
    }
}

#[tokio::test]
async fn who_does_not_is_let_go() {
    assert_eq!(polling().ping(SHORT, SHORT).await, Close::Silent);
}

#[test]
fn one_poll_waits_and_no_second_one() {
    let session = polling();
    let mut first = Box::pin(session.poll());
    assert_eq!((first.as_mut().now_or_never(), session.poll().now_or_never()), (None, Some(None)));
    drop(first);
    session.close([Frame::close()]);
    assert_eq!(session.poll().now_or_never(), Some(Some(b"1".to_vec())));
}

#[test]
fn polls_take_nothing_while_a_websocket_is_tried() {
    let session = polling();
    session.pass_on([Frame::message("a")]);
    assert_eq!((session.begin_upgrade(), session.begin_upgrade()), (true, false));
    assert_eq!(session.poll().now_or_never(), Some(Some(NOOP.to_vec())));
    session.give_up_upgrade();
    assert_eq!(session.poll().now_or_never(), Some(Some(b"4a".to_vec())));
}

#[test]
fn who_says_more_than_fits_is_cut_off() {
    let session = polling();
    for _ in 0..=WORDS_LIMIT / (OVERHEAD + 1024) {
        assert!(!session.is_over());
        session.hear(Word::Text("x".repeat(1024).into()));
    }
    assert_eq!(session.ended().now_or_never(), Some(Close::TooLarge));
}
