//! Accounts by their id.

use protocol::{Account, UserId};
use sqlx::AnyConnection;

use super::user::AccountRow;
use crate::Result;

/// Accounts that are open and lie beyond `after`, by id.
pub(crate) async fn accounts(connection: &mut AnyConnection, after: UserId, limit: i64) -> Result<Vec<Account>> {
    let rows: Vec<AccountRow> = sqlx::query_as(
        "SELECT id, username, display_name, avatar_url, admin, created_at, deactivated_at, rev, email, theme \
         FROM users WHERE id > $1 AND deactivated_at IS NULL ORDER BY id LIMIT $2",
    )
    .bind(after.0)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Account::from).collect())
}

/// Removes who someone was and where they came from. Nobody can take a name of that form ([`protocol::Username::parse`]).
pub(crate) async fn scrub(connection: &mut AnyConnection, id: UserId) -> Result<()> {
    sqlx::query(
        "UPDATE users SET username = $2, username_key = $2, display_name = 'Deleted user', \
         email = NULL, email_key = NULL, avatar_url = NULL, password_hash = '' WHERE id = $1",
    )
    .bind(id.0)
    .bind(format!("deleted-{id}"))
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE sessions SET user_agent = '', address = '' WHERE user_id = $1")
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(())
}
