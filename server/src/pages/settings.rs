//! One's own account.

use app::{
    components::form::{Done, Problem},
    pages::settings::{
        AccountSettings, AccountSettingsProps, AppearanceSettings, AppearanceSettingsProps, PasswordSettings,
        PasswordSettingsProps, ProfileSettings, ProfileSettingsProps, ProfileTyped, SessionSettings,
        SessionSettingsProps, Tab,
    },
};
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use chat::AccountUpdate;
use protocol::{Error, SessionId, Theme};

use super::{
    fields::{Asked, At, Fields},
    reader::{Reader, said_by_form, see_done, status, with_retry},
};
use crate::{error::Result, session::Cookies};

/// The profile.
pub async fn profile(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    profile_page(&reader, None, None, asked.done()).await
}

/// Changes the profile.
pub async fn change_profile(reader: Reader, fields: Fields) -> Result<Response> {
    let given = |name| fields.find(name).map(str::to_owned);
    let update = AccountUpdate {
        username: given("username"),
        display_name: given("display_name"),
        email: given("email"),
        avatar_url: given("avatar_url"),
        theme: None,
    };
    match reader.chat.update_account(reader.caller, update).await {
        Ok(_) => Ok(see_done(Tab::Profile.path(), Done::Saved)),
        Err(error) => {
            let typed = ProfileTyped {
                username: fields.text("username"),
                display_name: fields.text("display_name"),
                email: fields.text("email"),
                avatar_url: fields.text("avatar_url"),
            };
            profile_page(&reader, Some(typed), Some(&said_by_form(error)?), None).await
        }
    }
}

async fn profile_page(
    reader: &Reader,
    typed: Option<ProfileTyped>,
    refusal: Option<&Error>,
    done: Option<Done>,
) -> Result<Response> {
    let start = reader.start().await?;
    let theme = start.account.theme;
    let typed = typed.unwrap_or_else(|| ProfileTyped::from(&start.account));
    let props = ProfileSettingsProps { start, typed, problem: problem(refusal), done };
    Ok(reader.page(status(refusal), Tab::Profile.title(), theme, || ProfileSettings(props)))
}

/// The form for a new password.
pub async fn password(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    password_page(&reader, None, asked.done()).await
}

/// Changes the password; one's other devices are signed out by it.
pub async fn change_password(reader: Reader, fields: Fields) -> Result<Response> {
    match reader.chat.change_password(reader.caller, fields.get("current"), fields.get("password")).await {
        Ok(()) => Ok(see_done(Tab::Password.path(), Done::PasswordChanged)),
        Err(error) => password_page(&reader, Some(&said_by_form(error)?), None).await,
    }
}

async fn password_page(reader: &Reader, refusal: Option<&Error>, done: Option<Done>) -> Result<Response> {
    let start = reader.start().await?;
    let theme = start.account.theme;
    let props = PasswordSettingsProps { start, problem: problem(refusal), done };
    let response = reader.page(status(refusal), Tab::Password.title(), theme, || PasswordSettings(props));
    Ok(with_retry(refusal, response))
}

/// Where one is signed in.
pub async fn sessions(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    let start = reader.start().await?;
    let sessions = reader.chat.sessions(reader.caller).await?;
    let theme = start.account.theme;
    let props = SessionSettingsProps { start, sessions, done: asked.done() };
    Ok(reader.page(StatusCode::OK, Tab::Sessions.title(), theme, || SessionSettings(props)))
}

/// Signs one device out.
pub async fn end_session(reader: Reader, At(session): At<SessionId>) -> Result<Response> {
    reader.chat.revoke_session(reader.caller, session).await?;
    Ok(see_done(Tab::Sessions.path(), Done::SessionEnded))
}

/// Signs all devices out but the one that asks.
pub async fn end_other_sessions(reader: Reader) -> Result<Response> {
    reader.chat.revoke_other_sessions(reader.caller).await?;
    Ok(see_done(Tab::Sessions.path(), Done::OthersEnded))
}

/// The choice of colours.
pub async fn appearance(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    let start = reader.start().await?;
    let theme = start.account.theme;
    let props = AppearanceSettingsProps { start, done: asked.done() };
    Ok(reader.page(StatusCode::OK, Tab::Appearance.title(), theme, || AppearanceSettings(props)))
}

/// Changes the colours.
pub async fn change_appearance(reader: Reader, fields: Fields) -> Result<Response> {
    let update = AccountUpdate { theme: Some(Theme::from_word(fields.get("theme"))), ..AccountUpdate::default() };
    reader.chat.update_account(reader.caller, update).await?;
    Ok(see_done(Tab::Appearance.path(), Done::Saved))
}

/// The account as a whole, and the way out.
pub async fn account(reader: Reader) -> Result<Response> {
    account_page(&reader, None).await
}

/// Closes the account, after its password.
pub async fn deactivate(reader: Reader, cookies: Cookies, fields: Fields) -> Result<Response> {
    match reader.chat.deactivate(reader.caller, fields.get("password")).await {
        Ok(()) => Ok((cookies.sign_out(), see_done("/sign-in", Done::Deactivated)).into_response()),
        Err(error) => account_page(&reader, Some(&said_by_form(error)?)).await,
    }
}

async fn account_page(reader: &Reader, refusal: Option<&Error>) -> Result<Response> {
    let start = reader.start().await?;
    let theme = start.account.theme;
    let props = AccountSettingsProps { start, problem: problem(refusal) };
    let response = reader.page(status(refusal), Tab::Account.title(), theme, || AccountSettings(props));
    Ok(with_retry(refusal, response))
}

fn problem(refusal: Option<&Error>) -> Problem {
    refusal.map(Problem::from).unwrap_or_default()
}
