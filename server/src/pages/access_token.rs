//! One's access tokens.

use app::{
    components::form::{Done, Problem},
    pages::settings::{Tab, TokenSettings, TokenSettingsProps, TokenTyped},
};
use axum::response::Response;
use protocol::{Error, SessionId};

use super::{
    fields::{Asked, At, Fields},
    reader::{Reader, said_by_form, see_done, status},
};
use crate::error::Result;

/// The list, and the form for a new one.
pub async fn list(reader: Reader, Asked(asked): Asked) -> Result<Response> {
    page(&reader, None, TokenTyped::default(), None, asked.done()).await
}

/// Makes a token. It is shown in this very answer, which no cache keeps: an address would be kept by the browser's
/// history, and a second request would have to find it somewhere.
pub async fn create(reader: Reader, fields: Fields) -> Result<Response> {
    let typed = TokenTyped { name: fields.text("name"), days: fields.text("days") };
    // What is no number of days is refused as one that is out of range.
    let days = if typed.days.is_empty() { None } else { Some(fields.number("days").unwrap_or(0)) };
    match reader.chat.create_access_token(reader.caller, &typed.name, days).await {
        Ok(made) => page(&reader, Some(made.token), TokenTyped::default(), None, None).await,
        Err(error) => page(&reader, None, typed, Some(&said_by_form(error)?), None).await,
    }
}

/// Ends a token.
pub async fn revoke(reader: Reader, At(token): At<SessionId>) -> Result<Response> {
    reader.chat.revoke_access_token(reader.caller, token).await?;
    Ok(see_done(Tab::Tokens.path(), Done::TokenRevoked))
}

async fn page(
    reader: &Reader,
    made: Option<String>,
    typed: TokenTyped,
    refusal: Option<&Error>,
    done: Option<Done>,
) -> Result<Response> {
    let start = reader.start().await?;
    let tokens = reader.chat.access_tokens(reader.caller).await?;
    let theme = start.account.theme;
    let problem = refusal.map(Problem::from).unwrap_or_default();
    let props = TokenSettingsProps { start, tokens, made, typed, problem, done };
    Ok(reader.page(status(refusal), Tab::Tokens.title(), theme, || TokenSettings(props)))
}
