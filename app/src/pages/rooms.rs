//! Rooms to look through, and a new one.

use chat::RoomListing;
use leptos::prelude::*;
use protocol::{MAX_NAME_CHARACTERS, MAX_TOPIC_CHARACTERS, Start};

use super::sheet::{Cut, Empty, SIDEBAR, Sheet, counted};
use crate::components::form::{Alert, Done, Field, Notice, Problem, SearchBox, TextArea};
use crate::components::icon::{Glyph, Icon};

/// How many rooms are listed; the search finds the others.
pub const ROOMS_SHOWN: i64 = 200;

/// The rooms that one may see.
#[component]
pub fn Rooms(
    start: Start,
    /// What was found.
    rooms: Vec<RoomListing>,
    /// What was searched.
    search: String,
    /// What was done on the page before.
    done: Option<Done>,
) -> impl IntoView {
    let listed = rooms.len();
    let tools = view! { <a class="button primary" href="/rooms/new">"New room"</a> }.into_any();
    let list = if rooms.is_empty() {
        nothing(&search)
    } else {
        view! { <ul class="list">{rooms.into_iter().map(|room| view! { <RoomRow room=room/> }).collect_view()}</ul> }
            .into_any()
    };
    view! {
        <Sheet start=start title="Rooms" back=SIDEBAR tools=Some(tools)>
            <Notice done=done/>
            <SearchBox action="/rooms".to_owned() label="Search rooms" search=search/>
            {list}
            <Cut listed=listed most=ROOMS_SHOWN/>
        </Sheet>
    }
    .into_any()
}

fn nothing(search: &str) -> AnyView {
    if search.is_empty() {
        view! {
            <Empty heading="No rooms yet" lead="A room is a place for one subject, open to everyone or only to those you add.">
                <a class="button primary" href="/rooms/new">"Make the first one"</a>
            </Empty>
        }
        .into_any()
    } else {
        let heading = format!("No room matches “{search}”");
        view! { <Empty heading=heading lead="Try fewer letters, or make the room you were looking for."/> }.into_any()
    }
}

#[component]
fn RoomRow(room: RoomListing) -> impl IntoView {
    let RoomListing { conversation, joined } = room;
    let (id, name) = (conversation.id, conversation.name);
    let archived = conversation.archived_at.is_some();
    view! {
        <li class="row">
            <span class="sign"><Icon glyph=if conversation.private { Glyph::Lock } else { Glyph::Hash }/></span>
            <div class="what">
                <a class="title" href=format!("/c/{id}")>{name.clone()}</a>
                {conversation.private.then(|| view! { <span class="tag">"Private"</span> })}
                {archived.then(|| view! { <span class="tag">"Archived"</span> })}
                {(!conversation.topic.is_empty()).then(|| view! { <p class="about">{conversation.topic}</p> })}
                <p class="meta">
                    {counted(conversation.member_count, "member", "members")}
                    {joined.then_some(" · you’re in")}
                </p>
            </div>
            {if joined || archived {
                view! { <a class="button" href=format!("/c/{id}") aria-label=format!("Open {name}")>"Open"</a> }.into_any()
            } else {
                view! {
                    <form method="post" action=format!("/c/{id}/join")>
                        <button class="button primary" aria-label=format!("Join {name}")>"Join"</button>
                    </form>
                }.into_any()
            }}
        </li>
    }
    .into_any()
}

/// What was typed for a new room.
#[derive(Clone, Debug, Default)]
pub struct RoomTyped {
    pub name: String,
    pub topic: String,
    pub private: bool,
}

/// The form for a new room.
#[component]
pub fn NewRoom(
    start: Start,
    #[prop(optional)] typed: RoomTyped,
    /// What was wrong with the last attempt.
    #[prop(optional)]
    problem: Problem,
) -> impl IntoView {
    view! {
        <Sheet start=start title="New room" back="/rooms">
            <form class="form" method="post" action="/rooms">
                <Alert message=problem.beyond(&["name", "topic"])/>
                <Field label="Name" name="name" value=typed.name required=true focus=true most=MAX_NAME_CHARACTERS
                    placeholder="release-notes" problem=problem.at("name")/>
                <TextArea label="Topic" name="topic" value=typed.topic most=MAX_TOPIC_CHARACTERS
                    hint="What it is about, in a sentence." problem=problem.at("topic")/>
                <Openness private=typed.private/>
                <div class="actions">
                    <button class="button primary">"Create room"</button>
                    <a class="button plain" href="/rooms">"Cancel"</a>
                </div>
            </form>
        </Sheet>
    }
    .into_any()
}

/// The choice between open and private.
#[component]
pub fn Openness(private: bool) -> impl IntoView {
    view! {
        <fieldset class="choices">
            <legend>"Who can come in"</legend>
            <label class="choice">
                <input type="radio" name="private" value="false" checked=!private/>
                <span><b>"Open"</b><small>"Everyone here can find it, read it and join."</small></span>
            </label>
            <label class="choice">
                <input type="radio" name="private" value="true" checked=private/>
                <span><b>"Private"</b><small>"Only those who are added know of it."</small></span>
            </label>
        </fieldset>
    }
    .into_any()
}
