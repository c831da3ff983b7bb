use chat::ResumableUpload;
use leptos::prelude::*;
use protocol::{FileOrder, Folder, Project, Start};

use super::folder_row::FolderRow;
use super::rename::Rename;
use super::shelf::Shelf;
use super::tiles::Tiles;
use super::unfinished::Unfinished;
use super::upload_form::UploadForm;
use crate::components::form::{Alert, Confirm, Done, Field, Problem};
use crate::pages::project::file_row::{FileListing, FileRow};
use crate::pages::project::frame::{ProjectFrame, Tab};
use crate::pages::sheet::{Empty, Pages, counted};
use crate::pages::size::size;

/// How many files a page lists.
pub const FILES_SHOWN: i64 = 200;
/// What the forms of the page call their fields.
const FIELDS: [&str; 4] = ["file", "new", "name", "folder"];

/// What a place in a library has in it.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Where that is.
    pub shelf: Shelf,
    /// The folder and those that it lies in, the outermost first.
    pub path: Vec<Folder>,
    /// The folders there.
    pub folders: Vec<Folder>,
    /// The files there, in their order.
    pub files: Vec<FileListing>,
    /// The way to more of them, where there are more.
    pub next: Option<Shelf>,
    /// How many files there are in it and below, and how many bytes those have.
    pub total: (i64, i64),
    /// How many bytes the reader's files have, and how many they may have.
    pub used: (u64, Option<u64>),
    /// The most bytes that one file may have; none for those who can't bring any.
    pub limit: Option<u64>,
    /// The reader's uploads into this library that broke off, and the ways to the folders that they go to.
    pub unfinished: Vec<(ResumableUpload, String)>,
    /// Where this folder can lie, for those who can move it.
    pub elsewhere: Vec<(Folder, String)>,
    /// Whether the reader may throw this folder away.
    pub deletable: bool,
}

/// What the project keeps, folder by folder.
#[component]
pub fn Library(
    start: Start,
    project: Project,
    contents: Contents,
    /// What was typed as the name of a new folder, and refused.
    typed: String,
    problem: Problem,
    done: Option<Done>,
) -> impl IntoView {
    let Contents { shelf, path, folders, files, next, total, used, limit, unfinished, elsewhere, deletable } = contents;
    let left = used.1.map(|quota| quota.saturating_sub(used.0));
    let none = files.is_empty() && folders.is_empty();
    let empty = none.then(|| nothing(&shelf, limit.is_some()));
    let rows = if shelf.grid {
        view! { <Tiles shelf=shelf.clone() folders=folders files=files/> }.into_any()
    } else {
        let folders = folders.into_iter().map(|folder| view! { <FolderRow shelf=shelf.clone() folder=folder/> });
        let folders = folders.collect_view();
        let files = files.into_iter().map(|file| view! { <FileRow shelf=shelf.clone() listing=file choice=true/> });
        view! { <ul class="list">{folders}{files.collect_view()}</ul> }.into_any()
    };
    let here = path.last().cloned();
    let alert = problem.beyond(if limit.is_some() { &FIELDS } else { &[] });
    view! {
        <ProjectFrame start=start project=project tab=Tab::Files done=done>
            <Crumbs shelf=shelf.clone() path=path whole=true/>
            <Alert message=alert/>
            {limit.map(|limit| view! {
                <UploadForm shelf=shelf.clone() limit=limit left=left problem=problem.at("file")/>
                <Unfinished shelf=shelf.clone() uploads=unfinished/>
                <NewFolder shelf=shelf.clone() typed=typed problem=problem.at("new")/>
            })}
            <div id="shelf">
            <p class="meta">{summary(total, used)}</p>
            {(!none || !shelf.search.is_empty() || !shelf.after.is_empty()).then(|| view! { <Bar shelf=shelf.clone()/> })}
            {empty}
            {rows}
            <Pages first=shelf.first().map(|first| first.path()) next=next.map(|next| next.path())/>
            {(!none).then(|| view! { <Pack shelf=shelf.clone()/> })}
            </div>
            {here.filter(|_| limit.is_some()).map(|folder| view! {
                <ThisFolder shelf=shelf.clone() folder=folder elsewhere=elsewhere deletable=deletable problem=problem/>
            })}
            <p><a href=shelf.within(None).keep(&format!("/p/{}/bin", shelf.project_id))>"What was thrown away"</a></p>
        </ProjectFrame>
    }
    .into_any()
}

/// `12 files, 3.4 MB · you have used 40 MB of 1 GB`
fn summary(total: (i64, i64), used: (u64, Option<u64>)) -> String {
    let files = counted(total.0, "file", "files");
    let bytes = size(u64::try_from(total.1).unwrap_or_default());
    let quota = used.1.map(|quota| format!(" of {}", size(quota))).unwrap_or_default();
    format!("{files}, {bytes} · you have used {}{quota}", size(used.0))
}

/// The way from the top to here.
#[component]
pub fn Crumbs(
    shelf: Shelf,
    path: Vec<Folder>,
    /// Whether its last step is the page itself.
    #[prop(optional)]
    whole: bool,
) -> impl IntoView {
    let last = path.len();
    let steps = path.into_iter().enumerate().map(|(index, folder)| {
        let current = (whole && index + 1 == last).then_some("page");
        view! { <li><a href=shelf.within(Some(folder.id)).path() aria-current=current>{folder.name}</a></li> }
    });
    view! {
        <nav class="crumbs" aria-label="Folders">
            <ol>
                <li><h2><a href=shelf.within(None).path() aria-current=(whole && last == 0).then_some("page")>"Files"</a></h2></li>
                {steps.collect_view()}
            </ol>
        </nav>
    }
    .into_any()
}

#[component]
fn NewFolder(shelf: Shelf, typed: String, problem: Option<String>) -> impl IntoView {
    let open = problem.is_some();
    view! {
        <details class="confirm" open=open>
            <summary class="button">"New folder…"</summary>
            <form method="post" action=shelf.keep(&format!("/p/{}/folders", shelf.project_id))>
                <Field label="Name" name="new" value=typed required=true most=255 problem=problem/>
                <div class="actions"><button class="button primary">"Make the folder"</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// Search, order and view.
#[component]
fn Bar(shelf: Shelf) -> impl IntoView {
    let orders =
        [(FileOrder::Name, "Name"), (FileOrder::Size, "Size"), (FileOrder::Type, "Type"), (FileOrder::Time, "Time")];
    let orders = orders.map(|(by, name)| {
        let current = shelf.sort.by == by;
        let arrow = current.then_some(if shelf.sort.descending { " ↓" } else { " ↑" });
        view! { <a href=shelf.sorted(by).path() aria-current=current.then_some("true")>{name}{arrow}</a> }
    });
    let kept =
        shelf.fields().into_iter().filter(|(name, value)| !["search", "after"].contains(name) && !value.is_empty());
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let clear = (!shelf.search.is_empty()).then(|| {
        view! { <a class="button plain" href=shelf.within(shelf.folder_id).path()>"Clear"</a> }
    });
    let other = Shelf { grid: !shelf.grid, ..shelf.clone() };
    let view = if shelf.grid { "Show as a list" } else { "Show as pictures" };
    view! {
        <form class="search" role="search" method="get" action=Tab::Files.path(shelf.project_id)>
            {kept}
            <input type="search" name="search" value=shelf.search.clone() aria-label="Search files"
                placeholder="Search files" autocomplete="off" maxlength="64"/>
            <button class="button">"Search"</button>
            {clear}
        </form>
        <nav class="sorts" aria-label="Order and view">{orders.collect_view()}<a href=other.path()>{view}</a></nav>
    }
    .into_any()
}

/// What is chosen above, as one file.
#[component]
fn Pack(shelf: Shelf) -> impl IntoView {
    view! {
        <form id="pack" method="get" action=format!("/p/{}/zip", shelf.project_id)>
            {shelf.folder_id.map(|id| view! { <input type="hidden" name="folder" value=id.to_string()/> })}
            <button class="button">"Download as zip"</button>
            <p class="meta">"What you have ticked, or else everything here."</p>
        </form>
    }
    .into_any()
}

/// What can be done to the folder that is open.
#[component]
fn ThisFolder(
    shelf: Shelf,
    folder: Folder,
    elsewhere: Vec<(Folder, String)>,
    deletable: bool,
    problem: Problem,
) -> impl IntoView {
    let action = format!("/p/{}/folders/{}", shelf.project_id, folder.id);
    let away = shelf.keep(&format!("{action}/bin"));
    let open = problem.at("name").or(problem.at("folder")).is_some();
    let (parent_id, name) = (folder.parent_id, folder.name);
    view! {
        <details class="confirm" open=open>
            <summary class="button">"Rename or move this folder…"</summary>
            <Rename action=shelf.keep(&action) name=name parent_id=parent_id folders=elsewhere problem=problem/>
        </details>
        {deletable.then(|| view! {
            <Confirm label="Throw this folder away…" yes="Throw it away" action=away
                question="It goes for everyone in the project, with all that is in it. It can be restored for thirty days."/>
        })}
    }
    .into_any()
}

fn nothing(shelf: &Shelf, upload: bool) -> AnyView {
    if !shelf.after.is_empty() {
        return view! { <Empty heading="Nothing follows" lead="What was listed here is gone."/> }.into_any();
    }
    let (heading, lead) = match (shelf.search.is_empty(), upload, shelf.folder_id) {
        (false, ..) => (format!("No file matches “{}”", shelf.search), "Try part of its name."),
        (true, true, None) => {
            ("No files yet".to_owned(), "What is uploaded here, everyone in the project can download.")
        }
        (true, true, Some(_)) => ("Nothing in this folder".to_owned(), "Upload something, or move it here."),
        (true, false, _) => ("No files".to_owned(), "Nothing was uploaded before the project was archived."),
    };
    view! { <Empty heading=heading lead=lead/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_says_what_is_there_and_what_is_used() {
        assert_eq!(summary((1, 5), (5, None)), "1 file, 5 bytes · you have used 5 bytes");
        let told = summary((12, 3_400_000), (40_000_000, Some(1_000_000_000)));
        assert_eq!(told, "12 files, 3.4 MB · you have used 40 MB of 1 GB");
    }
}
