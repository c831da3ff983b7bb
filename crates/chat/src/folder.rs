//! Folders of a project's library: made, renamed and moved by everyone who may post there.

use std::collections::BTreeMap;

use futures::FutureExt;
use protocol::{Action, Error, FileName, Folder, FolderId, MAX_FOLDER_DEPTH, ProjectId};
use sqlx::AnyConnection;

use crate::{
    Caller, Chat, Destination, Result,
    permission::{check, find_project, require_project},
    store,
    store::{Change, conversation::Seen},
};

/// The most folders of one library: few enough to be read whole.
const MAX_FOLDERS: i64 = 2_000;

/// Changes to a folder; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct FolderUpdate {
    /// Its name.
    pub name: Option<String>,
    /// The folder to move it into; `Some(None)` moves it to the library's top.
    pub parent_id: Option<Option<FolderId>>,
}

impl Chat {
    /// The folders of a project that aren't in the bin, by name.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a project that the caller isn't in.
    pub async fn folders(&self, caller: Caller, id: ProjectId) -> Result<Vec<Folder>> {
        let mut connection = self.0.store.read().await?;
        require_project(&mut connection, caller, id, Action::Read).await?;
        store::folder::of_project(&mut connection, id).await
    }

    /// A folder that isn't in the bin.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that the caller may not know of, and for one in the bin.
    pub async fn folder(&self, caller: Caller, id: FolderId) -> Result<Folder> {
        Ok(find(&mut *self.0.store.read().await?, caller, id).await?.0)
    }

    /// Makes a folder, in another one or at the library's top.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::folders`], and for a parent that isn't there; [`Error::Invalid`] for a name or
    /// beyond the limits; [`Error::Conflict`] for a name that is taken there; [`Error::Forbidden`].
    pub async fn create_folder(
        &self,
        caller: Caller,
        id: ProjectId,
        parent_id: Option<FolderId>,
        name: &str,
    ) -> Result<Folder> {
        let name = FileName::parse(name)?;
        let made = self.0.store.write(move |change| {
            async move {
                let made = insert(change, caller, id, parent_id, &name).await?;
                Ok(find(change.connection(), caller, made).await?.0)
            }
            .boxed()
        });
        made.await
    }

    /// Where a file of so many bytes is to go whose folders are given by their names, from `destination` on down, with a
    /// slash between two of them. Those that are missing are made, by and by or by others at the same time. In a conversation
    /// there are none, and none are asked for.
    ///
    /// # Errors
    /// As for [`Chat::create_folder`], and what [`Chat::upload`] refuses before a byte is taken: then no folder is made.
    pub async fn folders_for(
        &self,
        caller: Caller,
        destination: Destination,
        path: &str,
        size: u64,
    ) -> Result<Destination> {
        let Destination::Library { project_id, folder_id } = destination else { return Ok(destination) };
        let names = path.split('/').filter(|name| !name.trim().is_empty()).map(FileName::parse);
        let names: Vec<_> = names.collect::<protocol::Result<_>>()?;
        if names.is_empty() {
            return Ok(destination);
        }
        self.admit_upload(caller, destination).await?.check(size)?;
        let made = self.0.store.write(move |change| {
            async move {
                let mut folder_id = folder_id;
                for name in &names {
                    let there = store::folder::find_by_name(change.connection(), project_id, folder_id, name).await?;
                    folder_id = Some(match there {
                        Some(id) => id,
                        None => insert(change, caller, project_id, folder_id, name).await?,
                    });
                }
                Ok(Destination::Library { project_id, folder_id })
            }
            .boxed()
        });
        made.await
    }

    /// Renames a folder, or moves it within its library.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`Chat::folder`], and for a parent that isn't there; [`Error::Invalid`] for a name, and
    /// where it would lie in itself or too deep; [`Error::Conflict`] for a name that is taken there; [`Error::Forbidden`].
    pub async fn update_folder(&self, caller: Caller, id: FolderId, update: FolderUpdate) -> Result<Folder> {
        let FolderUpdate { name, parent_id } = update;
        let name = name.as_deref().map(FileName::parse).transpose()?;
        let updated = self.0.store.write(move |change| {
            async move {
                let connection = change.connection();
                let (folder, seen) = find(connection, caller, id).await?;
                check(&seen, Action::Post)?;
                let parent_id = parent_id.unwrap_or(folder.parent_id);
                if parent_id != folder.parent_id {
                    Tree::of(connection, folder.project_id).await?.check_move(id, parent_id)?;
                }
                let name = name.unwrap_or_else(|| FileName::clean(&folder.name));
                require_free(connection, folder.project_id, parent_id, &name, Some(id)).await?;
                store::folder::put(connection, id, parent_id, &name).await?;
                Ok(find(connection, caller, id).await?.0)
            }
            .boxed()
        });
        updated.await
    }
}

/// Writes a new folder, for a caller who may make one there.
async fn insert(
    change: &mut Change,
    caller: Caller,
    id: ProjectId,
    parent_id: Option<FolderId>,
    name: &FileName,
) -> Result<FolderId> {
    let now = change.now();
    let connection = change.connection();
    require_project(connection, caller, id, Action::Post).await?;
    if store::folder::count(connection, id).await? >= MAX_FOLDERS {
        return Err(Error::invalid("name", format!("A library has at most {MAX_FOLDERS} folders.")).into());
    }
    Tree::of(connection, id).await?.check_room(parent_id, 1)?;
    require_free(connection, id, parent_id, name, None).await?;
    store::folder::insert(connection, id, parent_id, name, (caller.user_id, now)).await
}

/// The folder and how the caller stands in its project, for one who may read it, wherever it lies.
pub(crate) async fn find_anywhere(
    connection: &mut AnyConnection,
    caller: Caller,
    id: FolderId,
) -> Result<(Folder, Seen)> {
    let folder = store::folder::find(connection, id).await?.ok_or_else(unknown)?;
    let seen = find_project(connection, caller, folder.project_id).await?.ok_or_else(unknown)?.1;
    Ok((folder, seen))
}

/// The same, unless it lies in the bin.
async fn find(connection: &mut AnyConnection, caller: Caller, id: FolderId) -> Result<(Folder, Seen)> {
    let (folder, seen) = find_anywhere(connection, caller, id).await?;
    if folder.binned_at.is_some() {
        return Err(unknown().into());
    }
    Ok((folder, seen))
}

/// Refuses a folder that isn't in this project, or lies in the bin.
pub(crate) async fn require_in(connection: &mut AnyConnection, project_id: ProjectId, id: FolderId) -> Result<()> {
    let folder = store::folder::find(connection, id).await?;
    let folder = folder.filter(|folder| folder.project_id == project_id && folder.binned_at.is_none());
    folder.map(|_| ()).ok_or_else(|| unknown().into())
}

/// Refuses a name that another folder has there.
async fn require_free(
    connection: &mut AnyConnection,
    project_id: ProjectId,
    parent_id: Option<FolderId>,
    name: &FileName,
    own: Option<FolderId>,
) -> Result<()> {
    let there = store::folder::find_by_name(connection, project_id, parent_id, name).await?;
    match there {
        Some(id) if Some(id) != own => {
            Err(Error::conflict(format!("There is a folder called “{}” there already.", name.as_str())).into())
        }
        _ => Ok(()),
    }
}

pub(crate) fn unknown() -> Error {
    Error::not_found("that folder")
}

/// A library's folders, to be walked up and down.
pub(crate) struct Tree(BTreeMap<FolderId, Folder>);

impl Tree {
    /// Those of a project that aren't in the bin.
    pub(crate) async fn of(connection: &mut AnyConnection, id: ProjectId) -> Result<Self> {
        let folders = store::folder::of_project(connection, id).await?;
        Ok(Self(folders.into_iter().map(|folder| (folder.id, folder)).collect()))
    }

    pub(crate) fn find(&self, id: FolderId) -> Option<&Folder> {
        self.0.get(&id)
    }

    /// A folder and those that it lies in, the outermost first.
    pub(crate) fn path(&self, id: FolderId) -> Vec<Folder> {
        let mut path: Vec<Folder> = Vec::new();
        let mut next = self.find(id);
        while let Some(folder) = next {
            path.push(folder.clone());
            next = folder.parent_id.and_then(|parent| self.find(parent));
        }
        path.reverse();
        path
    }

    /// What lies in a folder or at the top, by name.
    pub(crate) fn children(&self, parent_id: Option<FolderId>) -> Vec<Folder> {
        let mut children: Vec<_> = self.0.values().filter(|folder| folder.parent_id == parent_id).cloned().collect();
        sort(&mut children);
        children
    }

    /// Those that have `text` in their names, by name.
    pub(crate) fn named(&self, text: &str) -> Vec<Folder> {
        let text = text.to_lowercase();
        let mut named: Vec<_> =
            self.0.values().filter(|folder| folder.name.to_lowercase().contains(&text)).cloned().collect();
        sort(&mut named);
        named
    }

    /// How many folders lie within one another from this one down, itself counted.
    pub(crate) fn height(&self, id: FolderId) -> usize {
        let below = self.0.values().filter(|folder| folder.parent_id == Some(id));
        1 + below.map(|folder| self.height(folder.id)).max().unwrap_or_default()
    }

    /// Refuses a place that isn't there, or that is so deep that no `height` more fit.
    pub(crate) fn check_room(&self, parent_id: Option<FolderId>, height: usize) -> protocol::Result<()> {
        let depth = match parent_id {
            None => 0,
            Some(id) if self.0.contains_key(&id) => self.path(id).len(),
            Some(_) => return Err(unknown()),
        };
        if depth + height > MAX_FOLDER_DEPTH {
            let sentence = format!("At most {MAX_FOLDER_DEPTH} folders can lie within one another.");
            return Err(Error::invalid("parent_id", sentence));
        }
        Ok(())
    }

    fn check_move(&self, id: FolderId, parent_id: Option<FolderId>) -> protocol::Result<()> {
        if parent_id.is_some_and(|parent| self.path(parent).iter().any(|above| above.id == id)) {
            return Err(Error::invalid("parent_id", "A folder can’t lie in itself."));
        }
        self.check_room(parent_id, self.height(id))
    }
}

fn sort(folders: &mut [Folder]) {
    folders.sort_by_cached_key(|folder| (folder.name.to_lowercase(), folder.id));
}
