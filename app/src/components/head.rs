//! What stands above the messages: where one is, who is there. A new message changes none of it.

use leptos::prelude::*;
use protocol::{Conversation, Kind, UserId};

use crate::{
    components::{
        avatar::AvatarSize,
        dynamic::{maybe, number, part, words},
        icon::{Glyph, Icon},
        message::Face,
    },
    state::{Opened, Store},
};

/// How many faces are shown.
const FACES: usize = 3;

/// The head of a conversation.
#[component]
pub fn Head() -> impl IntoView {
    let store = Store::of_page();
    let title = words(move || of_opened(store, |conversation| store.title(conversation)));
    let subtitle = words(move || of_opened(store, |conversation| subtitle(store, conversation)));
    let sign = words(move || of_opened(store, |conversation| sign(conversation).to_owned()));
    let sign = part(move || match sign.get().as_str() {
        "" => ().into_any(),
        "lock" => view! { <Icon glyph=Glyph::Lock /> }.into_any(),
        sign => view! {
            <span class="hash" aria-hidden="true">
                {sign.to_owned()}
            </span>
        }
        .into_any(),
    });
    view! {
        <header class="head">
            <a class="icon back" href="#sidebar" aria-label="Conversations">
                <Icon glyph=Glyph::Back />
            </a>
            <h1>{sign} <span>{title}</span></h1>
            <span class="topic">{subtitle}</span>
            <div class="tools">
                <ProjectLink />
                <Members />
            </div>
        </header>
    }
}

fn of_opened(store: Store, read: impl Fn(&Conversation) -> String) -> String {
    store.opened.with(|opened| opened.as_ref().map(|opened| read(&opened.conversation)).unwrap_or_default())
}

const fn sign(conversation: &Conversation) -> &'static str {
    match (conversation.kind.is_personal(), conversation.private) {
        (true, _) => "",
        (false, true) => "lock",
        (false, false) => "#",
    }
}

fn subtitle(store: Store, conversation: &Conversation) -> String {
    let other = conversation.people.iter().copied().find(|id| *id != store.me);
    match (conversation.kind, other) {
        _ if conversation.archived_at.is_some() => "Archived".to_owned(),
        (Kind::Direct, Some(other)) if store.is_online(other) => "Online".to_owned(),
        (Kind::Direct, Some(_)) => "Away".to_owned(),
        _ => conversation.topic.clone(),
    }
}

/// The way to the project that the conversation belongs to.
#[component]
fn ProjectLink() -> impl IntoView {
    let store = Store::of_page();
    let project = number(move || {
        let project = |opened: &Opened| opened.conversation.project_id.map_or(0, |id| id.0);
        store.opened.with(|opened| opened.as_ref().map_or(0, project))
    });
    part(move || match project.get() {
        0 => ().into_any(),
        id => view! {
            <a class="icon" href=format!("/p/{id}") aria-label="The project" title="The project">
                <Icon glyph=Glyph::Folder />
            </a>
        }
        .into_any(),
    })
}

/// The faces of some, the number of all, and the way to the details.
#[component]
fn Members() -> impl IntoView {
    let store = Store::of_page();
    let href = maybe(move || store.open_id.get().map(|id| format!("/c/{id}/details")));
    let count = words(move || of_opened(store, |conversation| conversation.member_count.to_string()));
    let noun = words(move || if count.get() == "1" { " member, details" } else { " members, details" }.to_owned());
    // Made anew only when other people are to be seen: their ids as one number say so.
    let sum =
        number(move || people(store).iter().fold(0, |sum: i64, id| sum.wrapping_mul(1_000_003).wrapping_add(id.0)));
    let faces = part(move || {
        sum.get();
        let face = |id| view! { <Face user=id size=AvatarSize::Medium /> }.into_any();
        untrack(|| people(store)).into_iter().map(face).collect_view().into_any()
    });
    view! {
        <a class="members" href=href title="Members and details">
            <span class="faces">{faces}</span>
            <span class="number">{count}</span>
            <span class="quiet">{noun}</span>
        </a>
    }
}

/// Whose faces are shown. A room's people aren't at hand; those who spoke last are.
fn people(store: Store) -> Vec<UserId> {
    store.items.track();
    let people = store.opened.with(|opened| opened.as_ref().map(|opened| opened.conversation.people.clone()));
    match people {
        Some(people) if !people.is_empty() => people.into_iter().take(FACES).collect(),
        _ => last_speakers(store),
    }
}

fn last_speakers(store: Store) -> Vec<UserId> {
    let mut speakers = Vec::new();
    store.with_open_window(|window| {
        for message in window.messages.iter().rev() {
            if speakers.len() < FACES && !speakers.contains(&message.author_id) {
                let at = speakers.partition_point(|known| *known < message.author_id);
                speakers.insert(at, message.author_id);
            }
        }
        Some(())
    });
    speakers
}
