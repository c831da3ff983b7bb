//! Looking through a library: files by page, sorted and searched, and how much there is.

use protocol::{File, FileKey, FileMark, FileOrder, FileSort, FolderId, ProjectId};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{
    containing,
    file::{FileRow, columns, files, in_sight},
};
use crate::Result;

/// Which of a library's files.
#[derive(Clone, Copy)]
pub(crate) enum Among<'a> {
    /// What lies in a folder, or at the top.
    Folder(Option<FolderId>),
    /// What has this in its name, wherever it lies.
    Named(&'a str),
}

/// Files in their order from beyond `after`. The query is put together of fixed words alone.
pub(crate) async fn files_among(
    connection: &mut AnyConnection,
    id: ProjectId,
    among: Among<'_>,
    sort: FileSort,
    after: Option<&FileMark>,
    limit: i64,
) -> Result<Vec<File>> {
    let key = match sort.by {
        FileOrder::Name => "f.name_key",
        FileOrder::Size => "b.size",
        FileOrder::Type => "b.content_type",
        FileOrder::Time => "v.uploaded_at",
    };
    let (direction, beyond) = if sort.descending { ("DESC", "<") } else { ("ASC", ">") };
    let place = match among {
        Among::Folder(_) => "COALESCE(f.folder_id, 0) = $3",
        Among::Named(_) => "f.name_key LIKE $3 ESCAPE '\\'",
    };
    let rest = if after.is_some() { format!("AND ({key}, f.id) {beyond} ($4, $5)") } else { String::new() };
    let query = format!(
        "SELECT {} WHERE f.project_id = $1 AND {} AND {place} {rest} ORDER BY {key} {direction}, f.id {direction} LIMIT $2",
        columns!(),
        in_sight!(),
    );
    // Every piece of it is a word from above; what people wrote is bound.
    let query = sqlx::query_as(AssertSqlSafe(query)).bind(id.0).bind(limit);
    let query = match among {
        Among::Folder(folder) => query.bind(folder.map_or(0, |id| id.0)),
        Among::Named(text) => query.bind(containing(text)),
    };
    let query = match after {
        None => query,
        Some(FileMark { key: FileKey::Text(key), id }) => query.bind(key.clone()).bind(id.0),
        Some(FileMark { key: FileKey::Number(key), id }) => query.bind(*key).bind(id.0),
    };
    let rows: Vec<FileRow> = query.fetch_all(connection).await?;
    Ok(files(rows))
}

macro_rules! total {
    () => {
        "SELECT COUNT(*), CAST(COALESCE(SUM(b.size), 0) AS BIGINT) FROM files f \
         JOIN file_versions v ON v.file_id = f.id AND v.number = f.version JOIN blobs b ON b.hash = v.blob_hash WHERE "
    };
}

/// How many files a whole library has, and how many bytes those have.
pub(crate) async fn total(connection: &mut AnyConnection, id: ProjectId) -> Result<(i64, i64)> {
    let query = concat!(total!(), in_sight!(), " AND f.project_id = $1");
    Ok(sqlx::query_as(query).bind(id.0).fetch_one(connection).await?)
}

/// The same for a folder that isn't in the bin and all that lies below it.
pub(crate) async fn total_below(connection: &mut AnyConnection, id: FolderId) -> Result<(i64, i64)> {
    let query = concat!(
        "WITH RECURSIVE below(id) AS (SELECT id FROM folders WHERE id = $1 \
         UNION ALL SELECT c.id FROM folders c JOIN below b ON c.parent_id = b.id) ",
        total!(),
        in_sight!(),
        " AND f.folder_id IN (SELECT id FROM below)"
    );
    Ok(sqlx::query_as(query).bind(id.0).fetch_one(connection).await?)
}
