//! Accounts, as the documents make and tell them.

use chat::{Caller, Device, SignUp};
use protocol::{Account, Error, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AppState,
    error::{Result, Saying as _},
    session::{Cookies, SetCookie},
};

/// What makes an account. A field that is missing is refused like an empty one.
#[derive(Deserialize, ToSchema)]
#[schema(as = SharedRegistration, example = json!({"username": "ada", "password": "correct horse battery"}))]
pub struct Registration {
    username: Option<String>,
    /// The same as `username`.
    name: Option<String>,
    password: Option<String>,
    email: Option<String>,
    avatar_url: Option<String>,
}

/// A user name or an e-mail address, and the password.
#[derive(Deserialize, ToSchema)]
#[schema(as = SharedLogin, example = json!({"username": "ada", "password": "correct horse battery"}))]
pub struct Login {
    username: Option<String>,
    /// The same as `username`.
    name: Option<String>,
    /// Instead of `username`.
    email: Option<String>,
    password: Option<String>,
}

/// Oneself.
#[derive(Serialize, ToSchema)]
#[schema(as = SharedPerson)]
pub struct Person {
    id: i64,
    username: String,
    email: Option<String>,
    avatar_url: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Account> for Person {
    fn from(Account { user, email, .. }: Account) -> Self {
        Self {
            id: user.id.0,
            username: user.username,
            email,
            avatar_url: user.avatar_url,
            created_at: user.created_at.to_rfc3339(),
        }
    }
}

/// Makes an account. Whoever it is for isn't signed in by that: the documents leave it to their logins.
pub async fn register(state: &AppState, registration: Registration, device: Device) -> Result<Account> {
    let form = SignUp {
        username: registration.username.or(registration.name).unwrap_or_default(),
        password: registration.password.unwrap_or_default(),
        display_name: None,
        email: registration.email,
        avatar_url: registration.avatar_url,
    };
    Ok(state.chat.register(form, &device).await?)
}

/// Signs someone in: the token, the cookie that holds it, and who they are.
pub async fn sign_in(
    state: &AppState,
    login: Login,
    device: Device,
    cookies: &Cookies,
) -> Result<(String, SetCookie, Person)> {
    let name = login.username.or(login.name).or(login.email).unwrap_or_default();
    let password = login.password.unwrap_or_default();
    if name.trim().is_empty() || password.is_empty() {
        return Err(Error::invalid("username", "A login needs “username” and “password”.").into());
    }
    let signed_in = state.chat.sign_in(&name, &password, device).await.saying(401, "Invalid credentials")?;
    let account = state.chat.account(signed_in.caller).await?;
    let cookie = cookies.sign_in(&signed_in);
    Ok((signed_in.token, cookie, account.into()))
}

/// Ends the sign-in that asks, and makes the browser forget it.
pub async fn sign_out(state: &AppState, caller: Caller, cookies: &Cookies) -> Result<SetCookie> {
    state.chat.sign_out(caller).await?;
    Ok(cookies.sign_out())
}

/// Someone by their user name.
///
/// # Errors
/// [`Error::NotFound`] for one that nobody has.
pub async fn named(state: &AppState, username: &str) -> Result<UserId> {
    match state.chat.user_ids(&[username.to_owned()]).await {
        Ok(ids) => Ok(ids.into_iter().next().ok_or_else(|| Error::not_found("that person"))?),
        Err(chat::Error::Refusal(Error::Invalid { .. })) => Err(Error::not_found("that person").into()),
        Err(error) => Err(error.into()),
    }
}
