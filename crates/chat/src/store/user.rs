//! People.

use protocol::{Account, ConversationId, Theme, Timestamp, User, UserId};
use sqlx::{AnyConnection, FromRow};

use crate::{Result, error::OnConflict};

macro_rules! columns {
    () => {
        "u.id, u.username, u.display_name, u.avatar_url, u.admin, u.created_at, u.deactivated_at, u.rev"
    };
}

#[derive(FromRow)]
pub(crate) struct UserRow {
    id: i64,
    username: String,
    display_name: String,
    avatar_url: Option<String>,
    admin: i64,
    created_at: i64,
    deactivated_at: Option<i64>,
    rev: i64,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: UserId(row.id),
            username: row.username,
            display_name: row.display_name,
            avatar_url: row.avatar_url,
            admin: row.admin != 0,
            deactivated: row.deactivated_at.is_some(),
            created_at: Timestamp(row.created_at),
            rev: row.rev,
        }
    }
}

#[derive(FromRow)]
pub(super) struct AccountRow {
    #[sqlx(flatten)]
    user: UserRow,
    email: Option<String>,
    theme: String,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self { user: row.user.into(), email: row.email, theme: Theme::from_word(&row.theme) }
    }
}

/// What a new account is made of.
pub(crate) struct NewUser {
    pub(crate) username: protocol::Username,
    pub(crate) display_name: String,
    pub(crate) email: Option<protocol::Email>,
    pub(crate) avatar_url: Option<String>,
    pub(crate) password_hash: String,
    pub(crate) admin: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) rev: i64,
}

/// What sign-in needs to know of an account.
#[derive(FromRow)]
pub(crate) struct Credentials {
    pub(crate) id: i64,
    pub(crate) password_hash: String,
    pub(crate) deactivated_at: Option<i64>,
}

fn users(rows: Vec<UserRow>) -> Vec<User> {
    rows.into_iter().map(User::from).collect()
}

pub(crate) async fn insert(connection: &mut AnyConnection, new: &NewUser) -> Result<UserId> {
    let id = sqlx::query_scalar(
        "INSERT INTO users (username, username_key, display_name, email, email_key, avatar_url, password_hash, theme, \
         admin, created_at, rev, account_rev, person_rev) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'system', $8, $9, $10, 0, 0) RETURNING id",
    )
    .bind(new.username.as_str())
    .bind(new.username.key())
    .bind(&new.display_name)
    .bind(new.email.as_ref().map(ToString::to_string))
    .bind(new.email.as_ref().map(protocol::Email::key))
    .bind(new.avatar_url.clone())
    .bind(&new.password_hash)
    .bind(i64::from(new.admin))
    .bind(new.created_at.0)
    .bind(new.rev)
    .fetch_one(connection)
    .await?;
    Ok(UserId(id))
}

/// Whether the place has no account yet.
pub(crate) async fn none_yet(connection: &mut AnyConnection) -> Result<bool> {
    let first: Option<i64> = sqlx::query_scalar("SELECT id FROM users LIMIT 1").fetch_optional(connection).await?;
    Ok(first.is_none())
}

pub(crate) async fn find(connection: &mut AnyConnection, id: UserId) -> Result<Option<User>> {
    let row: Option<UserRow> = sqlx::query_as(concat!("SELECT ", columns!(), " FROM users u WHERE u.id = $1"))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(User::from))
}

/// The account with that user name or e-mail address, whatever the case. A name wins over an address.
pub(crate) async fn credentials(connection: &mut AnyConnection, login_key: &str) -> Result<Option<Credentials>> {
    Ok(sqlx::query_as(
        "SELECT id, password_hash, deactivated_at FROM users WHERE username_key = $1 OR email_key = $1 \
         ORDER BY CASE WHEN username_key = $1 THEN 0 ELSE 1 END LIMIT 1",
    )
    .bind(login_key)
    .fetch_optional(connection)
    .await?)
}

pub(crate) async fn password_hash(connection: &mut AnyConnection, id: UserId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar("SELECT password_hash FROM users WHERE id = $1")
        .bind(id.0)
        .fetch_optional(connection)
        .await?)
}

pub(crate) async fn set_password(connection: &mut AnyConnection, id: UserId, hash: &str) -> Result<()> {
    sqlx::query("UPDATE users SET password_hash = $2 WHERE id = $1").bind(id.0).bind(hash).execute(connection).await?;
    Ok(())
}

pub(crate) async fn account(connection: &mut AnyConnection, id: UserId) -> Result<Option<Account>> {
    let row: Option<AccountRow> =
        sqlx::query_as(concat!("SELECT ", columns!(), ", u.email, u.theme FROM users u WHERE u.id = $1"))
            .bind(id.0)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(Account::from))
}

/// Writes the profile and settings of `account` back, with the numbers that the change was given.
pub(crate) async fn update(connection: &mut AnyConnection, account: &Account, account_rev: i64) -> Result<()> {
    let user = &account.user;
    sqlx::query(
        "UPDATE users SET username = $2, username_key = $3, display_name = $4, email = $5, email_key = $6, \
         avatar_url = $7, theme = $8, rev = $9, account_rev = $10 WHERE id = $1",
    )
    .bind(user.id.0)
    .bind(&user.username)
    .bind(user.username.to_lowercase())
    .bind(&user.display_name)
    .bind(account.email.clone())
    .bind(account.email.as_ref().map(|email| email.to_lowercase()))
    .bind(user.avatar_url.clone())
    .bind(account.theme.as_str())
    .bind(user.rev)
    .bind(account_rev)
    .execute(connection)
    .await
    .on_conflict(|| protocol::Error::invalid("username", "That user name or e-mail address is taken."))?;
    Ok(())
}

pub(crate) async fn deactivate(connection: &mut AnyConnection, id: UserId, now: Timestamp, rev: i64) -> Result<()> {
    sqlx::query("UPDATE users SET deactivated_at = $2, rev = $3 WHERE id = $1")
        .bind(id.0)
        .bind(now.0)
        .bind(rev)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether someone other than `id` is active and, if `admin`, administers the place.
pub(crate) async fn others(connection: &mut AnyConnection, id: UserId, admin: bool) -> Result<bool> {
    let other: Option<i64> =
        sqlx::query_scalar("SELECT id FROM users WHERE id <> $1 AND deactivated_at IS NULL AND admin >= $2 LIMIT 1")
            .bind(id.0)
            .bind(i64::from(admin))
            .fetch_optional(connection)
            .await?;
    Ok(other.is_some())
}

/// Whether that user name or e-mail address belongs to someone other than `except`.
pub(crate) async fn is_taken(
    connection: &mut AnyConnection,
    username_key: &str,
    email_key: Option<&str>,
    except: Option<UserId>,
) -> Result<Option<&'static str>> {
    let except = except.map_or(0, |id| id.0);
    let name: Option<i64> = sqlx::query_scalar("SELECT id FROM users WHERE username_key = $1 AND id <> $2")
        .bind(username_key)
        .bind(except)
        .fetch_optional(&mut *connection)
        .await?;
    if name.is_some() {
        return Ok(Some("username"));
    }
    let Some(email_key) = email_key else { return Ok(None) };
    let email: Option<i64> = sqlx::query_scalar("SELECT id FROM users WHERE email_key = $1 AND id <> $2")
        .bind(email_key)
        .bind(except)
        .fetch_optional(connection)
        .await?;
    Ok(email.map(|_| "email"))
}

/// Takes the person's next number.
pub(crate) async fn next_person_rev(connection: &mut AnyConnection, id: UserId) -> Result<i64> {
    Ok(sqlx::query_scalar("UPDATE users SET person_rev = person_rev + 1 WHERE id = $1 RETURNING person_rev")
        .bind(id.0)
        .fetch_one(connection)
        .await?)
}

/// How far the person's numbers have come, and which of them was the account's last.
pub(crate) async fn person_revs(connection: &mut AnyConnection, id: UserId) -> Result<(i64, i64)> {
    Ok(sqlx::query_as("SELECT person_rev, account_rev FROM users WHERE id = $1")
        .bind(id.0)
        .fetch_one(connection)
        .await?)
}

/// Active people whose user or display name contains what `pattern` says, by name; those beyond the name `after`.
pub(crate) async fn search(
    connection: &mut AnyConnection,
    pattern: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<User>> {
    let rows = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM users u WHERE u.deactivated_at IS NULL \
         AND (u.username_key LIKE $1 ESCAPE '\\' OR lower(u.display_name) LIKE $1 ESCAPE '\\') \
         AND u.username_key > $2 ORDER BY u.username_key LIMIT $3"
    ))
    .bind(pattern)
    .bind(after)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(users(rows))
}

/// The active person of that name, whatever its case.
pub(crate) async fn by_name(connection: &mut AnyConnection, name: &str) -> Result<Option<UserId>> {
    let id: Option<i64> = sqlx::query_scalar("SELECT id FROM users WHERE username_key = $1 AND deactivated_at IS NULL")
        .bind(name.trim().to_lowercase())
        .fetch_optional(connection)
        .await?;
    Ok(id.map(UserId))
}

/// Profiles that changed beyond `rev`, oldest change first.
pub(crate) async fn changed_since(connection: &mut AnyConnection, rev: i64, limit: i64) -> Result<Vec<User>> {
    let rows = sqlx::query_as(concat!("SELECT ", columns!(), " FROM users u WHERE u.rev > $1 ORDER BY u.rev LIMIT $2"))
        .bind(rev)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    Ok(users(rows))
}

pub(super) const AUTHORS: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM users u WHERE u.id IN \
     (SELECT author_id FROM messages WHERE conversation_id = $1 AND seq BETWEEN $2 AND $3) ORDER BY u.id"
);

/// Those who wrote the messages of a stretch.
pub(crate) async fn authors(
    connection: &mut AnyConnection,
    id: ConversationId,
    first: i64,
    last: i64,
) -> Result<Vec<User>> {
    let rows = sqlx::query_as(AUTHORS).bind(id.0).bind(first).bind(last).fetch_all(connection).await?;
    Ok(users(rows))
}

pub(super) const NAMED_SINCE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM users u WHERE u.id IN (SELECT author_id FROM messages WHERE conversation_id = $1 AND rev > $2) \
     OR u.id IN (SELECT user_id FROM members WHERE conversation_id = $1 AND rev > $2) ORDER BY u.id"
);

/// Those who wrote messages that changed beyond `rev`, or whose membership did.
pub(crate) async fn named_since(connection: &mut AnyConnection, id: ConversationId, rev: i64) -> Result<Vec<User>> {
    let rows = sqlx::query_as(NAMED_SINCE).bind(id.0).bind(rev).fetch_all(connection).await?;
    Ok(users(rows))
}

/// The people of a direct or group chat.
pub(crate) async fn members(connection: &mut AnyConnection, id: ConversationId) -> Result<Vec<User>> {
    let rows = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM members m JOIN users u ON u.id = m.user_id \
         WHERE m.conversation_id = $1 AND m.left_at IS NULL ORDER BY u.id"
    ))
    .bind(id.0)
    .fetch_all(connection)
    .await?;
    Ok(users(rows))
}

/// Everyone in the direct and group chats of `id`.
pub(crate) async fn companions(connection: &mut AnyConnection, id: UserId) -> Result<Vec<User>> {
    let rows = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM users u WHERE u.id IN (SELECT m.user_id FROM members mine \
         JOIN conversations c ON c.id = mine.conversation_id AND c.kind IN ('direct', 'group') \
         JOIN members m ON m.conversation_id = c.id AND m.left_at IS NULL \
         WHERE mine.user_id = $1 AND mine.left_at IS NULL) ORDER BY u.id"
    ))
    .bind(id.0)
    .fetch_all(connection)
    .await?;
    Ok(users(rows))
}
