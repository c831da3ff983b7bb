//! How it ends: by leaving it, or by archiving it for everyone.

use leptos::prelude::*;
use protocol::{Action, Kind};

use super::Details;
use crate::components::form::Confirm;

#[component]
pub fn Ending(details: Details) -> impl IntoView {
    let leave = details.standing.may(Action::Leave);
    let archive = details.standing.may(Action::Archive);
    let join = details.standing.may(Action::Join);
    (leave || archive || join).then(|| {
        view! {
            <section class="part" aria-labelledby="ending">
                <h2 id="ending">{heading(join, archive)}</h2>
                <div class="actions">
                    {join.then(|| view! {
                        <form method="post" action=details.path("/join")><button class="button primary">"Join"</button></form>
                    })}
                    {leave.then(|| view! {
                        <Confirm label="Leave…" question=leaving(&details) yes="Leave" action=details.path("/leave")/>
                    })}
                    {archive.then(|| view! { <Archiving details=details.clone()/> })}
                </div>
            </section>
        }
    })
}

const fn heading(join: bool, archive: bool) -> &'static str {
    match (join, archive) {
        (true, _) => "Coming in",
        (false, true) => "Leaving and archiving",
        (false, false) => "Leaving",
    }
}

#[component]
fn Archiving(details: Details) -> impl IntoView {
    let action = details.path("/archive");
    if details.standing.archived {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="archived" value="false"/>
                <button class="button">"Open it again"</button>
            </form>
        }
        .into_any()
    } else {
        view! {
            <Confirm label="Archive…" yes="Archive" action=action
                question="Nobody can post any more. What was said stays, and you can open it again."/>
        }
        .into_any()
    }
}

fn leaving(details: &Details) -> &'static str {
    if details.conversation.private || details.conversation.kind == Kind::Group {
        "You will no longer see it. To come back, someone who is in must add you."
    } else {
        "It goes from your sidebar. The room is open: you can join again."
    }
}
