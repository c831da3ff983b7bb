//! Projects. What they share with their conversation is read from there.

use protocol::{ConversationId, Project, ProjectId, Timestamp, UserId};
use sqlx::{AnyConnection, FromRow};

use crate::Result;

macro_rules! columns {
    () => {
        "p.id, p.conversation_id, p.description, c.name, c.creator_id, c.created_at, c.archived_at, c.member_count"
    };
}

#[derive(FromRow)]
struct ProjectRow {
    id: i64,
    conversation_id: i64,
    description: String,
    name: String,
    creator_id: Option<i64>,
    created_at: i64,
    archived_at: Option<i64>,
    member_count: i64,
}

impl From<ProjectRow> for Project {
    fn from(row: ProjectRow) -> Self {
        Self {
            id: ProjectId(row.id),
            conversation_id: ConversationId(row.conversation_id),
            name: row.name,
            description: row.description,
            creator_id: row.creator_id.map(UserId),
            created_at: Timestamp(row.created_at),
            archived_at: row.archived_at.map(Timestamp),
            member_count: row.member_count,
        }
    }
}

/// Makes a project of a conversation, which belongs to it from then on.
pub(crate) async fn insert(
    connection: &mut AnyConnection,
    conversation_id: ConversationId,
    description: &str,
) -> Result<ProjectId> {
    let id: i64 =
        sqlx::query_scalar("INSERT INTO projects (conversation_id, description) VALUES ($1, $2) RETURNING id")
            .bind(conversation_id.0)
            .bind(description)
            .fetch_one(&mut *connection)
            .await?;
    sqlx::query("UPDATE conversations SET project_id = $2 WHERE id = $1")
        .bind(conversation_id.0)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(ProjectId(id))
}

pub(crate) async fn find(connection: &mut AnyConnection, id: ProjectId) -> Result<Option<Project>> {
    let row: Option<ProjectRow> = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM projects p JOIN conversations c ON c.id = p.conversation_id WHERE p.id = $1"
    ))
    .bind(id.0)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Project::from))
}

/// The projects that the person is a member of, by name.
pub(crate) async fn of_member(connection: &mut AnyConnection, user_id: UserId) -> Result<Vec<Project>> {
    let rows: Vec<ProjectRow> = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM members m JOIN projects p ON p.conversation_id = m.conversation_id \
         JOIN conversations c ON c.id = p.conversation_id \
         WHERE m.user_id = $1 AND m.left_at IS NULL ORDER BY lower(c.name), p.id"
    ))
    .bind(user_id.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Project::from).collect())
}

pub(crate) async fn set_description(connection: &mut AnyConnection, id: ProjectId, description: &str) -> Result<()> {
    sqlx::query("UPDATE projects SET description = $2 WHERE id = $1")
        .bind(id.0)
        .bind(description)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the person is a member of the project.
pub(crate) async fn has_member(connection: &mut AnyConnection, id: ProjectId, user_id: UserId) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT m.user_id FROM projects p JOIN members m ON m.conversation_id = p.conversation_id \
         WHERE p.id = $1 AND m.user_id = $2 AND m.left_at IS NULL",
    )
    .bind(id.0)
    .bind(user_id.0)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}
