use leptos::prelude::*;
use protocol::{FilePlace, FileVersion, Folder, Project, Start};

use super::page::Crumbs;
use super::rename::Rename;
use super::shelf::Shelf;
use super::versions::Versions;
use crate::components::form::{Alert, Confirm, Done, Problem};
use crate::pages::moment::Moment;
use crate::pages::pdf::Pdf;
use crate::pages::project::file_row::{FileListing, kind};
use crate::pages::project::frame::{ProjectFrame, Tab};
use crate::pages::size::size;

/// Everything that is to be known of a file.
#[derive(Clone, Debug)]
pub struct AboutFile {
    pub shelf: Shelf,
    pub listing: FileListing,
    /// The folder and those that it lies in, the outermost first.
    pub path: Vec<Folder>,
    /// Each version, what whoever uploaded it is called, and whether the reader may delete it.
    pub versions: Vec<(FileVersion, String, bool)>,
    /// The beginning of a text.
    pub text: Option<String>,
    /// Where it can lie; none for those who can't move it.
    pub elsewhere: Option<Vec<(Folder, String)>>,
}

/// A file by itself.
#[component]
pub fn AboutFilePage(
    start: Start,
    project: Project,
    about: AboutFile,
    /// What was typed as its name, or what it is called.
    typed: String,
    problem: Problem,
    done: Option<Done>,
) -> impl IntoView {
    let AboutFile { shelf, listing, path, versions, text, elsewhere } = about;
    let deletable = listing.deletable;
    let address = format!("/p/{}/files/{}", listing.project_id, listing.file.id);
    let folder_id = match listing.file.place {
        FilePlace::Library { folder_id, .. } => folder_id,
        FilePlace::Conversation { .. } => None,
    };
    let away = shelf.keep(&format!("{address}/bin"));
    let restorable = elsewhere.is_some();
    let alert = problem.beyond(if restorable { &["name", "folder"] } else { &[] });
    view! {
        <ProjectFrame start=start project=project tab=Tab::Files done=done>
            <Crumbs shelf=shelf.clone() path=path/>
            <h3 class="file-name">{listing.file.name.clone()}</h3>
            <Alert message=alert/>
            <Preview address=address.clone() listing=listing.clone() text=text/>
            <Facts listing=listing/>
            <div class="actions">
                <a class="button primary" href=address.clone()>"Download"</a>
                {deletable.then(|| view! {
                    <Confirm label="Throw away…" yes="Throw it away" action=away
                        question="It goes for everyone in the project. It can be restored for thirty days."/>
                })}
            </div>
            <Versions path=address.clone() versions=versions restorable=restorable/>
            {elsewhere.map(|folders| view! {
                <section class="part" aria-labelledby="rename">
                    <h3 id="rename">"Name and place"</h3>
                    <Rename action=shelf.keep(&format!("{address}/about")) name=typed parent_id=folder_id
                        folders=folders problem=problem/>
                </section>
            })}
        </ProjectFrame>
    }
    .into_any()
}

/// What it looks or sounds like, as far as a page can show that.
#[component]
fn Preview(address: String, listing: FileListing, text: Option<String>) -> impl IntoView {
    let (file, source) = (listing.file, format!("{address}?inline=1"));
    let shown = match file.content_type.split_once('/') {
        Some(("image", _)) if file.pixels.is_some() => {
            let (width, height) = file.pixels.map(|pixels| (pixels.width, pixels.height)).unwrap_or_default();
            view! { <img src=source alt=file.name width=width.to_string() height=height.to_string()/> }.into_any()
        }
        Some(("video", _)) => view! { <video src=source controls=true preload="metadata"></video> }.into_any(),
        Some(("audio", _)) => view! { <audio src=source controls=true preload="metadata"></audio> }.into_any(),
        Some(("application", "pdf")) => view! { <Pdf source=source name=file.name/> }.into_any(),
        _ => text.map(|text| view! { <pre tabindex="0">{text}</pre> }).into_any(),
    };
    view! { <div class="shown">{shown}</div> }.into_any()
}

#[component]
fn Facts(listing: FileListing) -> impl IntoView {
    let FileListing { file, uploader, .. } = listing;
    let pixels = file.pixels.map(|pixels| format!(" · {} × {}", pixels.width, pixels.height));
    view! {
        <dl class="facts">
            <dt>"Size"</dt><dd>{size(u64::try_from(file.size).unwrap_or_default())}</dd>
            <dt>"Type"</dt><dd>{kind(&file.content_type).to_owned()}{pixels}</dd>
            <dt>"Uploaded"</dt><dd><Moment at=file.uploaded_at/></dd>
            <dt>"By"</dt><dd>{uploader}</dd>
        </dl>
    }
    .into_any()
}
