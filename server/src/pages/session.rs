//! Coming in and going out.

use app::{
    components::form::{Done, Problem},
    context::Visitor,
    pages::{
        sign_in::{SignIn, SignInProps},
        sign_up::{SignUp, SignUpProps, SignUpTyped},
    },
};
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse as _, Response},
};
use protocol::{Error, Theme};

use super::{
    fields::{Asked, Fields},
    reader::{page, said_by_form, see, see_done, status, with_retry},
};
use crate::{
    AppState, error,
    session::{Cookies, RequestDevice},
};

/// The sign-in form; who is signed in already is sent on.
pub async fn sign_in_form(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Asked(asked): Asked,
) -> Response {
    if visitor.caller.is_some() {
        return see(first_page(&asked.return_to()));
    }
    sign_in_page(&state, String::new(), asked.return_to(), None, asked.done())
}

/// Signs someone in.
pub async fn sign_in(
    State(state): State<AppState>,
    cookies: Cookies,
    RequestDevice(device): RequestDevice,
    fields: Fields,
) -> error::Result<Response> {
    match state.chat.sign_in(fields.get("login"), fields.get("password"), device).await {
        Ok(signed_in) => Ok((cookies.sign_in(&signed_in), see(first_page(&fields.return_to()))).into_response()),
        Err(error) => {
            let refusal = said_by_form(error)?;
            Ok(sign_in_page(&state, fields.text("login"), fields.return_to(), Some(&refusal), None))
        }
    }
}

fn sign_in_page(
    state: &AppState,
    login: String,
    return_to: String,
    refusal: Option<&Error>,
    done: Option<Done>,
) -> Response {
    let problem = refusal.map(Problem::from).unwrap_or_default();
    let place_name = state.chat.place_name().to_owned();
    let props = SignInProps { place_name, login, return_to, problem, done };
    let response = page(&state.assets(), status(refusal), "Sign in", Theme::System, || SignIn(props));
    with_retry(refusal, response)
}

/// The sign-up form; who is signed in already is sent on.
pub async fn sign_up_form(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    Asked(asked): Asked,
) -> Response {
    if visitor.caller.is_some() {
        return see(first_page(&asked.return_to()));
    }
    sign_up_page(&state, &asked, None)
}

/// Makes an account and signs it in.
pub async fn sign_up(
    State(state): State<AppState>,
    cookies: Cookies,
    RequestDevice(device): RequestDevice,
    fields: Fields,
) -> error::Result<Response> {
    let form = chat::SignUp {
        username: fields.text("username"),
        password: fields.text("password"),
        display_name: fields.find("display_name").map(str::to_owned),
        email: fields.find("email").map(str::to_owned),
        avatar_url: None,
    };
    match state.chat.sign_up(form, device).await {
        Ok(signed_in) => Ok((cookies.sign_in(&signed_in), see(first_page(&fields.return_to()))).into_response()),
        Err(error) => Ok(sign_up_page(&state, &fields, Some(&said_by_form(error)?))),
    }
}

fn sign_up_page(state: &AppState, fields: &Fields, refusal: Option<&Error>) -> Response {
    let typed = SignUpTyped {
        username: fields.text("username"),
        display_name: fields.text("display_name"),
        email: fields.text("email"),
    };
    let problem = refusal.map(Problem::from).unwrap_or_default();
    let place_name = state.chat.place_name().to_owned();
    let props = SignUpProps { place_name, typed, return_to: fields.return_to(), problem };
    let title = "Create an account";
    let response = page(&state.assets(), status(refusal), title, Theme::System, || SignUp(props));
    with_retry(refusal, response)
}

/// Ends the sign-in that asks. Who is out already stays out.
pub async fn sign_out(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    cookies: Cookies,
) -> error::Result<Response> {
    if let Some(caller) = visitor.caller {
        state.chat.sign_out(caller).await?;
    }
    Ok((cookies.sign_out(), see_done("/sign-in", Done::SignedOut)).into_response())
}

/// Where someone lands who has just come in.
fn first_page(return_to: &str) -> &str {
    if return_to.is_empty() { "/" } else { return_to }
}
