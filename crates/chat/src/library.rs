//! A project's library: looking through it, and giving its files other names and places.

use futures::FutureExt;
use protocol::{Action, Error, File, FileId, FileMark, FileName, FilePlace, FileSort, Folder, FolderId, ProjectId};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Result,
    file::find,
    folder::{Tree, require_in, unknown},
    permission::{check, require_project},
    store,
    store::library::Among,
};

/// What of a library is to be seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct LibraryQuery<'a> {
    /// The folder; none for the top.
    pub folder_id: Option<FolderId>,
    /// Where this isn't empty, everything that has it in its name, whatever the case and wherever it lies.
    pub search: &'a str,
    /// By what files are sorted.
    pub sort: FileSort,
    /// The last file that was given, to go on from there.
    pub after: Option<&'a FileMark>,
    /// The most files.
    pub limit: i64,
}

/// What is to be seen of a library.
#[derive(Clone, Debug)]
pub struct Library {
    /// The folder that was asked for and those that it lies in, the outermost first.
    pub path: Vec<Folder>,
    /// All folders that lie there or were found, by name.
    pub folders: Vec<Folder>,
    /// Files that lie there or were found, in order.
    pub files: Vec<File>,
    /// How many files lie in that folder and all below it, or in the whole library.
    pub file_count: i64,
    /// How many bytes those have.
    pub bytes: i64,
}

/// Changes to a file; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct FileUpdate {
    /// Its name.
    pub name: Option<String>,
    /// The folder to move it into; `Some(None)` moves it to the library's top.
    pub folder_id: Option<Option<FolderId>>,
}

impl Chat {
    /// What lies in a folder of a library or at its top, or what is called so anywhere in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a project that the caller isn't in, and for a folder that isn't there.
    pub async fn library(&self, caller: Caller, id: ProjectId, query: LibraryQuery<'_>) -> Result<Library> {
        let mut connection = self.0.store.read().await?;
        require_project(&mut connection, caller, id, Action::Read).await?;
        let tree = Tree::of(&mut connection, id).await?;
        let path = query.folder_id.map(|folder_id| tree.path(folder_id)).unwrap_or_default();
        if query.folder_id.is_some() && path.is_empty() {
            return Err(unknown().into());
        }
        let sought = query.search.trim();
        let (folders, among) = if sought.is_empty() {
            (tree.children(query.folder_id), Among::Folder(query.folder_id))
        } else {
            (tree.named(sought), Among::Named(sought))
        };
        let LibraryQuery { sort, after, limit, .. } = query;
        let files = store::library::files_among(&mut connection, id, among, sort, after, limit).await?;
        let (file_count, bytes) = match query.folder_id {
            None => store::library::total(&mut connection, id).await?,
            Some(folder_id) => store::library::total_below(&mut connection, folder_id).await?,
        };
        Ok(Library { path, folders, files, file_count, bytes })
    }

    /// Renames a file, or moves it within its library.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::file`], and for a folder that isn't there; [`Error::Invalid`] for a name;
    /// [`Error::Conflict`] for a name that is taken there, and for a file of a message; [`Error::Forbidden`].
    pub async fn update_file(&self, caller: Caller, id: FileId, update: FileUpdate) -> Result<File> {
        let FileUpdate { name, folder_id } = update;
        let name = name.as_deref().map(FileName::parse).transpose()?;
        let updated = self.0.store.write(move |change| {
            async move {
                let connection = change.connection();
                let (stored, seen) = find(connection, caller, id).await?;
                check(&seen, Action::Post)?;
                let FilePlace::Library { project_id, folder_id: old } = stored.file.place else {
                    return Err(Error::conflict("It hangs on a message, so it keeps its name and place.").into());
                };
                let folder_id = folder_id.unwrap_or(old);
                if let Some(folder_id) = folder_id {
                    require_in(connection, project_id, folder_id).await?;
                }
                let name = name.unwrap_or_else(|| FileName::clean(&stored.file.name));
                require_free(connection, (project_id, folder_id), &name, id).await?;
                store::file::put(connection, id, folder_id, &name).await?;
                Ok(find(connection, caller, id).await?.0.file)
            }
            .boxed()
        });
        updated.await
    }
}

/// Refuses a name that another file has there.
async fn require_free(
    connection: &mut AnyConnection,
    place: (ProjectId, Option<FolderId>),
    name: &FileName,
    own: FileId,
) -> Result<()> {
    match store::file::find_by_name(connection, place.0, place.1, name).await? {
        Some(id) if id != own => {
            Err(Error::conflict(format!("There is a file called “{}” there already.", name.as_str())).into())
        }
        _ => Ok(()),
    }
}
