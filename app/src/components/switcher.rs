//! Find or jump to…: one's conversations by name, and people to talk to.

use leptos::{ev::KeyboardEvent, prelude::*};
use protocol::{ConversationId, User, UserId};

use crate::{
    api::user,
    browser,
    components::{
        avatar::{Avatar, AvatarSize},
        dynamic::{act, aria, follow, part, when, words},
        icon::{Glyph, Icon},
    },
    state::{Section, Store},
};

const ID: &str = "switcher";
/// How many conversations are offered.
const OFFERED: usize = 8;
/// People are asked for once the typing pauses this long, in milliseconds.
const PAUSE: i64 = 150;

/// A place to go to.
#[derive(Clone, PartialEq, Eq)]
enum Goal {
    Conversation { id: ConversationId, title: String, personal: bool },
    Person(User),
}

/// The quick switcher.
#[component]
pub fn Switcher() -> impl IntoView {
    let store = Store::of_page();
    follow(move || {
        if store.switching.get() {
            browser::open_dialog(ID);
            browser::focus("switcher-input");
        } else {
            browser::close_dialog(ID);
        }
    });
    let closed = move |_| store.switching.set(browser::is_dialog_open(ID));
    view! {
        <dialog class="dialog switcher" id=ID aria-label="Find or jump to" on:close=closed>
            {when(move || store.switching.get(), || view! { <Finder /> }.into_any())}
        </dialog>
    }
}

#[component]
fn Finder() -> impl IntoView {
    let store = Store::of_page();
    let search = RwSignal::new(String::new());
    let people = RwSignal::new(Vec::<User>::new());
    let chosen = RwSignal::new(0_usize);
    let goals = move || {
        let mut goals = conversations(store, &search.get());
        goals.extend(people.get().into_iter().filter(|user| user.id != store.me).map(Goal::Person));
        goals
    };
    let typed = move |event| {
        search.set(event_target_value(&event));
        chosen.set(0);
        find_people(search, people);
    };
    let keys = move |event: KeyboardEvent| {
        let last = untrack(goals).len().saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => chosen.update(|at| *at = at.saturating_sub(1)),
            // By itself it would only empty the field.
            "Escape" => store.switching.set(false),
            "Enter" => {
                if let Some(goal) = untrack(goals).get(chosen.get_untracked()).cloned() {
                    go(store, &goal);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let rows = part(move || {
        let row = |(at, goal)| view! { <GoalRow goal at chosen /> }.into_any();
        goals().into_iter().enumerate().map(row).collect_view().into_any()
    });
    let nothing = when(
        move || goals().is_empty() && !search.with(String::is_empty),
        || {
            view! {
                <p class="nothing">"Nothing of that name. " <a href="/rooms">"Browse all rooms"</a></p>
            }
            .into_any()
        },
    );
    view! {
        <input
            id="switcher-input"
            type="search"
            autocomplete="off"
            placeholder="Find or jump to…"
            aria-label="Find a conversation or a person"
            role="combobox"
            aria-expanded="true"
            aria-controls="switcher-goals"
            aria-activedescendant=words(move || format!("goal-{}", chosen.get()))
            on:input=typed
            on:keydown=keys
        />
        <ul class="goals" id="switcher-goals" role="listbox" aria-label="Results">
            {rows}
        </ul>
        {nothing}
    }
}

#[component]
fn GoalRow(goal: Goal, at: usize, chosen: RwSignal<usize>) -> impl IntoView {
    let store = Store::of_page();
    let (sign, name) = match &goal {
        Goal::Conversation { title, personal, .. } => {
            let glyph = if *personal { Glyph::Room } else { Glyph::Hash };
            (view! { <Icon glyph /> }.into_any(), title.clone())
        }
        Goal::Person(user) => {
            (view! { <Avatar user=user.clone() size=AvatarSize::Small /> }.into_any(), user.display_name.clone())
        }
    };
    view! {
        <li
            class="room"
            id=format!("goal-{at}")
            role="option"
            aria-selected=aria(move || chosen.get() == at)
            on:pointermove=move |_| chosen.set(at)
            on:click=act(move || go(store, &goal))
        >
            <span class="sign">{sign}</span>
            <span class="name">{name}</span>
        </li>
    }
}

fn conversations(store: Store, search: &str) -> Vec<Goal> {
    let search = browser::lowercase(search.trim());
    let ids = [Section::Direct, Section::Projects, Section::Rooms].map(|section| store.section(section).get()).concat();
    ids.into_iter()
        .filter_map(|id| {
            let entry = store.with_state(|state| state.entries.get(&id).cloned())?;
            let title = store.title(&entry.conversation);
            Some(Goal::Conversation { id, title, personal: entry.conversation.kind.is_personal() })
        })
        .filter(|goal| matches!(goal, Goal::Conversation { title, .. } if browser::lowercase(title).contains(&search)))
        .take(OFFERED)
        .collect()
}

fn find_people(search: RwSignal<String>, people: RwSignal<Vec<User>>) {
    let wanted = search.get_untracked();
    if wanted.trim().is_empty() {
        return people.set(Vec::new());
    }
    browser::after(PAUSE, move || {
        // The dialog may be closed by now, or something else be wanted.
        if search.try_get_untracked().as_ref() == Some(&wanted) {
            browser::spawn(async move {
                let found = user::users(wanted.clone()).await;
                if search.try_get_untracked() == Some(wanted) {
                    people.set(found.unwrap_or_default());
                }
            });
        }
    });
}

fn go(store: Store, goal: &Goal) {
    // At once: a dialog that closes gives the focus back, and whoever goes elsewhere is to have it there.
    browser::close_dialog(ID);
    store.switching.set(false);
    match goal {
        Goal::Conversation { id, .. } => store.go(*id, None),
        Goal::Person(user) => talk_to(store, user.id),
    }
}

fn talk_to(store: Store, id: UserId) {
    browser::spawn(async move {
        match user::direct(id).await {
            Ok(id) => store.go(id, None),
            Err(failure) => store.tell(failure.to_string()),
        }
    });
}
