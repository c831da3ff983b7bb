use leptos::prelude::*;
use protocol::{Project, Start};

use super::file_row::{FileListing, FileRow};
use super::frame::{ProjectFrame, Tab};
use crate::components::form::{Alert, Done, Problem, SearchBox};
use crate::pages::sheet::{Cut, Empty};
use crate::pages::size::size;

/// How many files are listed; the search finds the others.
pub const FILES_SHOWN: i64 = 200;
/// With fewer files than this, a search would only be in the way.
const WORTH_SEARCHING: usize = 9;

/// What the project keeps.
#[component]
pub fn Library(
    start: Start,
    project: Project,
    /// What was found, the newest first.
    files: Vec<FileListing>,
    /// What was searched among their names.
    search: String,
    /// The most bytes that one file may have; none for those who can't upload any.
    limit: Option<u64>,
    problem: Problem,
    done: Option<Done>,
) -> impl IntoView {
    let (listed, path) = (files.len(), Tab::Files.path(project.id));
    let searchable = listed >= WORTH_SEARCHING || !search.is_empty();
    let empty = (listed == 0).then(|| nothing(&search, limit.is_some()));
    let rows = files.into_iter().map(|file| view! { <FileRow listing=file/> });
    view! {
        <ProjectFrame start=start project=project tab=Tab::Files done=done>
            <h2>"Files"</h2>
            <Alert message=problem.beyond(if limit.is_some() { &["file"] } else { &[] })/>
            {limit.map(|limit| view! { <UploadForm action=path.clone() limit=limit problem=problem.at("file")/> })}
            {searchable.then(|| view! { <SearchBox action=path.clone() label="Search files" search=search/> })}
            {empty}
            <ul class="list">{rows.collect_view()}</ul>
            <Cut listed=listed most=FILES_SHOWN/>
        </ProjectFrame>
    }
    .into_any()
}

fn nothing(search: &str, upload: bool) -> AnyView {
    let (heading, lead) = match (search.is_empty(), upload) {
        (false, _) => (format!("No file matches “{search}”"), "Try part of its name."),
        (true, true) => ("No files yet".to_owned(), "What is uploaded here, everyone in the project can download."),
        (true, false) => ("No files".to_owned(), "Nothing was uploaded before the project was archived."),
    };
    view! { <Empty heading=heading lead=lead/> }.into_any()
}

#[component]
fn UploadForm(action: String, limit: u64, #[prop(optional_no_strip)] problem: Option<String>) -> impl IntoView {
    let described_by = if problem.is_some() { "file-problem file-hint" } else { "file-hint" };
    view! {
        <form class="form inline upload" method="post" enctype="multipart/form-data" action=action>
            <div class="field">
                <label for="file">"Add files"</label>
                <input id="file" name="file" type="file" multiple=true required=true aria-describedby=described_by
                    aria-invalid=problem.is_some().then_some("true")/>
                {problem.map(|problem| view! { <p class="problem" id="file-problem" role="alert">{problem}</p> })}
                <p class="hint" id="file-hint">{format!("Several at once if you like, up to {} each.", size(limit))}</p>
            </div>
            <button class="button primary">"Upload"</button>
        </form>
    }
    .into_any()
}
