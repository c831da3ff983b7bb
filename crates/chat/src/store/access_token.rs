//! Access tokens: the rows of `sessions` that have a name.

use protocol::{AccessToken, SessionId, Timestamp, TokenName, UserId};
use sqlx::{AnyConnection, FromRow};

use crate::{Result, token::Named};

/// When a token ends that doesn't: the last moment that RFC 3339 can write, 9999-12-31T23:59:59.999Z.
const NEVER: Timestamp = Timestamp(253_402_300_799_999);

#[derive(FromRow)]
struct AccessTokenRow {
    id: i64,
    name: String,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
}

impl From<AccessTokenRow> for AccessToken {
    fn from(row: AccessTokenRow) -> Self {
        Self {
            id: SessionId(row.id),
            name: row.name,
            created_at: Timestamp(row.created_at),
            last_used_at: Some(Timestamp(row.last_seen_at)).filter(|at| at.0 > 0),
            expires_at: Some(Timestamp(row.expires_at)).filter(|at| *at < NEVER),
        }
    }
}

pub(crate) async fn insert(
    connection: &mut AnyConnection,
    user_id: UserId,
    name: &TokenName,
    hash: &str,
    now: Timestamp,
    expires_at: Option<Timestamp>,
) -> Result<AccessToken> {
    let row: AccessTokenRow = sqlx::query_as(
        "INSERT INTO sessions (user_id, name, token_hash, created_at, last_seen_at, expires_at, user_agent, address) \
         VALUES ($1, $2, $3, $4, 0, $5, '', '') RETURNING id, name, created_at, last_seen_at, expires_at",
    )
    .bind(user_id.0)
    .bind(name.as_str())
    .bind(hash)
    .bind(now.0)
    .bind(expires_at.unwrap_or(NEVER).0)
    .fetch_one(connection)
    .await?;
    Ok(row.into())
}

/// How many of the person's tokens are good now.
pub(crate) async fn count(connection: &mut AnyConnection, user_id: UserId, now: Timestamp) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "SELECT count(*) FROM sessions \
         WHERE user_id = $1 AND name IS NOT NULL AND revoked_at IS NULL AND expires_at > $2",
    )
    .bind(user_id.0)
    .bind(now.0)
    .fetch_one(connection)
    .await?)
}

/// The person's tokens that are good now, newest first.
pub(crate) async fn list(connection: &mut AnyConnection, user_id: UserId, now: Timestamp) -> Result<Vec<AccessToken>> {
    let rows: Vec<AccessTokenRow> = sqlx::query_as(
        "SELECT id, name, created_at, last_seen_at, expires_at FROM sessions \
         WHERE user_id = $1 AND name IS NOT NULL AND revoked_at IS NULL AND expires_at > $2 ORDER BY id DESC",
    )
    .bind(user_id.0)
    .bind(now.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(AccessToken::from).collect())
}

/// What the token of that hash stands for.
pub(crate) async fn find(connection: &mut AnyConnection, hash: &str) -> Result<Option<Named>> {
    let row: Option<(i64, i64, i64)> =
        sqlx::query_as("SELECT id, user_id, expires_at FROM sessions WHERE token_hash = $1")
            .bind(hash)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|(id, user_id, expires_at)| Named {
        user_id: UserId(user_id),
        session_id: SessionId(id),
        expires_at: Timestamp(expires_at),
    }))
}
