//! Who one is.

use leptos::prelude::*;
use protocol::{Account, MAX_NAME_CHARACTERS, Start};

use super::{SettingsFrame, Tab};
use crate::components::avatar::{Avatar, AvatarSize};
use crate::components::form::{Alert, Done, Field, Problem};

/// What stands in the form: what is stored, or what was typed and refused.
#[derive(Clone, Debug)]
pub struct ProfileTyped {
    pub username: String,
    pub display_name: String,
    pub email: String,
    pub avatar_url: String,
}

impl From<&Account> for ProfileTyped {
    fn from(account: &Account) -> Self {
        Self {
            username: account.user.username.clone(),
            display_name: account.user.display_name.clone(),
            email: account.email.clone().unwrap_or_default(),
            avatar_url: account.user.avatar_url.clone().unwrap_or_default(),
        }
    }
}

/// The form for one's profile.
#[component]
pub fn ProfileSettings(
    start: Start,
    typed: ProfileTyped,
    #[prop(optional)] problem: Problem,
    #[prop(optional_no_strip)] done: Option<Done>,
) -> impl IntoView {
    let user = start.account.user.clone();
    view! {
        <SettingsFrame start=start tab=Tab::Profile done=done lead="How others see you.">
            <div class="preview">
                <Avatar user=user.clone() size=AvatarSize::Huge/>
                <span class="what"><span class="title">{user.display_name}</span><span class="meta">{format!("@{}", user.username)}</span></span>
            </div>
            <form class="form" method="post" action="/settings">
                <Alert message=problem.beyond(&["username", "display_name", "email", "avatar_url"])/>
                <Field label="Display name" name="display_name" value=typed.display_name autocomplete="name"
                    most=MAX_NAME_CHARACTERS hint="Left empty, it is your user name." problem=problem.at("display_name")/>
                <Field label="User name" name="username" value=typed.username autocomplete="username" required=true
                    most=MAX_NAME_CHARACTERS hint="You sign in with it, and others mention you by it."
                    problem=problem.at("username")/>
                <Field label="E-mail" name="email" kind="email" value=typed.email autocomplete="email"
                    hint="You can sign in with it too. Other members can look it up." problem=problem.at("email")/>
                <Field label="Picture" name="avatar_url" kind="url" value=typed.avatar_url
                    autocomplete="photo" placeholder="https://example.org/me.png"
                    hint="The web address of a square picture." problem=problem.at("avatar_url")/>
                <div class="actions"><button class="button primary">"Save"</button></div>
            </form>
        </SettingsFrame>
    }
    .into_any()
}
