//! The place itself: the numbers of what concerns everyone.

use sqlx::AnyConnection;

use crate::Result;

/// How far the place's numbers have come.
pub(crate) async fn rev(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT rev FROM place WHERE id = 1").fetch_one(connection).await?)
}

/// Takes the place's next number.
pub(crate) async fn next_rev(connection: &mut AnyConnection) -> Result<i64> {
    Ok(sqlx::query_scalar("UPDATE place SET rev = rev + 1 WHERE id = 1 RETURNING rev").fetch_one(connection).await?)
}
