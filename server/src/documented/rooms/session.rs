//! Coming in and going out.

use axum::{extract::State, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::Done;
use crate::{
    AppState,
    documented::account::{self, Login, Person, Registration},
    error::Result,
    json::{Created, Json},
    routes::{Routes, routes},
    session::{Cookies, RequestDevice, SignedIn},
};

pub fn router() -> Routes {
    routes!(register, log_in, log_out)
}

/// Makes an account.
#[utoipa::path(
    post, path = "/api/register", operation_id = "rooms_create_user", tag = "4-rooms", request_body = Registration,
    security(()), responses((status = 201, body = Done))
)]
async fn register(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    Json(registration): Json<Registration>,
) -> Result<Created<Done>> {
    account::register(&state, registration, device).await?;
    Ok(Created(Done { message: "User registered successfully" }))
}

#[derive(Serialize, ToSchema)]
#[schema(as = RoomsLoggedIn)]
struct LoggedIn {
    message: &'static str,
    token: String,
    user: Person,
}

/// Signs in by user name or e-mail address.
#[utoipa::path(
    post, path = "/api/login", operation_id = "rooms_create_login", tag = "4-rooms", request_body = Login,
    security(()), responses((status = 200, body = LoggedIn), (status = 401, description = "That name and password don’t match."))
)]
async fn log_in(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    cookies: Cookies,
    Json(login): Json<Login>,
) -> Result<impl IntoResponse> {
    let (token, cookie, user) = account::sign_in(&state, login, device, &cookies).await?;
    Ok((cookie, Json(LoggedIn { message: "Login successful", token, user })))
}

/// Revokes the credential that it is asked with.
#[utoipa::path(
    post, path = "/api/logout", operation_id = "rooms_delete_login", tag = "4-rooms",
    responses((status = 200, body = Done))
)]
async fn log_out(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    cookies: Cookies,
) -> Result<impl IntoResponse> {
    let cookie = account::sign_out(&state, caller, &cookies).await?;
    Ok((cookie, Json(Done { message: "Logout successful" })))
}
