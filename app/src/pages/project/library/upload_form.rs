use leptos::prelude::*;

use super::shelf::Shelf;
use crate::pages::size::size;

/// The form that brings files. A script may take over from it: what it must know of the place is in the attributes.
#[component]
pub fn UploadForm(
    shelf: Shelf,
    /// The most bytes that one file may have.
    limit: u64,
    /// How many bytes the reader may still bring; none where that isn't limited.
    left: Option<u64>,
    problem: Option<String>,
) -> impl IntoView {
    let described_by = if problem.is_some() { "file-problem file-hint" } else { "file-hint" };
    let folder = shelf.folder_id.map(|id| id.to_string()).unwrap_or_default();
    let room = left.map(|left| format!(" You have room for {} more.", size(left))).unwrap_or_default();
    let hint = format!("Several at once if you like, up to {} each.{room}", size(limit));
    view! {
        <div id="uploads" data-project=shelf.project_id.to_string() data-folder=folder data-limit=limit.to_string()
            data-left=left.map(|left| left.to_string()).unwrap_or_default()>
            <form class="form inline upload" method="post" enctype="multipart/form-data" action=shelf.path()>
                <div class="field">
                    <label for="file">"Add files"</label>
                    <input id="file" name="file" type="file" multiple=true required=true aria-describedby=described_by
                        aria-invalid=problem.is_some().then_some("true")/>
                    {problem.map(|problem| view! { <p class="problem" id="file-problem" role="alert">{problem}</p> })}
                    <p class="hint" id="file-hint">{hint}</p>
                </div>
                <button class="button primary">"Upload"</button>
            </form>
        </div>
    }
    .into_any()
}
