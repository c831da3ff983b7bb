use leptos::prelude::*;
use protocol::{Project, Start, Timestamp};

use crate::components::form::{Done, Notice};
use crate::components::icon::{Glyph, Icon};
use crate::pages::moment::Moment;
use crate::pages::sheet::{Empty, SIDEBAR, Sheet, counted};

/// A project among one's own.
#[derive(Clone, Debug)]
pub struct Listing {
    pub project: Project,
    /// When something was last said in one of its conversations that the reader is in.
    pub active_at: Timestamp,
}

/// One's own projects; those that are archived stand apart.
#[component]
pub fn Projects(start: Start, projects: Vec<Listing>, done: Option<Done>) -> impl IntoView {
    let none = projects.is_empty();
    let (archived, open): (Vec<_>, Vec<_>) = projects.into_iter().partition(|one| one.project.archived_at.is_some());
    let tools = view! { <a class="button primary" href="/p/new">"New project"</a> }.into_any();
    let rows = |projects: Vec<Listing>| {
        view! { <ul class="list">{projects.into_iter().map(|one| view! { <ProjectRow listing=one/> }).collect_view()}</ul> }
    };
    view! {
        <Sheet start=start title="Projects" back=SIDEBAR tools=Some(tools)>
            <Notice done=done/>
            {none.then(|| view! {
                <Empty heading="No projects yet"
                    lead="A project is a few people with a conversation and a library of files of their own.">
                    <a class="button primary" href="/p/new">"Make the first one"</a>
                </Empty>
            })}
            {(!open.is_empty()).then(|| rows(open))}
            {(!archived.is_empty()).then(|| view! {
                <section class="part" aria-labelledby="archived">
                    <h2 id="archived">"Archived"</h2>
                    {rows(archived)}
                </section>
            })}
        </Sheet>
    }
    .into_any()
}

#[component]
fn ProjectRow(listing: Listing) -> impl IntoView {
    let Listing { project, active_at } = listing;
    let about = project.description.lines().next().unwrap_or_default().to_owned();
    view! {
        <li class="row">
            <span class="sign"><Icon glyph=Glyph::Folder/></span>
            <div class="what">
                <a class="title" href=format!("/p/{}", project.id)>{project.name}</a>
                {(!about.is_empty()).then(|| view! { <p class="about">{about}</p> })}
                <p class="meta">
                    {counted(project.member_count, "member", "members")} " · last active " <Moment at=active_at/>
                </p>
            </div>
        </li>
    }
    .into_any()
}
