//! What was thrown away: out of sight, until it comes back or goes for good. What lies in a folder goes and comes with it.

use protocol::{File, FileId, Folder, FolderId, ProjectId, Timestamp};
use sqlx::AnyConnection;

use super::{
    file::{self, FileRow, files},
    folder::{self, FolderRow, folders},
};
use crate::Result;

/// The folder and all below it that wasn't thrown away before.
macro_rules! below {
    () => {
        "WITH RECURSIVE below(id) AS (SELECT id FROM folders WHERE id = $1 \
         UNION ALL SELECT c.id FROM folders c JOIN below b ON c.parent_id = b.id WHERE c.binned_at IS NULL) "
    };
}

/// Throws a file away.
pub(crate) async fn put_file(connection: &mut AnyConnection, id: FileId, now: Timestamp) -> Result<()> {
    let put = "UPDATE files SET binned_at = $2, name_key = NULL WHERE id = $1";
    sqlx::query(put).bind(id.0).bind(now.0).execute(connection).await?;
    Ok(())
}

/// Throws a folder away, with all that is in it.
pub(crate) async fn put_folder(connection: &mut AnyConnection, id: FolderId, now: Timestamp) -> Result<()> {
    let files = concat!(
        below!(),
        "UPDATE files SET binned_with = $1 WHERE folder_id IN (SELECT id FROM below) AND binned_at IS NULL"
    );
    let folders =
        concat!(below!(), "UPDATE folders SET binned_with = $1 WHERE id IN (SELECT id FROM below) AND id <> $1");
    for query in [files, folders] {
        sqlx::query(query).bind(id.0).execute(&mut *connection).await?;
    }
    let put = "UPDATE folders SET binned_at = $2, name_key = NULL WHERE id = $1";
    sqlx::query(put).bind(id.0).bind(now.0).execute(connection).await?;
    Ok(())
}

/// Brings what went with a folder back into sight.
pub(crate) async fn show_all_in(connection: &mut AnyConnection, id: FolderId) -> Result<()> {
    for query in [
        "UPDATE files SET binned_with = NULL WHERE binned_with = $1",
        "UPDATE folders SET binned_with = NULL WHERE binned_with = $1",
    ] {
        sqlx::query(query).bind(id.0).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Files of a project that were thrown away themselves, the last one first, beyond that moment and file.
pub(crate) async fn files_of(
    connection: &mut AnyConnection,
    id: ProjectId,
    after: (Timestamp, FileId),
    limit: i64,
) -> Result<Vec<File>> {
    let rows: Vec<FileRow> = sqlx::query_as(concat!(
        "SELECT ",
        file::columns!(),
        " WHERE f.project_id = $1 AND f.binned_at IS NOT NULL AND (f.binned_at, f.id) < ($2, $3) \
         ORDER BY f.binned_at DESC, f.id DESC LIMIT $4"
    ))
    .bind(id.0)
    .bind(after.0.0)
    .bind(after.1.0)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(files(rows))
}

/// The folders of a project that were thrown away themselves, the last one first.
pub(crate) async fn folders_of(connection: &mut AnyConnection, id: ProjectId) -> Result<Vec<Folder>> {
    let rows: Vec<FolderRow> = sqlx::query_as(concat!(
        "SELECT ",
        folder::columns!(),
        " WHERE f.project_id = $1 AND f.binned_at IS NOT NULL ORDER BY f.binned_at DESC, f.id DESC"
    ))
    .bind(id.0)
    .fetch_all(connection)
    .await?;
    Ok(folders(rows))
}

/// Some of the files that were thrown away before that moment.
pub(crate) async fn files_before(connection: &mut AnyConnection, moment: Timestamp, limit: i64) -> Result<Vec<FileId>> {
    let found = "SELECT id FROM files WHERE binned_at < $1 ORDER BY binned_at LIMIT $2";
    let ids: Vec<i64> = sqlx::query_scalar(found).bind(moment.0).bind(limit).fetch_all(connection).await?;
    Ok(ids.into_iter().map(FileId).collect())
}

/// The folders that were thrown away before that moment.
pub(crate) async fn folders_before(connection: &mut AnyConnection, moment: Timestamp) -> Result<Vec<FolderId>> {
    let found = "SELECT id FROM folders WHERE binned_at < $1 ORDER BY binned_at";
    let ids: Vec<i64> = sqlx::query_scalar(found).bind(moment.0).fetch_all(connection).await?;
    Ok(ids.into_iter().map(FolderId).collect())
}

/// Whether a folder went with another one, and wasn't thrown away itself.
pub(crate) async fn went_with_another(connection: &mut AnyConnection, id: FolderId) -> Result<bool> {
    let found = "SELECT id FROM folders WHERE id = $1 AND binned_with IS NOT NULL";
    let found: Option<i64> = sqlx::query_scalar(found).bind(id.0).fetch_optional(connection).await?;
    Ok(found.is_some())
}

/// Some of the files that went with a folder.
pub(crate) async fn files_with(connection: &mut AnyConnection, id: FolderId, limit: i64) -> Result<Vec<FileId>> {
    let found = "SELECT id FROM files WHERE binned_with = $1 ORDER BY id LIMIT $2";
    let ids: Vec<i64> = sqlx::query_scalar(found).bind(id.0).bind(limit).fetch_all(connection).await?;
    Ok(ids.into_iter().map(FileId).collect())
}

/// Deletes a folder for good, if it is still in the bin, with those that went with it, once none of those has a file. What was thrown away before out
/// of one of them stays where it is, and would come back at the top; so does what is still on its way there.
pub(crate) async fn delete_folder(connection: &mut AnyConnection, id: FolderId) -> Result<()> {
    macro_rules! gone {
        () => {
            "(SELECT id FROM folders WHERE id = $1 AND binned_at IS NOT NULL OR binned_with = $1)"
        };
    }
    for query in [
        concat!("UPDATE files SET folder_id = NULL WHERE folder_id IN ", gone!()),
        concat!("UPDATE uploads SET folder_id = NULL WHERE folder_id IN ", gone!()),
        concat!("UPDATE folders SET parent_id = NULL WHERE binned_at IS NOT NULL AND parent_id IN ", gone!()),
        concat!("DELETE FROM folders WHERE id IN ", gone!()),
    ] {
        sqlx::query(query).bind(id.0).execute(&mut *connection).await?;
    }
    Ok(())
}
