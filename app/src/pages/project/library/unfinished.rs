use chat::{Destination, ResumableUpload};
use leptos::prelude::*;
use protocol::FolderId;

use super::shelf::Shelf;
use crate::components::attachments::sign;
use crate::pages::moment::Moment;
use crate::pages::size::size;

/// The reader's uploads that broke off. Where one is chosen again, a script takes its row away and goes on with it. Without
/// script nothing can go on, so only the style sheet shows how.
#[component]
pub fn Unfinished(
    shelf: Shelf,
    /// Each upload and the way to the folder that it goes to; no way to the top.
    uploads: Vec<(ResumableUpload, String)>,
) -> impl IntoView {
    if uploads.is_empty() {
        return ().into_any();
    }
    let rows = uploads.into_iter().map(|(upload, way)| view! { <Row shelf=shelf.clone() upload=upload way=way/> });
    let rows = rows.collect_view();
    view! {
        <section id="unfinished" class="part" aria-labelledby="unfinished-heading">
            <h3 id="unfinished-heading">"Unfinished uploads"</h3>
            <p class="hint scripted">"Choose or drop the same file again in the browser where it began, and it goes on where it was."</p>
            <ul class="list">{rows}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Row(shelf: Shelf, upload: ResumableUpload, way: String) -> impl IntoView {
    let ResumableUpload { id, name, size: whole, received, expires_at, destination, .. } = upload;
    let folder_id = match destination {
        Destination::Library { folder_id, .. } => folder_id,
        Destination::Conversation(_) => None,
    };
    let elsewhere = (folder_id != shelf.folder_id).then(|| whither(&shelf, folder_id, way));
    let discard = shelf.keep(&format!("/p/{}/uploads/{id}/discard", shelf.project_id));
    let arrived = format!("{} of {} has arrived", size(received), size(whole));
    view! {
        <li class="row" id=format!("upload-{id}")>
            <span class="sign suffix" aria-hidden="true">{sign(&name)}</span>
            <div class="what">
                <span class="title">{name.clone()}</span>
                <p class="meta">{arrived}</p>
                <p class="meta">"Kept until " <Moment at=expires_at/></p>
                {elsewhere}
            </div>
            <form method="post" action=discard>
                <button class="button" aria-label=format!("Discard {name}")>"Discard"</button>
            </form>
        </li>
    }
    .into_any()
}

/// The way to the folder in which it has to be chosen.
fn whither(shelf: &Shelf, folder_id: Option<FolderId>, way: String) -> AnyView {
    let name = if way.is_empty() { "Files".to_owned() } else { way };
    view! { <p class="meta">"It goes into " <a href=shelf.within(folder_id).path()>{name}</a></p> }.into_any()
}
