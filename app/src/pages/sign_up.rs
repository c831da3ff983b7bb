//! Where people come for the first time.

use leptos::prelude::*;
use protocol::{MAX_NAME_CHARACTERS, MIN_PASSWORD_CHARACTERS};

use super::gate::{Gate, ReturnTo, with_return};
use crate::components::form::{Alert, Field, Problem};

/// What was typed, less the password, which never goes back into a page.
#[derive(Clone, Debug, Default)]
pub struct SignUpTyped {
    pub username: String,
    pub display_name: String,
    pub email: String,
}

/// The sign-up form.
#[component]
pub fn SignUp(
    /// What the place is called.
    place_name: String,
    /// What was typed before.
    #[prop(optional)]
    typed: SignUpTyped,
    /// The page to go to afterwards; empty for the first one.
    return_to: String,
    /// What was wrong with the last attempt.
    #[prop(optional)]
    problem: Problem,
) -> impl IntoView {
    view! {
        <Gate heading="Create an account" lead=format!("Join {place_name}")>
            <form method="post" action="/sign-up">
                <Alert message=problem.beyond(&["username", "display_name", "email", "password"])/>
                <ReturnTo path=return_to.clone()/>
                <Field label="User name" name="username" value=typed.username autocomplete="username" required=true
                    focus=true most=MAX_NAME_CHARACTERS hint="You sign in with it, and others mention you by it."
                    problem=problem.at("username")/>
                <Field label="Display name" name="display_name" value=typed.display_name autocomplete="name"
                    most=MAX_NAME_CHARACTERS problem=problem.at("display_name")/>
                <Field label="E-mail" name="email" kind="email" value=typed.email autocomplete="email"
                    problem=problem.at("email")/>
                <Field label="Password" name="password" kind="password" autocomplete="new-password" required=true
                    least=MIN_PASSWORD_CHARACTERS hint=format!("At least {MIN_PASSWORD_CHARACTERS} characters.")
                    problem=problem.at("password")/>
                <button class="button primary wide">"Create account"</button>
            </form>
            <p class="alt">"Already here? " <a href=with_return("/sign-in", &return_to)>"Sign in"</a></p>
        </Gate>
    }
}
