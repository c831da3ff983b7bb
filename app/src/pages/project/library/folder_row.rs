use leptos::prelude::*;
use protocol::Folder;

use super::shelf::Shelf;
use crate::components::icon::{Glyph, Icon};
use crate::pages::moment::Moment;

/// A folder that leads to what lies in it.
#[component]
pub fn FolderRow(shelf: Shelf, folder: Folder) -> impl IntoView {
    let choose = format!("Choose {}", folder.name);
    view! {
        <li class="row">
            <input type="checkbox" name="folders" value=folder.id.to_string() form="pack" aria-label=choose/>
            <span class="sign strong"><Icon glyph=Glyph::Folder/></span>
            <div class="what">
                <a class="title" href=shelf.within(Some(folder.id)).path()>{folder.name}</a>
                <p class="meta">"Folder, since " <Moment at=folder.created_at/></p>
            </div>
        </li>
    }
    .into_any()
}
