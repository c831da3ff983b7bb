//! Deep history on PostgreSQL: reading anywhere in a long conversation goes along an index, never through the table.
//! SQLite's plans are held to the same beside the queries (`store/plan.rs`).

use protocol::{Cursor, PAGE_SIZE, Position};
use sqlx::{Connection, Executor, PgConnection};

use crate::place::Place;

/// How many messages lie there.
const MESSAGES: i64 = 20_000;

/// `(full scans, rows that those read, rows that index scans read)` of the messages so far. PostgreSQL's processes
/// hand in their counts at the latest when they end.
async fn reads(connection: &mut PgConnection) -> (i64, i64, i64) {
    loop {
        let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
             AND backend_type = 'client backend'";
        if sqlx::query_scalar::<_, i64>(others).fetch_one(&mut *connection).await.expect("counts") == 0 {
            break;
        }
    }
    let reads =
        "SELECT seq_scan, seq_tup_read, coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'messages'";
    sqlx::query_as(reads).fetch_one(connection).await.expect("counts")
}

#[tokio::test]
async fn reading_far_back_costs_what_reading_the_end_costs() {
    let mut place = Place::on_postgres().await;
    let ada = place.user("ada").await;
    let room = ada.room("lab").await;
    let mut connection = PgConnection::connect(place.url()).await.expect("connects");
    let fill = format!(
        "INSERT INTO messages (conversation_id, seq, rev, author_id, body, created_at) \
         SELECT {room}, i, i + 1, {}, 'hello', i FROM generate_series(1, {MESSAGES}) i; \
         UPDATE conversations SET last_seq = {MESSAGES}, rev = {MESSAGES} + 1 WHERE id = {room}",
        ada.id()
    );
    connection.execute(sqlx::AssertSqlSafe(fill)).await.expect("fills");
    connection.execute("VACUUM ANALYZE").await.expect("looks at what there is");
    connection.close().await.expect("disconnects");
    place.restart().await;

    for seq in [60, MESSAGES / 2, MESSAGES] {
        let history = place.history(ada.caller, room, Position::Before(seq)).await.expect("reads");
        assert_eq!(history.messages.first().map(|message| message.seq), Some(seq - PAGE_SIZE));
        place.history(ada.caller, room, Position::After(seq - 60)).await.expect("reads");
    }
    place.history(ada.caller, room, Position::Unread).await.expect("reads");
    place.history(ada.caller, room, Position::Latest).await.expect("reads");
    assert_eq!(place.message_count(ada.caller, room).await.expect("counts"), MESSAGES);
    let subscription = place.connect(ada.caller).await.expect("connects");
    let cursor = Cursor { conversation_id: room, rev: MESSAGES - 100, rows: true };
    place.resume(&subscription, None, None, &[cursor]).await.expect("resumes");
    place.close().await;

    let mut connection = PgConnection::connect(place.url()).await.expect("connects");
    let (scans, scanned, fetched) = reads(&mut connection).await;
    // `ANALYZE` and such don't count as scans of the table.
    assert_eq!((scans, scanned), (0, 0), "no query may walk through the table");
    assert!((1..5_000).contains(&fetched), "a few pages’ worth of rows: {fetched}");
}
