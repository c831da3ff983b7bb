//! What stands above the messages: where one is, who is there.

use leptos::prelude::*;
use protocol::{Conversation, Kind, UserId};

use crate::{
    components::{
        avatar::AvatarSize,
        icon::{Glyph, Icon},
        message::Face,
    },
    state::Store,
};

/// How many faces are shown.
const FACES: usize = 3;

/// The head of a conversation.
#[component]
pub fn Head() -> impl IntoView {
    let store = Store::of_page();
    let place = Memo::new(move |_| store.opened.get().map(|opened| Place::of(&opened.conversation)));
    let title = Memo::new(move |_| store.opened.get().map(|opened| store.title(&opened.conversation)));
    let sign = move || {
        place.get().map(|place| match place {
            Place { kind: Kind::Direct | Kind::Group, .. } => ().into_any(),
            Place { private: true, .. } => view! { <Icon glyph=Glyph::Lock /> }.into_any(),
            _ => view! { <span class="hash" aria-hidden="true">"#"</span> }.into_any(),
        })
    };
    view! {
        <header class="head">
            <a class="icon back" href="#sidebar" aria-label="Conversations">
                <Icon glyph=Glyph::Back />
            </a>
            <h1>{sign} <span>{move || title.get()}</span></h1>
            <span class="topic">{move || place.get().map(|place| place.subtitle(store))}</span>
            <div class="tools">{move || place.get().map(|place| view! { <Tools place /> })}</div>
        </header>
    }
}

/// What the head shows of a conversation; a new message changes none of it.
#[derive(Clone, PartialEq, Eq)]
struct Place {
    href: String,
    kind: Kind,
    private: bool,
    topic: String,
    archived: bool,
    people: Vec<UserId>,
    member_count: i64,
}

impl Place {
    fn of(conversation: &Conversation) -> Self {
        Self {
            href: format!("/c/{}/details", conversation.id),
            kind: conversation.kind,
            private: conversation.private,
            topic: conversation.topic.clone(),
            archived: conversation.archived_at.is_some(),
            people: conversation.people.clone(),
            member_count: conversation.member_count,
        }
    }

    fn subtitle(&self, store: Store) -> String {
        let other = self.people.iter().copied().find(|id| *id != store.me);
        match (self.kind, other) {
            _ if self.archived => "Archived".to_owned(),
            (Kind::Direct, Some(other)) if store.is_online(other) => "Online".to_owned(),
            (Kind::Direct, _) => "Away".to_owned(),
            _ => self.topic.clone(),
        }
    }
}

#[component]
fn Tools(place: Place) -> impl IntoView {
    let store = Store::of_page();
    let people = place.people;
    // A room's people aren't at hand; those who spoke last are.
    let faces = Memo::new(move |_| {
        store.items.track();
        if people.is_empty() { last_speakers(store) } else { people.iter().copied().take(FACES).collect() }
    });
    let count = place.member_count;
    let words = if count == 1 { " member" } else { " members" };
    view! {
        <a class="members" href=place.href title="Members and details">
            <span class="faces">
                <For each=move || faces.get() key=|id| *id let:id>
                    <Face user=id size=AvatarSize::Medium />
                </For>
            </span>
            <span class="number">{count}</span>
            <span class="quiet">{words}", details"</span>
        </a>
    }
}

fn last_speakers(store: Store) -> Vec<UserId> {
    let mut speakers = Vec::new();
    store.with_open_window(|window| {
        for message in window.messages.iter().rev() {
            if speakers.len() < FACES && !speakers.contains(&message.author_id) {
                speakers.push(message.author_id);
            }
        }
        Some(())
    });
    speakers.sort_unstable();
    speakers
}
