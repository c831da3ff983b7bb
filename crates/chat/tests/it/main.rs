//! What [`chat::Chat`] promises, on SQLite and on PostgreSQL. One binary, so that it links once.
//!
//! A test that both databases must pass is an ordinary `async fn(Place)`, named in its file's `on_both_databases!`.
//! Tests wait for what they expect and never for time to pass; the clock stands still until a test moves it.

mod abandoned;
mod access_token;
mod account;
mod attachment;
mod backup;
mod bin;
mod blobs;
mod bucket;
mod colour;
mod concurrency;
mod conversation;
mod database;
mod direct;
mod durability;
mod file;
mod file_record;
mod folder;
mod group;
mod history;
mod hostile;
mod law;
mod library;
mod live;
mod member;
mod message;
mod participant;
mod permission;
mod place;
mod plan;
mod preview;
mod profile;
mod project;
mod quota;
mod read;
mod resumable;
mod s3;
mod scan;
mod seed;
mod session;
mod socket;
mod upgrade;
mod uploads;
mod version;

/// Makes each test of a file run twice: `sqlite::…` and `postgres::…`.
macro_rules! on_both_databases {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() { super::$name($crate::place::Place::on_sqlite().await).await; })*
        }
        mod postgres {
            $(#[tokio::test] async fn $name() { super::$name($crate::place::Place::on_postgres().await).await; })*
        }
    };
}
pub(crate) use on_both_databases;
