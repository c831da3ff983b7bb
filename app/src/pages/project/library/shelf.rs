//! Where one is in a library and how it is shown. It stands in the address, and every link and form there keeps it.

use protocol::{FileOrder, FileSort, FolderId, ProjectId};

use crate::pages::{gate::encoded, project::Tab};

/// A place in a library, and how it is shown.
#[derive(Clone, Debug)]
pub struct Shelf {
    pub project_id: ProjectId,
    /// The folder; none at the top.
    pub folder_id: Option<FolderId>,
    pub sort: FileSort,
    /// Whether files are shown as pictures side by side.
    pub grid: bool,
    /// What is searched among all names.
    pub search: String,
    /// What the page of a list that is shown follows, in the server's words; empty on the first one.
    pub after: String,
}

impl Shelf {
    /// The top of a library, as it is shown at first.
    pub const fn top(project_id: ProjectId) -> Self {
        let sort = FileSort { by: FileOrder::Name, descending: false };
        Self { project_id, folder_id: None, sort, grid: false, search: String::new(), after: String::new() }
    }

    /// The same way to show another folder, without the search.
    #[must_use]
    pub fn within(&self, folder_id: Option<FolderId>) -> Self {
        Self { folder_id, search: String::new(), ..self.following(String::new()) }
    }

    /// The page of the same list that follows this; the first one where that is empty.
    #[must_use]
    pub fn following(&self, after: String) -> Self {
        Self { after, ..self.clone() }
    }

    /// The first page of the same list, unless this is it.
    pub fn first(&self) -> Option<Self> {
        (!self.after.is_empty()).then(|| self.following(String::new()))
    }

    /// What the head of a column leads to: that order, or where it is in that order already, the other way round.
    #[must_use]
    pub fn sorted(&self, by: FileOrder) -> Self {
        let descending = self.sort.by == by && !self.sort.descending;
        Self { sort: FileSort { by, descending }, ..self.following(String::new()) }
    }

    /// Its address.
    pub fn path(&self) -> String {
        self.keep(&Tab::Files.path(self.project_id))
    }

    /// Another address that leads back here.
    pub fn keep(&self, path: &str) -> String {
        let fields = self.fields().into_iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<_> = fields.map(|(name, value)| format!("{name}={}", encoded(&value))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }

    /// What stands in its address; what is as usual is left empty.
    pub fn fields(&self) -> [(&'static str, String); 5] {
        let sort = if self.sort == FileSort::default() { String::new() } else { self.sort.to_string() };
        [
            ("folder", self.folder_id.map(|id| id.to_string()).unwrap_or_default()),
            ("sort", sort),
            ("view", if self.grid { "grid".to_owned() } else { String::new() }),
            ("search", self.search.clone()),
            ("after", self.after.clone()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_only_what_is_not_as_usual() {
        let top = Shelf::top(ProjectId(4));
        assert_eq!(top.path(), "/p/4/files");
        let there =
            Shelf { grid: true, search: "a&b".to_owned(), ..top }.sorted(FileOrder::Size).sorted(FileOrder::Size);
        assert_eq!(there.path(), "/p/4/files?sort=-size&view=grid&search=a%26b");
        let next = there.following("5b".to_owned());
        assert_eq!(next.path(), format!("{}&after=5b", there.path()));
        assert_eq!(next.first().map(|first| first.path()), Some(there.path()));
        assert_eq!((next.sorted(FileOrder::Name).after.as_str(), there.first().is_none()), ("", true));
        assert_eq!(next.within(None).after, "");
        assert_eq!(there.within(Some(FolderId(3))).keep("/p/4/bin"), "/p/4/bin?folder=3&sort=-size&view=grid");
    }
}
