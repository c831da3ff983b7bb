//! How it looks.

use leptos::prelude::*;
use protocol::{Start, Theme};

use super::{SettingsFrame, Tab};
use crate::components::form::Done;

/// The choice of a theme.
#[component]
pub fn AppearanceSettings(start: Start, #[prop(optional_no_strip)] done: Option<Done>) -> impl IntoView {
    let chosen = start.account.theme;
    let choices =
        [(Theme::System, "Automatic"), (Theme::Light, "Light"), (Theme::Dark, "Dark")].map(|(theme, label)| {
            view! { <ThemeChoice theme=theme label=label chosen=theme == chosen/> }
        });
    view! {
        <SettingsFrame start=start tab=Tab::Appearance done=done lead="Automatic follows your device. Your choice holds wherever you’re signed in.">
            <form class="form" method="post" action="/settings/appearance">
                <fieldset class="themes">
                    <legend>"Colours"</legend>
                    {choices.collect_view()}
                </fieldset>
                <div class="actions"><button class="button primary">"Save"</button></div>
            </form>
        </SettingsFrame>
    }
    .into_any()
}

/// A theme, drawn small in its own colours.
#[component]
fn ThemeChoice(theme: Theme, label: &'static str, chosen: bool) -> impl IntoView {
    view! {
        <label class="theme">
            <input type="radio" name="theme" value=theme.as_str() checked=chosen/>
            <span class="swatch" data-theme=theme.as_str() aria-hidden="true"><i></i><i></i><i></i></span>
            <span>{label}</span>
        </label>
    }
    .into_any()
}
