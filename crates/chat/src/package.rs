//! Several files taken away together: which ones, and where each lies in the package. Their bytes are read one after another
//! while it goes out.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{Action, Error, File, FileId, FileName, FilePlace, Folder, FolderId, ProjectId, Timestamp};

use crate::{
    Caller, Chat, Result,
    file::find,
    folder::{self, Tree},
    permission::require_project,
    store,
};

/// The most files of one package: a list of them is held while it goes out.
const MAX_PACKED: usize = 20_000;

/// Files and folders, to be taken away together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// What to call it: after its only folder, else after the project.
    pub name: String,
    /// What is in it, a folder before what it has, folders before files, by name.
    pub items: Vec<Packed>,
}

/// A file or a folder in a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// Names divided by `/`, none of them `..` or empty, and no path twice, whatever the case.
    pub path: String,
    /// The file; none for a folder.
    pub file_id: Option<FileId>,
    /// When the file was uploaded or the folder was made.
    pub at: Timestamp,
}

impl Chat {
    /// Those files and folders of a library with all that is in them; where none is named, all of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a project that the caller isn't in, and for what isn't in its library; [`Error::Invalid`] for
    /// too many files.
    pub async fn package(
        &self,
        caller: Caller,
        id: ProjectId,
        files: &[FileId],
        folders: &[FolderId],
    ) -> Result<Package> {
        let mut connection = self.0.store.read().await?;
        let project = require_project(&mut connection, caller, id, Action::Read).await?.0;
        let tree = Tree::of(&mut connection, id).await?;
        let mut packing = Packing { tree, files: BTreeMap::new(), taken: BTreeSet::new(), items: Vec::new() };
        let everything = files.is_empty() && folders.is_empty();
        if everything || !folders.is_empty() {
            let limit = i64::try_from(MAX_PACKED).unwrap_or(i64::MAX) + 1;
            packing.hold(store::file::of_project(&mut connection, id, limit).await?)?;
        }
        if everything {
            packing.add_all_in("", None);
        }
        for folder_id in folders.iter().copied().collect::<BTreeSet<_>>() {
            let folder = packing.tree.find(folder_id).cloned().ok_or_else(folder::unknown)?;
            packing.add_folder("", &folder);
        }
        for file_id in files.iter().copied().collect::<BTreeSet<_>>() {
            let file = find(&mut connection, caller, file_id).await?.0.file;
            if file.place.project_id() != Some(id) {
                return Err(crate::file::unknown().into());
            }
            packing.add_file("", &file);
        }
        let name = match folders {
            [only] if files.is_empty() => packing.tree.find(*only).map(|folder| folder.name.clone()),
            _ => None,
        };
        Ok(Package { name: name.unwrap_or(project.name), items: packing.items })
    }
}

/// A package while it is put together.
struct Packing {
    tree: Tree,
    /// All files that may come into it, by folder.
    files: BTreeMap<Option<FolderId>, Vec<File>>,
    /// The paths that are taken, in lower case.
    taken: BTreeSet<String>,
    items: Vec<Packed>,
}

impl Packing {
    fn hold(&mut self, mut files: Vec<File>) -> protocol::Result<()> {
        if files.len() > MAX_PACKED {
            let sentence = format!("At most {MAX_PACKED} files can be taken at once: name some of them.");
            return Err(Error::invalid("files", sentence));
        }
        files.sort_by_cached_key(|file| FileName::clean(&file.name).key());
        for file in files {
            if let FilePlace::Library { folder_id, .. } = file.place {
                self.files.entry(folder_id).or_default().push(file);
            }
        }
        Ok(())
    }

    fn add_all_in(&mut self, path: &str, folder_id: Option<FolderId>) {
        for folder in self.tree.children(folder_id) {
            self.add_folder(path, &folder);
        }
        for file in self.files.remove(&folder_id).unwrap_or_default() {
            self.add_file(path, &file);
        }
    }

    fn add_folder(&mut self, path: &str, folder: &Folder) {
        let path = self.free(path, &folder.name);
        self.items.push(Packed { path: path.clone(), file_id: None, at: folder.created_at });
        self.add_all_in(&format!("{path}/"), Some(folder.id));
    }

    fn add_file(&mut self, path: &str, file: &File) {
        let path = self.free(path, &file.name);
        self.items.push(Packed { path, file_id: Some(file.id), at: file.uploaded_at });
    }

    /// A path of that name, with a number where another thing has it: a folder may be called like a file.
    fn free(&mut self, path: &str, name: &str) -> String {
        let wanted = FileName::clean(name);
        let (mut free, mut number) = (format!("{path}{}", wanted.as_str()), 1);
        while !self.taken.insert(free.to_lowercase()) {
            number += 1;
            free = format!("{path}{}", wanted.numbered(number).as_str());
        }
        free
    }
}
