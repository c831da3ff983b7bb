//! Folders of libraries.

use protocol::{Folder, FolderId, ProjectId, Timestamp, UserId};
use sqlx::{AnyConnection, FromRow};

use crate::Result;

macro_rules! columns {
    () => {
        "id, project_id, parent_id, name, creator_id, created_at, binned_at"
    };
}

#[derive(FromRow)]
struct FolderRow {
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

pub(crate) async fn find(connection: &mut AnyConnection, id: FolderId) -> Result<Option<Folder>> {
    let row: Option<FolderRow> = sqlx::query_as(concat!("SELECT ", columns!(), " FROM folders WHERE id = $1"))
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(Folder::from))
}
