//! Files: what people upload to a project.

use serde::{Deserialize, Serialize};

use crate::{ProjectId, Timestamp, UserId, id::id, name::is_deceptive};

id!(
    /// A file's id.
    FileId
);

/// A file of a project. Its bytes are read apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The file.
    pub id: FileId,
    /// The project that it belongs to.
    pub project_id: ProjectId,
    /// Its name: no path, nothing invisible, 1 to 255 bytes. Several files may have the same.
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
    /// Its media type, told by its bytes. Never one that a browser would run, such as `text/html`.
    pub content_type: String,
    /// Who uploaded it.
    pub uploader_id: UserId,
    /// When it was uploaded.
    pub uploaded_at: Timestamp,
}

/// The longest name of a file, in bytes: what file systems take.
const MAX_NAME_BYTES: usize = 255;
/// The longest suffix that is kept when a name is cut, in bytes.
const MAX_SUFFIX_BYTES: usize = 16;

/// The name of a file: no path, nothing invisible, 1 to 255 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// What is left of `text` that can be a file's name. People don't choose what their files are called when they send
    /// them, so a name is never refused.
    pub fn clean(text: &str) -> Self {
        // Some browsers and programs send a whole path, and either sign divides it somewhere.
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let visible: String = last.chars().filter(|c| !is_deceptive(*c)).collect();
        // `.` and `..` are folders, and Windows drops dots and spaces at the end.
        let name = visible.trim().trim_end_matches(|c: char| c == '.' || c.is_whitespace());
        Self(if name.is_empty() { "file".to_owned() } else { cut(name) })
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows its last dot, in lower case; none without one.
    pub fn suffix(&self) -> Option<String> {
        self.0.rsplit_once('.').map(|(_, suffix)| suffix.to_lowercase())
    }
}

/// Holds a name to its limit, and keeps its suffix.
fn cut(name: &str) -> String {
    if name.len() <= MAX_NAME_BYTES {
        return name.to_owned();
    }
    let suffix = name.rfind('.').map(|dot| name.split_at(dot).1).filter(|suffix| suffix.len() <= MAX_SUFFIX_BYTES);
    let suffix = suffix.unwrap_or_default();
    let (stem, _) = name.split_at(name.floor_char_boundary(MAX_NAME_BYTES - suffix.len()));
    format!("{stem}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_path_and_nothing_invisible() {
        for (text, name) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ada\\Übersicht 2.txt ", "Übersicht 2.txt"),
            ("a\u{202E}fdp.exe", "afdp.exe"),
            ("a\u{0}b\r\nc.txt", "abc.txt"),
            ("report. .", "report"),
            (".env", ".env"),
            ("👩\u{200D}💻.png", "👩\u{200D}💻.png"),
            ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ] {
            assert_eq!(FileName::clean(text).as_str(), name, "{text:?}");
        }
    }

    #[test]
    fn what_leaves_nothing_is_called_file() {
        for text in ["", " ", ".", "..", "../", "a/", "\u{202E}", "\u{0}", "/", "\\..\\"] {
            assert_eq!(FileName::clean(text).as_str(), "file", "{text:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters_and_keeps_its_suffix() {
        let name = FileName::clean(&format!("{}.jpeg", "é".repeat(10_000)));
        assert!(name.as_str().len() <= 255 && name.as_str().ends_with("é.jpeg"), "{name:?}");
        let name = FileName::clean(&format!("a.{}", "é".repeat(10_000)));
        assert_eq!(name.as_str().len(), 254, "a suffix is short, else it is none");
    }
}
