//! Holds the queries over messages to their indexes: what they cost must not grow with the conversation. PostgreSQL,
//! whose plans depend on its statistics, is watched at work instead (`tests/it/plan.rs`).

use sqlx::{Connection, Executor, Row, SqliteConnection};

use super::{SQLITE, attachment, direct, file_record, message, reaction, user};

/// How SQLite carries out `query`, a line per step.
async fn steps(connection: &mut SqliteConnection, query: &str) -> Vec<String> {
    // The queries are those of this crate.
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}"));
    let rows = sqlx::query(explain).fetch_all(connection).await.expect("explains");
    rows.iter().map(|row| row.get::<String, _>("detail")).collect()
}

#[tokio::test]
async fn no_page_and_no_catch_up_walks_through_all_messages() {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.expect("opens");
    SQLITE.run(&mut connection).await.expect("migrates");
    let fill = "INSERT INTO users (username, username_key, display_name, password_hash, theme, admin, created_at, rev, \
         account_rev, person_rev) VALUES ('ada', 'ada', 'ada', '', 'system', 1, 0, 1, 0, 0); \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
         INSERT INTO messages (conversation_id, seq, rev, author_id, body, created_at) SELECT 1, i, i, 1, 'hello', i FROM n; \
         ANALYZE";
    connection.execute(fill).await.expect("fills");

    for (query, index) in [
        (message::STRETCH, "messages_seq (conversation_id=? AND seq>? AND seq<?)"),
        (message::CHANGED_SINCE, "messages_rev (conversation_id=? AND rev>?)"),
        (reaction::OF_STRETCH, "messages_seq (conversation_id=? AND seq>? AND seq<?)"),
        (reaction::SINCE, "messages_rev (conversation_id=? AND rev>?)"),
        (attachment::OF_STRETCH, "messages_seq (conversation_id=? AND seq>? AND seq<?)"),
        (attachment::SINCE, "messages_rev (conversation_id=? AND rev>?)"),
        (file_record::OF_STRETCH, "messages_seq (conversation_id=? AND seq>? AND seq<?)"),
        (file_record::SINCE, "messages_rev (conversation_id=? AND rev>?)"),
        (message::COUNT_DELETED, "COVERING INDEX messages_deleted (conversation_id=?"),
        (direct::LAST_MESSAGES, "messages_seq (conversation_id=? AND seq=?)"),
        (direct::LAST_MESSAGES, "SEARCH l USING INDEX messages_seq (conversation_id=?)"),
        (direct::THEIR_REACTIONS, "messages_seq (conversation_id=? AND seq=?)"),
        (direct::THEIR_FILES, "messages_seq (conversation_id=? AND seq=?)"),
        (user::AUTHORS, "messages_seq (conversation_id=? AND seq>? AND seq<?)"),
        (user::NAMED_SINCE, "messages_rev (conversation_id=? AND rev>?)"),
    ] {
        let steps = steps(&mut connection, query).await;
        assert!(steps.iter().any(|step| step.contains(index)), "{query}\n{steps:#?}");
    }
}
