use leptos::prelude::*;
use protocol::{Project, ProjectId, Start};

use crate::components::form::{Done, Notice};
use crate::pages::sheet::Sheet;

/// A page of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Overview,
    Files,
    Members,
    Settings,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Overview, Self::Files, Self::Members, Self::Settings];

    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Files => "Files",
            Self::Members => "Members",
            Self::Settings => "Settings",
        }
    }

    /// Its address.
    pub fn path(self, id: ProjectId) -> String {
        match self {
            Self::Overview => format!("/p/{id}"),
            Self::Files => format!("/p/{id}/files"),
            Self::Members => format!("/p/{id}/members"),
            Self::Settings => format!("/p/{id}/settings"),
        }
    }
}

/// A page of a project beside their list.
#[component]
pub fn ProjectFrame(
    start: Start,
    project: Project,
    tab: Tab,
    /// What was done on the page before.
    #[prop(optional_no_strip)]
    done: Option<Done>,
    children: Children,
) -> impl IntoView {
    let links = Tab::ALL.map(|other| {
        let current = (other == tab).then_some("page");
        view! { <a href=other.path(project.id) aria-current=current>{other.title()}</a> }
    });
    let chat = view! { <a class="button" href=format!("/c/{}", project.conversation_id)>"Open chat"</a> };
    view! {
        <Sheet start=start title=project.name back="/p" tools=Some(chat.into_any())>
            <div class="settings">
                <nav class="tabs" aria-label="Project">{links.collect_view()}</nav>
                <div class="tab">
                    <Notice done=done/>
                    {project.archived_at.map(|_| view! {
                        <p class="notice muted">"Archived: it can be read, but nothing more can be posted or uploaded."</p>
                    })}
                    {children()}
                </div>
            </div>
        </Sheet>
    }
    .into_any()
}
