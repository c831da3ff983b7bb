//! Sign-ins.

use protocol::{Session, SessionId, Timestamp, UserId};
use sqlx::{AnyConnection, FromRow};

use crate::{Device, Result};

/// The longest user agent that is kept, in bytes.
const MAX_USER_AGENT: usize = 200;

#[derive(FromRow)]
struct SessionRow {
    id: i64,
    created_at: i64,
    last_seen_at: i64,
    user_agent: String,
    address: String,
}

/// A sign-in that is good now.
#[derive(FromRow)]
pub(crate) struct Live {
    pub(crate) user_id: i64,
    pub(crate) expires_at: i64,
    pub(crate) last_seen_at: i64,
    named: i64,
}

impl Live {
    /// Whether it is an access token, not somebody who typed a password.
    pub(crate) const fn is_access_token(&self) -> bool {
        self.named != 0
    }
}

/// Which rows are meant: people's sign-ins, their access tokens, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    SignIn,
    AccessToken,
    Either,
}

impl Sort {
    /// The least and the most that "has a name" may be.
    const fn range(self) -> (i64, i64) {
        match self {
            Self::SignIn => (0, 0),
            Self::AccessToken => (1, 1),
            Self::Either => (0, 1),
        }
    }
}

pub(crate) async fn insert(
    connection: &mut AnyConnection,
    user_id: UserId,
    device: &Device,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<SessionId> {
    let user_agent = &device.user_agent[..device.user_agent.floor_char_boundary(MAX_USER_AGENT)];
    let id = sqlx::query_scalar(
        "INSERT INTO sessions (user_id, created_at, last_seen_at, expires_at, user_agent, address) \
         VALUES ($1, $2, $2, $3, $4, $5) RETURNING id",
    )
    .bind(user_id.0)
    .bind(now.0)
    .bind(expires_at.0)
    .bind(user_agent)
    .bind(&device.address)
    .fetch_one(connection)
    .await?;
    Ok(SessionId(id))
}

/// The sign-in, unless it has expired or was revoked, or its account is deactivated.
pub(crate) async fn live(connection: &mut AnyConnection, id: SessionId, now: Timestamp) -> Result<Option<Live>> {
    Ok(sqlx::query_as(
        "SELECT s.user_id, s.expires_at, s.last_seen_at, CASE WHEN s.name IS NULL THEN 0 ELSE 1 END AS named \
         FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.deactivated_at IS NULL",
    )
    .bind(id.0)
    .bind(now.0)
    .fetch_optional(connection)
    .await?)
}

/// Notes that the sign-in was used, and until when it now lasts. A revoked one stays so.
pub(crate) async fn touch(
    connection: &mut AnyConnection,
    id: SessionId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    sqlx::query("UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE id = $1 AND revoked_at IS NULL")
        .bind(id.0)
        .bind(now.0)
        .bind(expires_at.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// The person's sign-ins that are good now, last used first.
pub(crate) async fn list(
    connection: &mut AnyConnection,
    user_id: UserId,
    current: SessionId,
    now: Timestamp,
) -> Result<Vec<Session>> {
    let rows: Vec<SessionRow> = sqlx::query_as(
        "SELECT id, created_at, last_seen_at, user_agent, address FROM sessions \
         WHERE user_id = $1 AND name IS NULL AND revoked_at IS NULL AND expires_at > $2 ORDER BY last_seen_at DESC, id DESC",
    )
    .bind(user_id.0)
    .bind(now.0)
    .fetch_all(connection)
    .await?;
    let session = |row: SessionRow| Session {
        id: SessionId(row.id),
        created_at: Timestamp(row.created_at),
        last_seen_at: Timestamp(row.last_seen_at),
        user_agent: row.user_agent,
        address: row.address,
        current: row.id == current.0,
    };
    Ok(rows.into_iter().map(session).collect())
}

/// Revokes one of the person's sign-ins or tokens; says whether there was such a one.
pub(crate) async fn revoke(
    connection: &mut AnyConnection,
    user_id: UserId,
    id: SessionId,
    sort: Sort,
    now: Timestamp,
) -> Result<bool> {
    let (least, most) = sort.range();
    let revoked: Option<i64> = sqlx::query_scalar(
        "UPDATE sessions SET revoked_at = $3 WHERE id = $2 AND user_id = $1 AND revoked_at IS NULL \
         AND CASE WHEN name IS NULL THEN 0 ELSE 1 END BETWEEN $4 AND $5 RETURNING id",
    )
    .bind(user_id.0)
    .bind(id.0)
    .bind(now.0)
    .bind(least)
    .bind(most)
    .fetch_optional(connection)
    .await?;
    Ok(revoked.is_some())
}

/// Revokes all of the person's sign-ins or tokens but `except`; returns which.
pub(crate) async fn revoke_all(
    connection: &mut AnyConnection,
    user_id: UserId,
    except: Option<SessionId>,
    sort: Sort,
    now: Timestamp,
) -> Result<Vec<SessionId>> {
    let (least, most) = sort.range();
    let ids: Vec<i64> = sqlx::query_scalar(
        "UPDATE sessions SET revoked_at = $3 WHERE user_id = $1 AND id <> $2 AND revoked_at IS NULL \
         AND CASE WHEN name IS NULL THEN 0 ELSE 1 END BETWEEN $4 AND $5 RETURNING id",
    )
    .bind(user_id.0)
    .bind(except.map_or(0, |id| id.0))
    .bind(now.0)
    .bind(least)
    .bind(most)
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(SessionId).collect())
}
