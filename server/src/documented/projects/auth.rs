//! Accounts and the session cookie.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chat::{SignUp, SignedIn};
use protocol::Error;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    AppState, error,
    error::{Result, Saying as _},
    json::{Created, Json},
    routes::{Routes, routes},
    session::{self, Cookies, RequestDevice},
};

pub fn router() -> Routes {
    routes!(register, login, logout, check)
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ProjectsRegistration)]
struct Registration {
    #[schema(min_length = 1, max_length = 64, example = "ada")]
    username: String,
    #[schema(min_length = 8, format = Password, example = "correct horse battery")]
    password: String,
    email: Option<String>,
    avatar_url: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ProjectsLogin)]
struct Login {
    /// The user name or the e-mail address.
    #[serde(alias = "email")]
    #[schema(min_length = 1, example = "ada")]
    username: String,
    #[schema(min_length = 1, format = Password, example = "correct horse battery")]
    password: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsSignedIn)]
struct Entered {
    message: &'static str,
    user_id: i64,
    username: String,
}

impl Entered {
    fn new(message: &'static str, signed_in: SignedIn) -> Self {
        Self { message, user_id: signed_in.user.id.0, username: signed_in.user.username }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsLoggedOut)]
struct LoggedOut {
    message: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsCheck)]
struct Present {
    /// Always true.
    authenticated: bool,
    user_id: i64,
    username: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProjectsStranger)]
struct Stranger {
    /// Always false.
    authenticated: bool,
    error: String,
    message: String,
}

/// Makes an account and signs it in.
#[utoipa::path(
    post, path = "/auth/register", operation_id = "projects_register", tag = "3-projects", security(()),
    request_body = Registration, responses((status = 201, body = Entered))
)]
async fn register(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    cookies: Cookies,
    Json(form): Json<Registration>,
) -> Result<impl IntoResponse> {
    let Registration { username, password, email, avatar_url } = form;
    let sign_up = SignUp { username, password, email, avatar_url, display_name: None };
    let signed_in = state.chat.sign_up(sign_up, device).await?;
    let cookie = cookies.sign_in(&signed_in);
    Ok((cookie, Created(Entered::new("User registered successfully", signed_in))))
}

/// Signs in.
#[utoipa::path(
    post, path = "/auth/login", operation_id = "projects_login", tag = "3-projects", security(()),
    request_body = Login,
    responses((status = 200, body = Entered), (status = 401, description = "That name and password don’t match."))
)]
async fn login(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    cookies: Cookies,
    Json(login): Json<Login>,
) -> Result<impl IntoResponse> {
    let signed_in = state.chat.sign_in(&login.username, &login.password, device).await;
    let signed_in = signed_in.saying(401, "Invalid credentials")?;
    let cookie = cookies.sign_in(&signed_in);
    Ok((cookie, Json(Entered::new("Login successful", signed_in))))
}

/// Signs out, and closes the sockets of this sign-in.
#[utoipa::path(
    post, path = "/auth/logout", operation_id = "projects_logout", tag = "3-projects",
    responses((status = 200, body = LoggedOut))
)]
async fn logout(
    State(state): State<AppState>,
    session::SignedIn(caller): session::SignedIn,
    cookies: Cookies,
) -> Result<impl IntoResponse> {
    state.chat.sign_out(caller).await?;
    Ok((cookies.sign_out(), Json(LoggedOut { message: "Logged out successfully" })))
}

/// Whether one is signed in, and as whom.
#[utoipa::path(
    get, path = "/auth/check", operation_id = "projects_check", tag = "3-projects", security(()),
    responses((status = 200, body = Present), (status = 401, body = Stranger))
)]
async fn check(
    State(state): State<AppState>,
    who: std::result::Result<session::SignedIn, error::Error>,
) -> Result<Response> {
    let Ok(session::SignedIn(caller)) = who else {
        let sentence = Error::SignedOut.to_string();
        let stranger = Stranger { authenticated: false, error: sentence.clone(), message: sentence };
        return Ok((StatusCode::UNAUTHORIZED, Json(stranger)).into_response());
    };
    let user = state.chat.account(caller).await?.user;
    let answer = Present { authenticated: true, user_id: user.id.0, username: user.username };
    Ok(Json(answer).into_response())
}
