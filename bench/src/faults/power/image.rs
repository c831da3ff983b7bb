//! What a power cut leaves. A file has what was in it when it was last flushed, and of what was written since, nothing, all,
//! the beginning, or any part, torn between sectors. A name is there once its folder was flushed after it was made; of the
//! changes to names since, any number of the first are there.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    os::unix::fs::{DirEntryExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use super::log::{Kind, Record};
use crate::chance::Chance;

/// What a disk writes whole or not at all, in bytes.
const SECTOR: usize = 512;

/// A folder as the disk has it, and what isn't safe yet.
#[derive(Default)]
pub struct Image {
    files: HashMap<u64, File>,
    /// The folders themselves, which are flushed too.
    folders: HashMap<u64, PathBuf>,
    names: BTreeMap<PathBuf, u64>,
    pending: Vec<(u64, Name)>,
}

#[derive(Default)]
struct File {
    safe: Vec<u8>,
    pending: Vec<(u64, Edit)>,
}

#[derive(Clone)]
enum Edit {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

enum Name {
    Make(PathBuf, u64),
    Unlink(PathBuf),
    Rename(PathBuf, PathBuf),
    Link(PathBuf, PathBuf),
}

impl Image {
    /// A folder in which everything is safe.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut image = Self::default();
        image.add(folder)?;
        Ok(image)
    }

    fn add(&mut self, folder: &Path) -> Result<()> {
        self.folders.insert(fs::metadata(folder)?.ino(), folder.to_owned());
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                self.add(&path)?;
            } else if !is_memory(&path) {
                let file = File { safe: fs::read(&path)?, pending: Vec::new() };
                self.files.insert(entry.ino(), file);
                self.names.insert(path, entry.ino());
            }
        }
        Ok(())
    }

    /// Does again what was done.
    pub fn replay(&mut self, records: &[Record]) -> Result<()> {
        for (index, record) in (0..).zip(records) {
            match record.kind {
                Kind::Open => self.open(index, record)?,
                Kind::Write => {
                    let edit = Edit::Write(usize::try_from(record.number)?, record.bytes.clone());
                    self.file(record.inode)?.pending.push((index, edit));
                }
                Kind::Truncate => {
                    let edit = Edit::Truncate(usize::try_from(record.number)?);
                    self.file(record.inode)?.pending.push((index, edit));
                }
                Kind::Sync => self.sync(record),
                Kind::Unlink => self.pending.push((index, Name::Unlink(record.path()))),
                Kind::Rename | Kind::Link => {
                    let (from, to) = record.paths()?;
                    let name = if record.kind == Kind::Rename { Name::Rename(from, to) } else { Name::Link(from, to) };
                    self.pending.push((index, name));
                }
            }
        }
        Ok(())
    }

    fn open(&mut self, index: u64, record: &Record) -> Result<()> {
        let path = record.path();
        match record.number {
            1 => {
                self.files.insert(record.inode, File::default());
                self.pending.push((index, Name::Make(path, record.inode)));
            }
            2 => self.file(record.inode)?.pending.push((index, Edit::Truncate(0))),
            _ if self.files.contains_key(&record.inode) => {}
            // A folder that was made since; which folders there are is taken for safe.
            _ => {
                self.folders.insert(record.inode, path);
            }
        }
        Ok(())
    }

    fn sync(&mut self, record: &Record) {
        if let Some(file) = self.files.get_mut(&record.inode) {
            let pending = std::mem::take(&mut file.pending);
            for (index, edit) in pending {
                if index < record.number {
                    edit.apply(&mut file.safe);
                } else {
                    file.pending.push((index, edit));
                }
            }
        } else if let Some(folder) = self.folders.get(&record.inode).cloned() {
            let pending = std::mem::take(&mut self.pending);
            for (index, name) in pending {
                if index < record.number && name.target().parent() == Some(&folder) {
                    name.apply(&mut self.names);
                } else {
                    self.pending.push((index, name));
                }
            }
        }
    }

    /// How many writes would be lost at worst.
    pub fn unsafe_writes(&self) -> usize {
        self.files.values().map(|file| file.pending.len()).sum()
    }

    /// What is left when the power goes, by its path.
    pub fn cut(mut self, chance: &mut Chance) -> BTreeMap<PathBuf, Vec<u8>> {
        let kept = chance.below(self.pending.len() + 1);
        for (_, name) in self.pending.drain(..).take(kept) {
            name.apply(&mut self.names);
        }
        self.contents(|file| file.cut(chance))
    }

    /// What is left when all of it becomes safe.
    pub fn whole(mut self) -> BTreeMap<PathBuf, Vec<u8>> {
        for (_, name) in self.pending.drain(..) {
            name.apply(&mut self.names);
        }
        self.contents(File::whole)
    }

    fn contents(self, mut of: impl FnMut(&File) -> Vec<u8>) -> BTreeMap<PathBuf, Vec<u8>> {
        let Self { files, names, .. } = self;
        names.into_iter().filter_map(|(path, inode)| Some((path, of(files.get(&inode)?)))).collect()
    }

    fn file(&mut self, inode: u64) -> Result<&mut File> {
        match self.files.get_mut(&inode) {
            Some(file) => Ok(file),
            None => bail!("the log tells of a file that was never opened"),
        }
    }
}

impl File {
    fn whole(&self) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        self.pending.iter().for_each(|(_, edit)| edit.apply(&mut bytes));
        bytes
    }

    fn cut(&self, chance: &mut Chance) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        let (way, first) = (chance.below(5), chance.below(self.pending.len() + 1));
        for (index, (_, edit)) in self.pending.iter().enumerate() {
            match way {
                1 => edit.apply(&mut bytes),
                2 if index < first => edit.apply(&mut bytes),
                3 if chance.below(2) == 0 => edit.apply(&mut bytes),
                4 => edit.tear(&mut bytes, chance),
                // Nothing of it, as way 0 has it.
                _ => {}
            }
        }
        bytes
    }
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, written) => {
                let end = at + written.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at..end].copy_from_slice(written);
            }
            Self::Truncate(length) => bytes.resize(*length, 0),
        }
    }

    /// Some of its sectors.
    fn tear(&self, bytes: &mut Vec<u8>, chance: &mut Chance) {
        let Self::Write(at, written) = self else {
            if chance.below(2) == 0 {
                self.apply(bytes);
            }
            return;
        };
        let mut begin = 0;
        while begin < written.len() {
            let end = (((at + begin) / SECTOR + 1) * SECTOR - at).min(written.len());
            if chance.below(2) == 0 {
                Self::Write(at + begin, written[begin..end].to_vec()).apply(bytes);
            }
            begin = end;
        }
    }
}

impl Name {
    /// The name that it is about, in whose folder it becomes safe.
    fn target(&self) -> &Path {
        match self {
            Self::Make(path, _) | Self::Unlink(path) | Self::Rename(_, path) | Self::Link(_, path) => path,
        }
    }

    fn apply(self, names: &mut BTreeMap<PathBuf, u64>) {
        match self {
            Self::Make(path, inode) => {
                names.insert(path, inode);
            }
            Self::Unlink(path) => {
                names.remove(&path);
            }
            Self::Rename(from, to) => {
                if let Some(inode) = names.remove(&from) {
                    names.insert(to, inode);
                }
            }
            Self::Link(from, to) => {
                if let Some(inode) = names.get(&from).copied() {
                    names.insert(to, inode);
                }
            }
        }
    }
}

/// Whether it is SQLite's index of its log, which is memory and outlives nothing.
pub fn is_memory(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "db-shm")
}

/// Makes the files of an image in a new folder, where `from` was the folder that they were in.
pub fn write(files: &BTreeMap<PathBuf, Vec<u8>>, from: &Path, to: &Path) -> Result<()> {
    for (path, bytes) in files {
        let path = to.join(path.strip_prefix(from)?);
        fs::create_dir_all(path.parent().context("a file lies in a folder")?)?;
        fs::write(path, bytes)?;
    }
    Ok(())
}
