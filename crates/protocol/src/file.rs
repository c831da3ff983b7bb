//! Files: what people upload, into a project's library or onto a message.

use serde::{Deserialize, Serialize};

use crate::{ConversationId, Error, MessageId, ProjectId, Timestamp, UserId, id::id, name::is_deceptive};

id!(
    /// A file's id.
    FileId
);

id!(
    /// A folder's id.
    FolderId
);

/// A file. Its bytes are read apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// The file.
    pub id: FileId,
    /// Where it lies.
    pub place: FilePlace,
    /// Its name: no path, nothing invisible, 1 to 255 bytes. In a library unique in its folder, whatever the case.
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
    /// Its media type, told by its bytes. Never one that a browser would run, such as `text/html`.
    pub content_type: String,
    /// How large it is shown, if it is a picture.
    pub pixels: Option<Pixels>,
    /// The number of its version: 1 for a file that was never replaced.
    pub version: i64,
    /// Who brought its first version: it is theirs to take away.
    pub creator_id: UserId,
    /// Who uploaded this version.
    pub uploader_id: UserId,
    /// When this version was uploaded.
    pub uploaded_at: Timestamp,
    /// Since when it lies in the bin.
    pub binned_at: Option<Timestamp>,
}

/// Where a file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilePlace {
    /// In a project's library.
    Library {
        /// The project.
        project_id: ProjectId,
        /// The folder; none at the library's top.
        folder_id: Option<FolderId>,
    },
    /// On a message.
    Conversation {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message; none before that is sent, when only who uploaded the file knows of it.
        message_id: Option<MessageId>,
    },
}

impl FilePlace {
    /// The project in whose library it lies.
    pub const fn project_id(self) -> Option<ProjectId> {
        match self {
            Self::Library { project_id, .. } => Some(project_id),
            Self::Conversation { .. } => None,
        }
    }
}

/// How large a picture is shown, in its own pixels, turned the way it is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pixels {
    /// From left to right.
    pub width: i64,
    /// From top to bottom.
    pub height: i64,
}

/// A file as the message that it hangs on shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The file.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
    /// Its media type, told by its bytes.
    pub content_type: String,
    /// How large it is shown, if it is a picture: so that its place is kept before it has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<Pixels>,
}

impl From<File> for Attachment {
    fn from(file: File) -> Self {
        let File { id, name, size, content_type, pixels, .. } = file;
        Self { id, name, size, content_type, pixels }
    }
}

/// How a file can be shown in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A picture that every browser knows.
    Picture,
    /// A film, with a player.
    Film,
    /// Sound, with a player.
    Sound,
    /// A document that browsers show by themselves: PDF and plain text.
    Document,
    /// It can only be saved.
    Other,
}

impl Medium {
    /// What files of this media type are.
    pub fn of(content_type: &str) -> Self {
        match content_type {
            "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp" | "image/avif" => Self::Picture,
            "application/pdf" | "text/plain" => Self::Document,
            _ if content_type.starts_with("video/") => Self::Film,
            _ if content_type.starts_with("audio/") => Self::Sound,
            _ => Self::Other,
        }
    }
}

/// The bytes that a file has or had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileVersion {
    /// 1, 2, 3 …; a number is never given twice.
    pub number: i64,
    /// How many bytes it has.
    pub size: i64,
    /// Its media type, told by its bytes.
    pub content_type: String,
    /// Who uploaded it.
    pub uploader_id: UserId,
    /// When.
    pub uploaded_at: Timestamp,
}

/// A folder of a project's library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// The folder.
    pub id: FolderId,
    /// The project.
    pub project_id: ProjectId,
    /// The folder that it lies in; none at the library's top.
    pub parent_id: Option<FolderId>,
    /// Its name, as for files; unique where it lies, whatever the case.
    pub name: String,
    /// Who made it.
    pub creator_id: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it lies in the bin, with all that is in it.
    pub binned_at: Option<Timestamp>,
}

/// The longest name of a file, in bytes: what file systems take.
const MAX_NAME_BYTES: usize = 255;
/// The longest suffix that is kept when a name is cut, in bytes.
const MAX_SUFFIX_BYTES: usize = 16;

/// The name of a file or a folder: no path, nothing invisible, 1 to 255 bytes.
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

    /// A name that someone types.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the field `name` where nothing is left of it, or where it was a path.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.contains(['/', '\\']) {
            return Err(Error::invalid("name", "A name can’t contain / or \\."));
        }
        if text.chars().all(|c| c == '.' || c.is_whitespace() || is_deceptive(c)) {
            return Err(Error::invalid("name", "Give it a name."));
        }
        Ok(Self::clean(text))
    }

    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names of one folder must not share.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// The same with a number before its suffix: `plan (2).pdf`.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let (stem, suffix) = self.0.split_at(self.0.len() - short_suffix(&self.0).len());
        let number = format!(" ({number})");
        let (stem, _) = stem.split_at(stem.floor_char_boundary(MAX_NAME_BYTES - number.len() - suffix.len()));
        Self(format!("{stem}{number}{suffix}"))
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
    let suffix = short_suffix(name);
    let (stem, _) = name.split_at(name.floor_char_boundary(MAX_NAME_BYTES - suffix.len()));
    format!("{stem}{suffix}")
}

/// A name's suffix with its dot; nothing where there is none, where it is long, or where it is the whole name.
fn short_suffix(name: &str) -> &str {
    let suffix = name.rfind('.').filter(|dot| *dot > 0).map(|dot| name.split_at(dot).1);
    suffix.filter(|suffix| suffix.len() <= MAX_SUFFIX_BYTES).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_browser_shows_is_shown() {
        for (content_type, medium) in [
            ("image/gif", Medium::Picture),
            ("image/svg+xml", Medium::Other),
            ("image/tiff", Medium::Other),
            ("video/webm", Medium::Film),
            ("audio/mpeg", Medium::Sound),
            ("application/pdf", Medium::Document),
            ("text/plain", Medium::Document),
            ("text/html", Medium::Other),
            ("", Medium::Other),
        ] {
            assert_eq!(Medium::of(content_type), medium, "{content_type}");
        }
    }

    #[test]
    fn a_name_has_no_path_and_nothing_invisible() {
        for (text, name) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ada\\Übersicht 2.txt ", "Übersicht 2.txt"),
            ("a\u{202E}fdp.exe", "afdp.exe"),
            ("a\u{61C}f\u{AD}dp.exe", "afdp.exe"),
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
    fn a_typed_name_is_no_path_and_not_empty() {
        assert_eq!(FileName::parse(" plan.pdf ").map(|name| name.as_str().to_owned()), Ok("plan.pdf".to_owned()));
        for text in ["", " ", "..", "a/b", "a\\b", "\u{202E}"] {
            assert!(FileName::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_between_characters_and_keeps_its_suffix() {
        let name = FileName::clean(&format!("{}.jpeg", "é".repeat(10_000)));
        assert!(name.as_str().len() <= 255 && name.as_str().ends_with("é.jpeg"), "{name:?}");
        let name = FileName::clean(&format!("a.{}", "é".repeat(10_000)));
        assert_eq!(name.as_str().len(), 254, "a suffix is short, else it is none");
    }

    #[test]
    fn a_number_stands_before_the_suffix() {
        for (name, numbered) in [
            ("plan.pdf", "plan (2).pdf"),
            ("a.tar.gz", "a.tar (2).gz"),
            (".env", ".env (2)"),
            ("Drawings", "Drawings (2)"),
        ] {
            assert_eq!(FileName::clean(name).numbered(2).as_str(), numbered);
        }
        let long = FileName::clean(&format!("{}.pdf", "é".repeat(10_000))).numbered(12);
        assert!(long.as_str().len() <= 255 && long.as_str().ends_with("é (12).pdf"), "{long:?}");
    }
}
