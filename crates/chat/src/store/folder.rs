//! Folders of libraries.

use protocol::{FileName, Folder, FolderId, ProjectId, Timestamp, UserId};
use sqlx::{AnyConnection, FromRow};

use crate::Result;

macro_rules! columns {
    () => {
        "f.id, f.project_id, f.parent_id, f.name, f.creator_id, f.created_at, \
         COALESCE(f.binned_at, w.binned_at) AS binned_at FROM folders f LEFT JOIN folders w ON w.id = f.binned_with"
    };
}

pub(super) use columns;

#[derive(FromRow)]
pub(super) struct FolderRow {
    id: i64,
    project_id: i64,
    parent_id: Option<i64>,
    name: String,
    creator_id: i64,
    created_at: i64,
    binned_at: Option<i64>,
}

impl From<FolderRow> for Folder {
    fn from(row: FolderRow) -> Self {
        Self {
            id: FolderId(row.id),
            project_id: ProjectId(row.project_id),
            parent_id: row.parent_id.map(FolderId),
            name: row.name,
            creator_id: UserId(row.creator_id),
            created_at: Timestamp(row.created_at),
            binned_at: row.binned_at.map(Timestamp),
        }
    }
}

pub(super) fn folders(rows: Vec<FolderRow>) -> Vec<Folder> {
    rows.into_iter().map(Folder::from).collect()
}

pub(crate) async fn insert(
    connection: &mut AnyConnection,
    project_id: ProjectId,
    parent_id: Option<FolderId>,
    name: &FileName,
    creator: (UserId, Timestamp),
) -> Result<FolderId> {
    let id = sqlx::query_scalar(
        "INSERT INTO folders (project_id, parent_id, name, name_key, creator_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
    )
    .bind(project_id.0)
    .bind(parent_id.map(|id| id.0))
    .bind(name.as_str())
    .bind(name.key())
    .bind(creator.0.0)
    .bind(creator.1.0)
    .fetch_one(connection)
    .await?;
    Ok(FolderId(id))
}

/// A folder, in the bin or not.
pub(crate) async fn find(connection: &mut AnyConnection, id: FolderId) -> Result<Option<Folder>> {
    let row: Option<FolderRow> = sqlx::query_as(concat!("SELECT ", columns!(), " WHERE f.id = $1"))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Folder::from))
}

/// The folder of that name in a place of a library.
pub(crate) async fn find_by_name(
    connection: &mut AnyConnection,
    project_id: ProjectId,
    parent_id: Option<FolderId>,
    name: &FileName,
) -> Result<Option<FolderId>> {
    // As the index has it.
    let found = "SELECT id FROM folders WHERE project_id = $1 AND COALESCE(parent_id, 0) = $2 AND name_key = $3";
    let id: Option<i64> = sqlx::query_scalar(found)
        .bind(project_id.0)
        .bind(parent_id.map_or(0, |id| id.0))
        .bind(name.key())
        .fetch_optional(connection)
        .await?;
    Ok(id.map(FolderId))
}

/// All folders of a project that aren't in the bin, by name.
pub(crate) async fn of_project(connection: &mut AnyConnection, id: ProjectId) -> Result<Vec<Folder>> {
    let rows: Vec<FolderRow> = sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " WHERE f.project_id = $1 AND f.binned_at IS NULL AND f.binned_with IS NULL ORDER BY f.name_key, f.id"
    ))
    .bind(id.0)
    .fetch_all(connection)
    .await?;
    Ok(folders(rows))
}

/// How many folders of a project aren't in the bin.
pub(crate) async fn count(connection: &mut AnyConnection, id: ProjectId) -> Result<i64> {
    let count = "SELECT COUNT(*) FROM folders WHERE project_id = $1 AND binned_at IS NULL AND binned_with IS NULL";
    Ok(sqlx::query_scalar(count).bind(id.0).fetch_one(connection).await?)
}

/// Gives a folder another name and place in its library.
pub(crate) async fn put(
    connection: &mut AnyConnection,
    id: FolderId,
    parent_id: Option<FolderId>,
    name: &FileName,
) -> Result<()> {
    sqlx::query("UPDATE folders SET parent_id = $2, name = $3, name_key = $4, binned_at = NULL WHERE id = $1")
        .bind(id.0)
        .bind(parent_id.map(|id| id.0))
        .bind(name.as_str())
        .bind(name.key())
        .execute(connection)
        .await?;
    Ok(())
}
