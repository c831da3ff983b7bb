//! What a conversation is, who is in it, and how to leave it. Only what the reader may do is shown; the server
//! asks [`Standing::may`] again.

mod about;
mod ending;
mod members;

use leptos::prelude::*;
use protocol::{Action, Conversation, Member, ProjectId, Standing, Start, User, UserId};

use super::sheet::Sheet;
use crate::components::form::{Alert, Done, Notice, Problem};
use about::About;
use ending::Ending;
pub use members::{MEMBERS_SHOWN, Members};

/// Everything that the page shows.
#[derive(Clone, Debug)]
pub struct Details {
    pub conversation: Conversation,
    /// Where the forms post to, and the members are listed.
    pub home: Home,
    /// What the reader is there.
    pub standing: Standing,
    /// What to call it.
    pub title: String,
    pub members: Vec<(Member, User)>,
    /// What was searched among the members.
    pub search: String,
    /// People who could be added.
    pub others: Vec<User>,
    /// What was typed and refused.
    pub typed: DetailsTyped,
    pub problem: Problem,
    pub done: Option<Done>,
}

/// The pages that show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// The conversation's own page of details.
    Conversation,
    /// The pages of the project whose conversation it is.
    Project(ProjectId),
}

/// What was typed into one of the page's forms and refused; nothing on a first visit.
#[derive(Clone, Debug, Default)]
pub struct DetailsTyped {
    pub name: Option<String>,
    pub topic: Option<String>,
    /// User names of people to add.
    pub people: String,
}

impl Details {
    /// The fields that the page shows: they tell their own problems.
    fn fields(&self) -> &'static [&'static str] {
        if self.standing.may(Action::Rename) { &["name", "topic", "people"] } else { &["people"] }
    }

    fn path(&self, rest: &str) -> String {
        match self.home {
            Home::Conversation => format!("/c/{}{rest}", self.conversation.id),
            Home::Project(id) => format!("/p/{id}{rest}"),
        }
    }

    /// The page that lists the members.
    fn list(&self) -> String {
        self.path(if self.home == Home::Conversation { "/details" } else { "/members" })
    }
}

/// The page of a conversation's details.
#[component]
pub fn DetailsPage(start: Start, details: Details) -> impl IntoView {
    let me: UserId = start.account.user.id;
    let back = details.path("");
    view! {
        <Sheet start=start title=details.title.clone() back=back.clone()
            tools=Some(view! { <a class="button" href=back>"Open chat"</a> }.into_any())>
            <Notice done=details.done/>
            <Alert message=details.problem.beyond(details.fields())/>
            {details.conversation.archived_at.map(|_| view! {
                <p class="notice muted">"Archived: it can be read, but nothing more can be posted."</p>
            })}
            <About details=details.clone()/>
            <Members details=details.clone() me=me/>
            <Ending details=details/>
        </Sheet>
    }
    .into_any()
}
