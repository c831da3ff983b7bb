//! Name, topic and openness: a form for those who may change them, text for all others.

use leptos::prelude::*;
use protocol::{Action, Kind, MAX_NAME_CHARACTERS, MAX_TOPIC_CHARACTERS};

use super::Details;
use crate::components::form::{Field, TextArea};
use crate::pages::moment::Moment;
use crate::pages::rooms::Openness;
use crate::pages::sheet::counted;

#[component]
pub fn About(details: Details) -> impl IntoView {
    let may_change = details.standing.may(Action::Rename);
    view! {
        <section class="part" aria-labelledby="about">
            <h2 id="about">"About"</h2>
            {if may_change {
                view! { <AboutForm details=details.clone()/> }.into_any()
            } else {
                view! { <AboutText details=details.clone()/> }.into_any()
            }}
            {details.conversation.project_id.map(|id| view! {
                <p class="about">"It belongs to a project: " <a href=format!("/p/{id}")>"open the project"</a> "."</p>
            })}
            <p class="about"><a href=format!("/c/{}/files", details.conversation.id)>"Files sent here"</a></p>
            <p class="meta">"Since " <Moment at=details.conversation.created_at/></p>
        </section>
    }
    .into_any()
}

#[component]
fn AboutForm(details: Details) -> impl IntoView {
    let action = details.path("/details");
    let Details { conversation, problem, typed, .. } = details;
    let is_room = conversation.kind == Kind::Room;
    view! {
        <form class="form" method="post" action=action>
            <Field label="Name" name="name" value=typed.name.unwrap_or(conversation.name)
                required=conversation.kind != Kind::Group most=MAX_NAME_CHARACTERS problem=problem.at("name")/>
            <TextArea label="Topic" name="topic" value=typed.topic.unwrap_or(conversation.topic)
                most=MAX_TOPIC_CHARACTERS hint="What it is about, in a sentence." problem=problem.at("topic")/>
            {is_room.then(|| view! { <Openness private=conversation.private/> })}
            <div class="actions"><button class="button primary">"Save"</button></div>
        </form>
    }
    .into_any()
}

#[component]
fn AboutText(details: Details) -> impl IntoView {
    let conversation = &details.conversation;
    let sort = match conversation.kind {
        Kind::Public => "The public chat: everyone is in it.".to_owned(),
        Kind::Project => "The conversation of a project: whoever is in the one is in the other.".to_owned(),
        Kind::Room if conversation.private => "A private room: only its members know of it.".to_owned(),
        Kind::Room => "An open room: everyone here can find it, read it and join.".to_owned(),
        Kind::Direct => "A direct chat: it stays between the two of you.".to_owned(),
        Kind::Group => format!("A group of {}.", counted(conversation.member_count, "person", "people")),
    };
    let topic = conversation.topic.clone();
    view! {
        {(!topic.is_empty()).then(|| view! { <p class="topic-text">{topic}</p> })}
        <p class="about">{sort}</p>
    }
    .into_any()
}
