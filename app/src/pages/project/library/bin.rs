use leptos::prelude::*;
use protocol::{Project, Start, Timestamp};

use super::for_good::ForGood;
use super::page::Crumbs;
use super::shelf::Shelf;
use crate::components::attachments::sign;
use crate::components::form::{Alert, Confirm, Done, Problem};
use crate::components::icon::{Glyph, Icon};
use crate::pages::moment::Moment;
use crate::pages::project::frame::{ProjectFrame, Tab};
use crate::pages::sheet::{Empty, Pages};

/// How many files a page of the bin lists.
pub const BINNED_SHOWN: i64 = 200;

/// Something that was thrown away.
#[derive(Clone, Debug)]
pub struct Binned {
    pub name: String,
    /// Its address in the bin.
    pub path: String,
    /// Whether it is a folder, with all that was in it.
    pub folder: bool,
    pub at: Option<Timestamp>,
    /// Whether the reader may bring it back or delete it.
    pub own: bool,
}

/// What was thrown away of a library.
#[component]
pub fn BinPage(
    start: Start,
    project: Project,
    shelf: Shelf,
    items: Vec<Binned>,
    /// The way to more of it, where there is more.
    next: Option<Shelf>,
    problem: Problem,
    done: Option<Done>,
) -> impl IntoView {
    let empty = items.is_empty();
    let path = format!("/p/{}/bin", shelf.project_id);
    let (first, next) = (shelf.first().map(|first| first.keep(&path)), next.map(|next| next.keep(&path)));
    let own = items.iter().any(|item| item.own);
    let clear = shelf.keep(&format!("/p/{}/bin/empty", shelf.project_id));
    let rows = items.into_iter().map(|item| view! { <Row shelf=shelf.clone() item=item/> });
    let rows = rows.collect_view();
    view! {
        <ProjectFrame start=start project=project tab=Tab::Files done=done>
            <Crumbs shelf=shelf path=Vec::new()/>
            <h3>"What was thrown away"</h3>
            <Alert message=problem.beyond(&[])/>
            <p class="lead">"It can be restored for thirty days; then it is deleted for good. Until then it counts."</p>
            {empty.then(|| view! { <Empty heading="Nothing here" lead="What is thrown away waits here."/> })}
            <ul class="list">{rows}</ul>
            <Pages first=first next=next/>
            {own.then(|| view! {
                <Confirm label="Delete all…" yes="Delete all for good" action=clear
                    question="All that is yours to delete here goes for good. This can’t be undone."/>
            })}
        </ProjectFrame>
    }
    .into_any()
}

#[component]
fn Row(shelf: Shelf, item: Binned) -> impl IntoView {
    let Binned { name, path, folder, at, own } = item;
    let sign = if folder { view! { <Icon glyph=Glyph::Folder/> }.into_any() } else { sign(&name).into_any() };
    let (restore, delete) = (format!("Restore {name}"), format!("Delete {name} for good…"));
    view! {
        <li class="row">
            <span class="sign" class:suffix=!folder aria-hidden="true">{sign}</span>
            <div class="what">
                <span class="title">{name}</span>
                <p class="meta">{at.map(|at| view! { "Thrown away " <Moment at=at/> })}</p>
            </div>
            {own.then(|| view! {
                <form method="post" action=shelf.keep(&format!("{path}/restore"))>
                    <button class="button" aria-label=restore>"Restore"</button>
                </form>
                <ForGood label=delete action=shelf.keep(&format!("{path}/delete"))/>
            })}
        </li>
    }
    .into_any()
}
