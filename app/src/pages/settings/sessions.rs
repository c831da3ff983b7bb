//! Where one is signed in.

use leptos::prelude::*;
use protocol::{Session, Start};

use super::device::device_name;
use super::{SettingsFrame, Tab};
use crate::components::form::{Confirm, Done};
use crate::pages::moment::Moment;

/// The list of one's sign-ins.
#[component]
pub fn SessionSettings(
    start: Start,
    sessions: Vec<Session>,
    #[prop(optional_no_strip)] done: Option<Done>,
) -> impl IntoView {
    let others = sessions.iter().any(|session| !session.current);
    let rows = sessions.into_iter().map(|session| view! { <SessionRow session=session/> });
    view! {
        <SettingsFrame start=start tab=Tab::Sessions done=done
            lead="Where you’re signed in. If you don’t know one of them, sign it out and change your password.">
            <ul class="list">{rows.collect_view()}</ul>
            {others.then(|| view! {
                <Confirm label="Sign out all others…" action="/settings/sessions/end-others" yes="Sign out all others"
                    question="Every device but this one has to sign in again."/>
            })}
        </SettingsFrame>
    }
    .into_any()
}

#[component]
fn SessionRow(session: Session) -> impl IntoView {
    let device = device_name(&session.user_agent);
    let label = format!("Sign out {device}");
    view! {
        <li class="row">
            <div class="what">
                <span class="title" title=session.user_agent>{device}</span>
                {session.current.then(|| view! { <span class="tag strong">"This device"</span> })}
                <p class="meta">"Last seen " <Moment at=session.last_seen_at/> " from " {session.address}</p>
                <p class="meta">"Signed in " <Moment at=session.created_at/></p>
            </div>
            {(!session.current).then(|| view! {
                <form method="post" action=format!("/settings/sessions/{}/end", session.id)>
                    <button class="button" aria-label=label>"Sign out"</button>
                </form>
            })}
        </li>
    }
    .into_any()
}
