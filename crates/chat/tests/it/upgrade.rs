//! A database that an earlier release left behind opens with all that it had.

use std::path::Path;

use chat::{Chat, Device, Environment};
use protocol::{Kind, Position};
use sqlx::{
    AnyConnection, AssertSqlSafe, Connection, Executor,
    migrate::{Migrate, Migrator},
};

use crate::{
    database,
    place::{ENVIRONMENT, Person, Place, settings},
};

/// What the first release wrote: one person, one room, one message. The password is "correct horse battery".
const ROWS: &str = "
    INSERT INTO users (id, username, username_key, display_name, password_hash, theme, admin, created_at, rev, account_rev, person_rev)
    VALUES (1, 'ada', 'ada', 'Ada', '@HASH@', 'dark', 1, 5, 1, 0, 2);
    UPDATE place SET rev = 1;
    INSERT INTO conversations (id, kind, name, name_key, topic, private, creator_id, created_at, active_at, rev, about_rev, last_seq, member_count)
    VALUES (7, 'room', 'lab', 'lab', 'Bridges', 0, 1, 6, 8, 2, 0, 1, 1);
    INSERT INTO members (conversation_id, user_id, role, joined_at, read_seq, rev, person_rev) VALUES (7, 1, 'owner', 6, 1, 1, 2);
    INSERT INTO messages (id, conversation_id, seq, rev, author_id, body, created_at) VALUES (9, 7, 1, 2, 1, 'It holds', 8);
    INSERT INTO sessions (id, user_id, created_at, last_seen_at, expires_at, user_agent, address)
    VALUES (3, 1, 7, 7, 9223372036854775, 'A browser', '127.0.0.1')";

/// Of `PASSWORD`, made by the first release.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$feAC9jBMzej6N7jl0mpBAg$pY54SouI2vNVKa+KDbD/4FsoMYrK/Qi3QTwURe0FgNQ";
const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn a_sqlite_file_of_the_first_release_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    opens(&first_sqlite(folder.path()).await).await;
}

#[tokio::test]
async fn a_postgresql_database_of_the_first_release_opens() {
    opens(&first_postgres().await).await;
}

#[tokio::test]
async fn what_the_first_release_left_can_be_backed_up_before_it_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("backup.tar");
    for url in [first_sqlite(folder.path()).await, first_postgres().await] {
        let made = chat::back_up(&settings(url.clone(), folder.path()), ENVIRONMENT, None, &file).await;
        assert_eq!(made.expect("is made").messages, 1);
        for like in ["sqlite:", "postgres:"] {
            let restored = Place::restored(&file, like).await;
            restored.close().await;
            opens(restored.url()).await;
        }
        std::fs::remove_file(&file).expect("goes");
    }
}

async fn first_sqlite(folder: &Path) -> String {
    let url = database::sqlite(folder);
    write(&format!("{url}?mode=rwc"), &sqlx::migrate!("../../migrations/sqlite")).await;
    url
}

async fn first_postgres() -> String {
    let url = database::empty_postgres().await;
    write(&url, &sqlx::migrate!("../../migrations/postgres")).await;
    url
}

async fn write(url: &str, migrations: &Migrator) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.expect("connects");
    connection.ensure_migrations_table("_sqlx_migrations").await.expect("is made");
    let first = migrations.iter().next().expect("there is one");
    connection.apply("_sqlx_migrations", first).await.expect("is applied");
    for row in ROWS.replace("@HASH@", HASH).split(';') {
        connection.execute(AssertSqlSafe(row.to_owned())).await.expect("is written");
    }
    connection.close().await.expect("closes");
}

async fn opens(url: &str) {
    let uploads = tempfile::tempdir().expect("a folder");
    let chat = Chat::open(settings(url.to_owned(), uploads.path()), Environment::real()).await.expect("opens");
    let signed_in = chat.sign_in("ada", PASSWORD, Device::default()).await.expect("signs in");
    let ada = Person::of(&chat, signed_in);
    let start = chat.start(ada.caller, None).await.expect("starts");
    let lab = start.entries.iter().find(|entry| entry.conversation.kind == Kind::Room).expect("the room is there");
    assert_eq!((lab.conversation.name.as_str(), lab.conversation.project_id, lab.unread()), ("lab", None, 0));
    let history = chat.history(ada.caller, lab.conversation.id, Position::Latest).await.expect("reads");
    assert_eq!(history.messages.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["It holds"]);
    assert_eq!(chat.sessions(ada.caller).await.expect("lists").len(), 2, "nor is anyone signed out");
    assert!(chat.access_tokens(ada.caller).await.expect("lists").is_empty());
    chat.close().await;
}
