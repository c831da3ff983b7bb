//! One's own account: who one is, how one signs in, where one is signed in, which programs may act
//! for one, how it looks, and the way out.

mod access_tokens;
mod account;
mod appearance;
mod device;
mod password;
mod profile;
mod sessions;

pub use access_tokens::{TokenSettings, TokenSettingsProps, TokenTyped};
pub use account::{AccountSettings, AccountSettingsProps};
pub use appearance::{AppearanceSettings, AppearanceSettingsProps};
pub use password::{PasswordSettings, PasswordSettingsProps};
pub use profile::{ProfileSettings, ProfileSettingsProps, ProfileTyped};
pub use sessions::{SessionSettings, SessionSettingsProps};

use leptos::prelude::*;
use protocol::Start;

use super::sheet::{SIDEBAR, Sheet};
use crate::components::form::{Done, Notice};

/// A page of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Profile,
    Password,
    Sessions,
    Tokens,
    Appearance,
    Account,
}

impl Tab {
    const ALL: [Self; 6] =
        [Self::Profile, Self::Password, Self::Sessions, Self::Tokens, Self::Appearance, Self::Account];

    /// What it is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Profile => "Profile",
            Self::Password => "Password",
            Self::Sessions => "Devices",
            Self::Tokens => "Access tokens",
            Self::Appearance => "Appearance",
            Self::Account => "Account",
        }
    }

    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Profile => "/settings",
            Self::Password => "/settings/password",
            Self::Sessions => "/settings/sessions",
            Self::Tokens => "/settings/tokens",
            Self::Appearance => "/settings/appearance",
            Self::Account => "/settings/account",
        }
    }
}

/// A page of the settings beside their list.
#[component]
fn SettingsFrame(
    start: Start,
    tab: Tab,
    /// What was done on the page before.
    done: Option<Done>,
    /// What the page is for, in a sentence.
    lead: &'static str,
    children: Children,
) -> impl IntoView {
    let links = Tab::ALL.map(|other| {
        view! { <a href=other.path() aria-current=(other == tab).then_some("page")>{other.title()}</a> }
    });
    let tools = view! {
        <form method="post" action="/sign-out"><button class="button">"Sign out"</button></form>
    };
    view! {
        <Sheet start=start title="Settings" back=SIDEBAR tools=Some(tools.into_any())>
            <div class="settings">
                <nav class="tabs" aria-label="Settings">{links.collect_view()}</nav>
                <div class="tab">
                    <Notice done=done/>
                    <h2>{tab.title()}</h2>
                    <p class="lead">{lead}</p>
                    {children()}
                </div>
            </div>
        </Sheet>
    }
    .into_any()
}
