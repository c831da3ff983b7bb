//! A project's library as people look through it: by what its files are sorted, and how far one has come.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Error, File, FileId, FileName};

/// How many folders can lie within one another.
pub const MAX_FOLDER_DEPTH: usize = 32;

/// By what files are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileOrder {
    /// By their names, whatever the case.
    #[default]
    Name,
    /// By how many bytes they have.
    Size,
    /// By their media types.
    Type,
    /// By when they were uploaded, or last replaced.
    Time,
}

impl FileOrder {
    /// Every order, in that of the columns of a list.
    pub const ALL: [Self; 4] = [Self::Name, Self::Size, Self::Type, Self::Time];

    /// Its word in an address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Size => "size",
            Self::Type => "type",
            Self::Time => "time",
        }
    }
}

/// By what files are sorted, and in which direction. Written as `name`, or `-name` for the last first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileSort {
    /// By what.
    pub by: FileOrder,
    /// Whether the largest, latest or last comes first.
    pub descending: bool,
}

impl FileSort {
    /// What a word in an address means; none for the usual order.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `sort`.
    pub fn parse(word: &str) -> Result<Self, Error> {
        if word.is_empty() {
            return Ok(Self::default());
        }
        let (order, descending) = word.strip_prefix('-').map_or((word, false), |order| (order, true));
        let by = FileOrder::ALL.into_iter().find(|by| by.as_str() == order);
        let by =
            by.ok_or_else(|| Error::invalid("sort", "Sort by name, size, type or time; - before it turns it round."))?;
        Ok(Self { by, descending })
    }

    /// What a list that is sorted so goes on after.
    pub fn mark(self, file: &File) -> FileMark {
        let key = match self.by {
            FileOrder::Name => FileKey::Text(FileName::clean(&file.name).key()),
            FileOrder::Size => FileKey::Number(file.size),
            FileOrder::Type => FileKey::Text(file.content_type.clone()),
            FileOrder::Time => FileKey::Number(file.uploaded_at.0),
        };
        FileMark { key, id: file.id }
    }
}

impl fmt::Display for FileSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by.as_str())
    }
}

/// The last file that was given of a sorted list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMark {
    /// What it is sorted by.
    pub key: FileKey,
    /// The file: two may share a key.
    pub id: FileId,
}

/// What a file is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FileKey {
    /// A name or a media type.
    Text(String),
    /// A size or a moment.
    Number(i64),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_is_a_word_and_its_direction() {
        for word in ["name", "-name", "size", "-size", "type", "-type", "time", "-time"] {
            assert_eq!(FileSort::parse(word).map(|sort| sort.to_string()), Ok(word.to_owned()));
        }
        assert_eq!(FileSort::parse(""), Ok(FileSort::default()));
        for nonsense in ["-", "--name", "Name", "name ", "; DROP TABLE files"] {
            assert!(FileSort::parse(nonsense).is_err(), "{nonsense:?}");
        }
    }
}
