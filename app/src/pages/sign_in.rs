//! Where people come in. No script, no sidebar: one calm card.

use leptos::prelude::*;

use super::gate::{Gate, ReturnTo, with_return};
use crate::components::form::{Alert, Done, Field, Notice, Problem};

/// The sign-in form.
#[component]
pub fn SignIn(
    /// What the place is called.
    place_name: String,
    /// The user name or e-mail address typed before.
    #[prop(optional)]
    login: String,
    /// The page to go to afterwards; empty for the first one.
    return_to: String,
    /// What was wrong with the last attempt.
    #[prop(optional)]
    problem: Problem,
    /// What was done on the page before.
    #[prop(optional_no_strip)]
    done: Option<Done>,
) -> impl IntoView {
    // After a wrong password the name stands already: the cursor belongs in the password.
    let retry = !login.is_empty();
    view! {
        <Gate heading="Welcome back" lead=format!("Sign in to {place_name}")>
            <form method="post" action="/sign-in">
                <Notice done=done/>
                <Alert message=problem.beyond(&["login", "password"])/>
                <ReturnTo path=return_to.clone()/>
                <Field label="User name or e-mail" name="login" value=login autocomplete="username" required=true
                    focus=!retry problem=problem.at("login")/>
                <Field label="Password" name="password" kind="password" autocomplete="current-password" required=true
                    focus=retry problem=problem.at("password")/>
                <button class="button primary wide">"Sign in"</button>
            </form>
            <p class="alt">"New here? " <a href=with_return("/sign-up", &return_to)>"Create an account"</a></p>
        </Gate>
    }
}
