use leptos::prelude::*;
use protocol::{File, ProjectId};

use super::library::Shelf;
use crate::components::attachments::sign;
use crate::components::icon::{Glyph, Icon};
use crate::pages::moment::Moment;
use crate::pages::size::size;

/// A file as the library lists it.
#[derive(Clone, Debug)]
pub struct FileListing {
    /// The project in whose library it lies.
    pub project_id: ProjectId,
    pub file: File,
    /// What whoever uploaded it is called.
    pub uploader: String,
    /// Whether the reader may throw it away.
    pub deletable: bool,
}

/// A file with what can be done to it.
#[component]
pub fn FileRow(
    shelf: Shelf,
    listing: FileListing,
    /// Whether it can be chosen for a download of several.
    #[prop(optional)]
    choice: bool,
) -> impl IntoView {
    let FileListing { project_id, file, uploader, deletable } = listing;
    let path = format!("/p/{project_id}/files/{}", file.id);
    let bytes = u64::try_from(file.size).unwrap_or_default();
    let (download, choose) = (format!("Download {}", file.name), format!("Choose {}", file.name));
    view! {
        <li class="row">
            {choice.then(|| view! {
                <input type="checkbox" name="files" value=file.id.to_string() form="pack" aria-label=choose/>
            })}
            {sign_of(&file)}
            <div class="what">
                <a class="title" href=shelf.keep(&format!("{path}/about"))>{file.name.clone()}</a>
                <p class="meta">{format!("{} · {}", size(bytes), kind(&file.content_type))}</p>
                <p class="meta">{uploader} " · " <Moment at=file.uploaded_at/></p>
            </div>
            <a class="icon" href=path.clone() aria-label=download.clone() title=download><Icon glyph=Glyph::Bottom/></a>
            {deletable.then(|| view! { <Away name=file.name action=shelf.keep(&format!("{path}/bin"))/> })}
        </li>
    }
    .into_any()
}

#[component]
fn Away(name: String, action: String) -> impl IntoView {
    let label = format!("Throw {name} away…");
    view! {
        <details class="manage" name="manage">
            <summary class="icon" aria-label=label.clone() title=label><Icon glyph=Glyph::Trash/></summary>
            <form class="menu" method="post" action=action>
                <p class="meta">"It goes for everyone in the project. It can be restored for thirty days."</p>
                <button class="button primary danger">"Throw it away"</button>
            </form>
        </details>
    }
    .into_any()
}

/// The square before a file: a small picture of it, where there is one.
pub fn sign_of(file: &File) -> AnyView {
    if file.pixels.is_some() {
        let small = format!("/api/v1/files/{}/preview?size=small", file.id);
        return view! { <img class="sign" src=small alt="" loading="lazy" width="36" height="36"/> }.into_any();
    }
    view! { <span class="sign suffix" aria-hidden="true">{sign(&file.name)}</span> }.into_any()
}

/// A media type in words.
pub fn kind(content_type: &str) -> &str {
    match content_type.split_once('/') {
        Some(("image", _)) => "Picture",
        Some(("video", _)) => "Video",
        Some(("audio", _)) => "Sound",
        Some(("text", _)) => "Text",
        Some(("application", "pdf")) => "PDF",
        Some(("application", "zip" | "gzip" | "x-tar" | "x-7z-compressed" | "vnd.rar" | "x-bzip2" | "x-xz")) => {
            "Archive"
        }
        Some(("application", "octet-stream")) => "Data",
        _ => content_type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_a_word() {
        assert_eq!((kind("image/png"), kind("application/x-sh")), ("Picture", "application/x-sh"));
    }
}
