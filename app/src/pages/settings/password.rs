//! How one signs in.

use leptos::prelude::*;
use protocol::{MIN_PASSWORD_CHARACTERS, Start};

use super::{SettingsFrame, Tab};
use crate::components::form::{Alert, Done, Field, Problem};

/// The form for a new password.
#[component]
pub fn PasswordSettings(
    start: Start,
    #[prop(optional)] problem: Problem,
    #[prop(optional_no_strip)] done: Option<Done>,
) -> impl IntoView {
    let username = start.account.user.username.clone();
    view! {
        <SettingsFrame start=start tab=Tab::Password done=done lead="Choose one that you use nowhere else.">
            <form class="form" method="post" action="/settings/password">
                <Alert message=problem.beyond(&["current", "password"])/>
                // Tells password managers whose password it is.
                <input type="text" name="username" value=username autocomplete="username" hidden=true/>
                <Field label="Current password" name="current" kind="password" autocomplete="current-password"
                    required=true problem=problem.at("current")/>
                <Field label="New password" name="password" kind="password" autocomplete="new-password" required=true
                    least=MIN_PASSWORD_CHARACTERS hint=format!("At least {MIN_PASSWORD_CHARACTERS} characters.")
                    problem=problem.at("password")/>
                <div class="actions"><button class="button primary">"Change password"</button></div>
            </form>
        </SettingsFrame>
    }
    .into_any()
}
