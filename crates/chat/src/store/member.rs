//! Memberships. A row stays when someone leaves.

use protocol::{ConversationId, Member, ProjectId, Role, Timestamp, User, UserId};
use sqlx::{AnyConnection, FromRow};

use super::user::UserRow;
use crate::{Fault, Result};

#[derive(FromRow)]
struct MemberRow {
    conversation_id: i64,
    user_id: i64,
    role: String,
    joined_at: i64,
    left_at: Option<i64>,
}

impl TryFrom<MemberRow> for Member {
    type Error = Fault;

    fn try_from(row: MemberRow) -> std::result::Result<Self, Fault> {
        Ok(Self {
            conversation_id: ConversationId(row.conversation_id),
            user_id: UserId(row.user_id),
            role: Role::from_word(&row.role).ok_or_else(|| Fault::Stored(format!("role {:?}", row.role)))?,
            joined_at: Timestamp(row.joined_at),
            left_at: row.left_at.map(Timestamp),
        })
    }
}

/// The membership, if it ever began.
pub(crate) async fn find(
    connection: &mut AnyConnection,
    id: ConversationId,
    user_id: UserId,
) -> Result<Option<Member>> {
    let row: Option<MemberRow> = sqlx::query_as(
        "SELECT conversation_id, user_id, role, joined_at, left_at FROM members \
         WHERE conversation_id = $1 AND user_id = $2",
    )
    .bind(id.0)
    .bind(user_id.0)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Member::try_from).transpose()?)
}

/// Writes a membership that began, changed or ended, with the numbers that the change was given. One that begins
/// counts all earlier messages as read up to `read_seq`; one that is there keeps its own position.
pub(crate) async fn save(
    connection: &mut AnyConnection,
    member: &Member,
    read_seq: i64,
    rev: i64,
    person_rev: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO members (conversation_id, user_id, role, joined_at, left_at, read_seq, rev, person_rev) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (conversation_id, user_id) DO UPDATE SET \
         role = excluded.role, joined_at = excluded.joined_at, left_at = excluded.left_at, \
         read_seq = CASE WHEN excluded.read_seq > members.read_seq THEN excluded.read_seq ELSE members.read_seq END, \
         rev = excluded.rev, person_rev = excluded.person_rev",
    )
    .bind(member.conversation_id.0)
    .bind(member.user_id.0)
    .bind(member.role.as_str())
    .bind(member.joined_at.0)
    .bind(member.left_at.map(|at| at.0))
    .bind(read_seq)
    .bind(rev)
    .bind(person_rev)
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves a member's read position forward, never back. With a `person_rev` their other devices learn of it.
pub(crate) async fn read_up_to(
    connection: &mut AnyConnection,
    id: ConversationId,
    user_id: UserId,
    seq: i64,
    person_rev: Option<i64>,
) -> Result<()> {
    sqlx::query(
        "UPDATE members SET read_seq = $3, person_rev = COALESCE($4, person_rev) \
         WHERE conversation_id = $1 AND user_id = $2 AND read_seq < $3",
    )
    .bind(id.0)
    .bind(user_id.0)
    .bind(seq)
    .bind(person_rev)
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct ListedRow {
    conversation_id: i64,
    role: String,
    joined_at: i64,
    #[sqlx(flatten)]
    user: UserRow,
}

macro_rules! listed {
    () => {
        "SELECT m.conversation_id, m.role, m.joined_at, u.id, u.username, u.display_name, u.avatar_url, u.admin, \
         u.created_at, u.deactivated_at, u.rev FROM members m JOIN users u ON u.id = m.user_id \
         WHERE m.conversation_id = $1 AND m.left_at IS NULL \
         AND (u.username_key LIKE $2 ESCAPE '\\' OR lower(u.display_name) LIKE $2 ESCAPE '\\') "
    };
}

/// Members whose name contains what `pattern` says: owners first, then admins, then by name.
pub(crate) async fn list(
    connection: &mut AnyConnection,
    id: ConversationId,
    pattern: &str,
    limit: i64,
) -> Result<Vec<(Member, User)>> {
    let rows = sqlx::query_as(concat!(
        listed!(),
        "ORDER BY CASE m.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END, lower(u.display_name), u.id LIMIT $3"
    ));
    found(rows.bind(id.0).bind(pattern).bind(limit).fetch_all(connection).await?)
}

/// Members whose name contains what `pattern` says and whose id lies beyond `after`, by id.
pub(crate) async fn list_after(
    connection: &mut AnyConnection,
    id: ConversationId,
    pattern: &str,
    after: UserId,
    limit: i64,
) -> Result<Vec<(Member, User)>> {
    let rows = sqlx::query_as(concat!(listed!(), "AND m.user_id > $3 ORDER BY m.user_id LIMIT $4"));
    found(rows.bind(id.0).bind(pattern).bind(after.0).bind(limit).fetch_all(connection).await?)
}

fn found(rows: Vec<ListedRow>) -> Result<Vec<(Member, User)>> {
    rows.into_iter()
        .map(|row| {
            let user = User::from(row.user);
            let member = Member::try_from(MemberRow {
                conversation_id: row.conversation_id,
                user_id: user.id.0,
                role: row.role,
                joined_at: row.joined_at,
                left_at: None,
            })?;
            Ok((member, user))
        })
        .collect()
}

/// Who would own the conversation if `leaving` went: of those whose account is open, the one of the highest role, of
/// those the longest there.
pub(crate) async fn heir(
    connection: &mut AnyConnection,
    id: ConversationId,
    leaving: UserId,
) -> Result<Option<Member>> {
    let row: Option<MemberRow> = sqlx::query_as(
        "SELECT m.conversation_id, m.user_id, m.role, m.joined_at, m.left_at \
         FROM members m JOIN users u ON u.id = m.user_id \
         WHERE m.conversation_id = $1 AND m.user_id <> $2 AND m.left_at IS NULL AND u.deactivated_at IS NULL \
         ORDER BY CASE m.role WHEN 'owner' THEN 0 WHEN 'admin' THEN 1 ELSE 2 END, m.joined_at, m.user_id LIMIT 1",
    )
    .bind(id.0)
    .bind(leaving.0)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Member::try_from).transpose()?)
}

/// The conversations that the person owns, alone or with others.
pub(crate) async fn owned(connection: &mut AnyConnection, user_id: UserId) -> Result<Vec<ConversationId>> {
    let ids: Vec<i64> = sqlx::query_scalar(
        "SELECT conversation_id FROM members WHERE user_id = $1 AND left_at IS NULL AND role = 'owner' \
         ORDER BY conversation_id",
    )
    .bind(user_id.0)
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

/// The further conversations of the project that the person is in, and as what.
pub(crate) async fn groups_of_project(
    connection: &mut AnyConnection,
    id: ProjectId,
    user_id: UserId,
) -> Result<Vec<(ConversationId, Role)>> {
    let rows: Vec<MemberRow> = sqlx::query_as(
        "SELECT m.conversation_id, m.user_id, m.role, m.joined_at, m.left_at \
         FROM conversations c JOIN members m ON m.conversation_id = c.id \
         WHERE c.project_id = $1 AND c.kind = 'group' AND m.user_id = $2 AND m.left_at IS NULL ORDER BY c.id",
    )
    .bind(id.0)
    .bind(user_id.0)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| Member::try_from(row).map(|member| (member.conversation_id, member.role)).map_err(Into::into))
        .collect()
}

/// Memberships of the conversation that changed beyond `rev`: each with its number, oldest change first.
pub(crate) async fn changed_since(
    connection: &mut AnyConnection,
    id: ConversationId,
    rev: i64,
) -> Result<Vec<(i64, Member)>> {
    let rows: Vec<ChangedRow> = sqlx::query_as(
        "SELECT conversation_id, user_id, role, joined_at, left_at, rev AS number FROM members \
         WHERE conversation_id = $1 AND rev > $2 ORDER BY rev",
    )
    .bind(id.0)
    .bind(rev)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((row.number, row.member.try_into()?))).collect()
}

/// Memberships of the person that changed beyond `rev` of their own numbers.
pub(crate) async fn changed_for_person(
    connection: &mut AnyConnection,
    user_id: UserId,
    rev: i64,
    limit: i64,
) -> Result<Vec<(i64, Member)>> {
    let rows: Vec<ChangedRow> = sqlx::query_as(
        "SELECT conversation_id, user_id, role, joined_at, left_at, person_rev AS number FROM members \
         WHERE user_id = $1 AND person_rev > $2 ORDER BY person_rev LIMIT $3",
    )
    .bind(user_id.0)
    .bind(rev)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((row.number, row.member.try_into()?))).collect()
}

#[derive(FromRow)]
struct ChangedRow {
    #[sqlx(flatten)]
    member: MemberRow,
    number: i64,
}
