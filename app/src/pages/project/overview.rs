use leptos::prelude::*;
use protocol::{Action, Entry, Member, Project, Standing, Start, User};

use super::file_row::{FileListing, FileRow};
use super::frame::{ProjectFrame, Tab};
use super::library::Shelf;
use crate::components::avatar::{Avatar, AvatarSize};
use crate::components::icon::{Glyph, Icon};
use crate::pages::moment::Moment;
use crate::pages::sheet::counted;

/// Everything that the page shows.
#[derive(Clone, Debug)]
pub struct Overview {
    pub project: Project,
    pub standing: Standing,
    /// The conversations that the reader is in and what to call them; the project's own first.
    pub conversations: Vec<(Entry, String)>,
    /// The newest files.
    pub files: Vec<FileListing>,
    /// Some of the members.
    pub members: Vec<(Member, User)>,
}

/// What a project is, and the ways to everything in it.
#[component]
pub fn OverviewPage(start: Start, overview: Overview) -> impl IntoView {
    let Overview { project, standing, conversations, files, members } = overview;
    let description = project.description.clone();
    view! {
        <ProjectFrame start=start project=project.clone() tab=Tab::Overview>
            {(!description.is_empty()).then(|| view! { <p class="description">{description}</p> })}
            <Conversations project=project.clone() standing=standing conversations=conversations/>
            <NewestFiles project=project.clone() standing=standing files=files/>
            <SomeMembers project=project.clone() members=members/>
            <p class="meta">"Since " <Moment at=project.created_at/></p>
        </ProjectFrame>
    }
    .into_any()
}

#[component]
fn Conversations(project: Project, standing: Standing, conversations: Vec<(Entry, String)>) -> impl IntoView {
    let more = format!("{}/conversations/new", Tab::Overview.path(project.id));
    let own = project.conversation_id;
    let rows = conversations.into_iter().map(|(entry, title)| {
        let glyph = if entry.conversation.id == own { Glyph::Room } else { Glyph::Group };
        let about = if entry.conversation.id == own {
            "Everyone in the project".to_owned()
        } else {
            counted(entry.conversation.member_count, "person", "people")
        };
        view! {
            <li>
                <a class="row" href=format!("/c/{}", entry.conversation.id)>
                    <span class="sign" class:strong=entry.conversation.id == own><Icon glyph=glyph/></span>
                    <span class="what">
                        <span class="title">{title}</span>
                        <span class="meta">{about}</span>
                    </span>
                    {(entry.unread() > 0).then(|| view! { <span class="tag strong">{format!("{} unread", entry.unread())}</span> })}
                </a>
            </li>
        }
    });
    view! {
        <section class="part" aria-labelledby="conversations">
            <div class="titled">
                <h2 id="conversations">"Conversations"</h2>
                {standing.may(Action::Post).then(|| view! { <a href=more>"New conversation"</a> })}
            </div>
            <ul class="list">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn NewestFiles(project: Project, standing: Standing, files: Vec<FileListing>) -> impl IntoView {
    let all = if standing.may(Action::Post) { "All files, and upload" } else { "All files" };
    let none = files.is_empty();
    let rows = files.into_iter().map(|file| view! { <FileRow shelf=Shelf::top(project.id) listing=file/> });
    view! {
        <section class="part" aria-labelledby="files">
            <div class="titled">
                <h2 id="files">"Newest files"</h2>
                <a href=Tab::Files.path(project.id)>{all}</a>
            </div>
            {none.then(|| view! { <p class="about">"None yet."</p> })}
            <ul class="list">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn SomeMembers(project: Project, members: Vec<(Member, User)>) -> impl IntoView {
    let faces = members.into_iter().map(|(_, user)| {
        let name = user.display_name.clone();
        view! { <li><Avatar user=user size=AvatarSize::Medium/> <span>{name}</span></li> }
    });
    view! {
        <section class="part" aria-labelledby="members">
            <div class="titled">
                <h2 id="members">{counted(project.member_count, "member", "members")}</h2>
                <a href=Tab::Members.path(project.id)>"All members"</a>
            </div>
            <ul class="crew">{faces.collect_view()}</ul>
        </section>
    }
    .into_any()
}
