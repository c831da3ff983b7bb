//! Accounts and tokens. No cookie: this document's clients send their token themselves.

use axum::{extract::State, response::IntoResponse};
use chat::SignUp;
use protocol::{Account, Email};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Done;
use crate::{
    AppState,
    error::{Result, Saying as _},
    json::{Created, Json},
    routes::{Routes, routes},
    session::{RequestDevice, SignedIn},
};

pub fn router() -> Routes {
    routes!(register, login, logout)
}

#[derive(Deserialize, ToSchema)]
#[schema(as = MessengerRegistration)]
struct Registration {
    #[schema(min_length = 1, max_length = 64, example = "ada")]
    username: String,
    #[schema(min_length = 3, max_length = 254, example = "ada@example.org")]
    email: String,
    #[schema(min_length = 8, format = Password, example = "correct horse battery")]
    password: String,
    avatar_url: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = MessengerLogin)]
struct Login {
    /// The user name or the e-mail address.
    #[schema(min_length = 1, example = "ada")]
    username: String,
    #[schema(min_length = 1, format = Password, example = "correct horse battery")]
    password: String,
}

/// Oneself.
#[derive(Serialize, ToSchema)]
#[schema(as = MessengerOneself)]
struct Oneself {
    id: i64,
    username: String,
    email: Option<String>,
    avatar_url: Option<String>,
}

impl From<Account> for Oneself {
    fn from(Account { user, email, .. }: Account) -> Self {
        Self { id: user.id.0, username: user.username, email, avatar_url: user.avatar_url }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerRegistered)]
struct Registered {
    message: &'static str,
    user: Oneself,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessengerLoggedIn)]
struct LoggedIn {
    message: &'static str,
    access_token: String,
    user: Oneself,
}

/// Makes an account.
#[utoipa::path(
    post, path = "/api/auth/register", operation_id = "messenger_register", tag = "5-messenger", security(()),
    request_body = Registration, responses((status = 201, body = Registered))
)]
async fn register(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    Json(form): Json<Registration>,
) -> Result<impl IntoResponse> {
    // Elsewhere the address may be left empty; this document requires it.
    let email = Email::parse(&form.email)?.to_string();
    let Registration { username, password, avatar_url, .. } = form;
    let form = SignUp { username, password, email: Some(email), avatar_url, display_name: None };
    let account = state.chat.register(form, &device).await?;
    Ok(Created(Registered { message: "User registered successfully", user: account.into() }))
}

/// Signs in.
#[utoipa::path(
    post, path = "/api/auth/login", operation_id = "messenger_login", tag = "5-messenger", security(()),
    request_body = Login,
    responses((status = 200, body = LoggedIn), (status = 401, description = "Invalid credentials"))
)]
async fn login(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    Json(login): Json<Login>,
) -> Result<Json<LoggedIn>> {
    let signed_in = state.chat.sign_in(&login.username, &login.password, device).await;
    let signed_in = signed_in.saying(401, "Invalid credentials")?;
    let user = state.chat.account(signed_in.caller).await?.into();
    Ok(Json(LoggedIn { message: "Login successful", access_token: signed_in.token, user }))
}

/// Revokes the token that it is asked with, and closes its sockets.
#[utoipa::path(
    post, path = "/api/auth/logout", operation_id = "messenger_logout", tag = "5-messenger",
    responses((status = 200, body = Done))
)]
async fn logout(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<Json<Done>> {
    state.chat.sign_out(caller).await?;
    Ok(Json(Done { message: "Logout successful" }))
}
