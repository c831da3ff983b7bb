//! What programs act for one with.

use leptos::prelude::*;
use protocol::{AccessToken, MAX_NAME_CHARACTERS, Start};

use super::{SettingsFrame, Tab};
use crate::components::form::{Alert, Done, Field, Problem};
use crate::pages::moment::Moment;

/// The lifetimes to choose from: days as they are posted, and in words.
const LIFETIMES: [(&str, &str); 5] =
    [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "One year"), ("", "Until it is revoked")];

/// What stands in the form: the usual, or what was typed and refused.
#[derive(Clone, Debug)]
pub struct TokenTyped {
    pub name: String,
    pub days: String,
}

impl Default for TokenTyped {
    fn default() -> Self {
        Self { name: String::new(), days: "90".to_owned() }
    }
}

/// The list of one's access tokens, and the form for a new one.
#[component]
pub fn TokenSettings(
    start: Start,
    tokens: Vec<AccessToken>,
    /// The token that was just made. It is shown this once.
    #[prop(optional_no_strip)]
    made: Option<String>,
    typed: TokenTyped,
    #[prop(optional)] problem: Problem,
    #[prop(optional_no_strip)] done: Option<Done>,
) -> impl IntoView {
    let rows = tokens.into_iter().map(|token| view! { <TokenRow token=token/> });
    view! {
        <SettingsFrame start=start tab=Tab::Tokens done=done
            lead="For programs that act for you. Whoever has one can do what you can do: give each program its own.">
            {made.map(|token| view! { <NewToken token=token/> })}
            <ul class="list">{rows.collect_view()}</ul>
            <p class="meta">"What programs can ask for is written down in " <a href="/api/docs">"the API"</a> "."</p>
            <section class="part" aria-labelledby="new-token">
                <h3 id="new-token">"A new token"</h3>
                <form class="form" method="post" action=Tab::Tokens.path()>
                    <Alert message=problem.beyond(&["name", "days"])/>
                    <Field label="Name" name="name" value=typed.name required=true most=MAX_NAME_CHARACTERS
                        hint="What it is for, so that you know it again." problem=problem.at("name")/>
                    <Lifetime days=typed.days problem=problem.at("days")/>
                    <div class="actions"><button class="button primary">"Make a token"</button></div>
                </form>
            </section>
        </SettingsFrame>
    }
    .into_any()
}

/// The token itself, ready to be copied: Tab or a click into the field, then the keys for all and copy.
#[component]
fn NewToken(token: String) -> impl IntoView {
    view! {
        <section class="minted" aria-labelledby="minted">
            <h3 id="minted">"Your new token"</h3>
            <div class="field">
                <input id="token" class="secret" value=token readonly=true autofocus=true autocomplete="off" spellcheck="false"
                    aria-labelledby="minted" aria-describedby="token-hint"/>
                <p class="hint" id="token-hint">
                    "Copy it now and keep it secret. It isn’t kept here and can’t be shown again."
                </p>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Lifetime(days: String, #[prop(optional_no_strip)] problem: Option<String>) -> impl IntoView {
    let options = LIFETIMES.map(|(value, words)| {
        view! { <option value=value selected=value == days>{words}</option> }
    });
    view! {
        <div class="field">
            <label for="days">"Good for"</label>
            <select id="days" name="days" aria-invalid=problem.is_some().then_some("true")
                aria-describedby=problem.is_some().then_some("days-problem")>
                {options.collect_view()}
            </select>
            {problem.map(|problem| view! { <p class="problem" id="days-problem">{problem}</p> })}
        </div>
    }
    .into_any()
}

#[component]
fn TokenRow(token: AccessToken) -> impl IntoView {
    let label = format!("Revoke {}…", token.name);
    let used = match token.last_used_at {
        Some(at) => view! { "Last used " <Moment at=at/> }.into_any(),
        None => "Never used".into_any(),
    };
    let ends = match token.expires_at {
        Some(at) => view! { "Ends " <Moment at=at/> }.into_any(),
        None => "Good until revoked".into_any(),
    };
    view! {
        <li class="row">
            <div class="what">
                <span class="title">{token.name}</span>
                <p class="meta">{used}</p>
                <p class="meta">"Made " <Moment at=token.created_at/></p>
                <p class="meta">{ends}</p>
            </div>
            <details class="manage" name="manage">
                <summary class="button careful" aria-label=label>"Revoke…"</summary>
                <form class="menu" method="post" action=format!("/settings/tokens/{}/revoke", token.id)>
                    <p class="meta">"Programs that use it are shut out at once."</p>
                    <button class="button primary danger">"Revoke"</button>
                </form>
            </details>
        </li>
    }
    .into_any()
}
