//! The way out.

use leptos::prelude::*;
use protocol::Start;

use super::{SettingsFrame, Tab};
use crate::components::form::{Alert, Field, Problem};
use crate::pages::moment::Moment;

/// Deactivation of one's account.
#[component]
pub fn AccountSettings(start: Start, #[prop(optional)] problem: Problem) -> impl IntoView {
    let user = start.account.user.clone();
    let refused = problem != Problem::default();
    view! {
        <SettingsFrame start=start tab=Tab::Account done=None lead="When it began, and how to close it.">
            <dl class="facts">
                <dt>"User name"</dt><dd>{user.username}</dd>
                <dt>"Here since"</dt><dd><Moment at=user.created_at/></dd>
                <dt>"Standing"</dt><dd>{if user.admin { "Admin of this place" } else { "Member" }}</dd>
            </dl>
            <section class="part" aria-labelledby="deactivate">
                <h3 id="deactivate">"Deactivate the account"</h3>
                <p class="about">"You’re signed out everywhere and can’t sign in again. What you wrote stays, under your name."</p>
                <details class="confirm" open=refused>
                    <summary class="button careful">"Deactivate…"</summary>
                    <form class="form" method="post" action="/settings/account">
                        <Alert message=problem.beyond(&["password"])/>
                        <Field label="Password" name="password" kind="password" autocomplete="current-password" required=true
                            problem=problem.at("password")/>
                        <button class="button primary danger">"Deactivate my account"</button>
                    </form>
                </details>
            </section>
        </SettingsFrame>
    }
    .into_any()
}
