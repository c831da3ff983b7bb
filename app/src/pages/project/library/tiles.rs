use leptos::prelude::*;
use protocol::{File, Folder};

use super::shelf::Shelf;
use crate::components::attachments::sign;
use crate::components::icon::{Glyph, Icon};
use crate::pages::project::file_row::FileListing;
use crate::pages::size::size;

/// Folders and files side by side, pictures as they look.
#[component]
pub fn Tiles(shelf: Shelf, folders: Vec<Folder>, files: Vec<FileListing>) -> impl IntoView {
    let folders = folders.into_iter().map(|folder| {
        let path = shelf.within(Some(folder.id)).path();
        let face = view! { <span class="sign strong"><Icon glyph=Glyph::Folder/></span> }.into_any();
        let choice = ("folders", folder.id.to_string());
        view! { <Tile path=path face=face name=folder.name meta="Folder".to_owned() choice=choice/> }
    });
    let folders = folders.collect_view();
    let files = files.into_iter().map(|FileListing { file, .. }| {
        let path = shelf.keep(&format!("/p/{}/files/{}/about", shelf.project_id, file.id));
        let bytes = size(u64::try_from(file.size).unwrap_or_default());
        let choice = ("files", file.id.to_string());
        view! { <Tile path=path face=face(&file) name=file.name meta=bytes choice=choice/> }
    });
    view! { <ul class="tiles">{folders}{files.collect_view()}</ul> }.into_any()
}

#[component]
fn Tile(
    path: String,
    face: AnyView,
    name: String,
    meta: String,
    /// What the download is told where it is chosen.
    choice: (&'static str, String),
) -> impl IntoView {
    view! {
        <li>
            <a href=path>
                {face}
                <span class="title">{name.clone()}</span>
                <span class="meta">{meta}</span>
            </a>
            <input type="checkbox" name=choice.0 value=choice.1 form="pack" aria-label=format!("Choose {name}")/>
        </li>
    }
    .into_any()
}

/// A small picture, where there is one; the name tells the rest.
fn face(file: &File) -> AnyView {
    match file.pixels {
        Some(pixels) => view! {
            <img src=format!("/api/v1/files/{}/preview?size=small", file.id) alt="" loading="lazy"
                width=pixels.width.to_string() height=pixels.height.to_string()/>
        }
        .into_any(),
        None => view! { <span class="sign suffix" aria-hidden="true">{sign(&file.name)}</span> }.into_any(),
    }
}
