//! Which part of a library is shown, and how: what the addresses of its pages say.

use app::pages::project::Shelf;
use protocol::{FileSort, FolderId, ProjectId};
use serde::de::DeserializeOwned;

use crate::{pages::fields::Fields, v1::list};

/// Where an address says that one is, and how it is to be shown. What can't be read is as usual.
pub fn shelf(id: ProjectId, asked: &Fields) -> Shelf {
    Shelf {
        project_id: id,
        folder_id: asked.number("folder").map(FolderId),
        sort: FileSort::parse(asked.get("sort")).unwrap_or_default(),
        grid: asked.get("view") == "grid",
        search: asked.get("search").trim().to_owned(),
        after: asked.text("after"),
    }
}

/// What was given last of the list that a shelf shows. A cursor that isn't of this list leads to its first page.
pub fn given_last<T: DeserializeOwned>(list: &str, shelf: &mut Shelf) -> Option<T> {
    let after = list::key(list, Some(&shelf.after)).ok().flatten();
    if after.is_none() {
        shelf.after.clear();
    }
    after
}
