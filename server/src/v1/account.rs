//! One's own account: making it, looking at it, changing it, closing it.

use axum::{extract::State, http::StatusCode};
use chat::{AccountUpdate, SignUp};
use protocol::Theme;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{model::Time, optional, session::SignedInAnswer, text};
use crate::{
    AppState,
    error::Result,
    json::{Created, Json},
    routes::{Routes, routes},
    session::{RequestDevice, SignedIn},
};

pub fn router() -> Routes {
    routes!(create, show, change, change_password, deactivate, storage)
}

/// What it takes to get an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    /// Unique whatever its case. A few names that programs use for other things are reserved.
    #[schema(value_type = text::Username)]
    username: String,
    /// At least 8 characters.
    #[schema(value_type = text::NewPassword)]
    password: String,
    /// The name to show; the user name where none is given.
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = text::DisplayName)]
    display_name: Option<String>,
    /// Unique whatever its case.
    #[serde(default, deserialize_with = "optional::clearable")]
    #[schema(value_type = Option<text::Email>)]
    email: Option<String>,
    /// Where a picture lives.
    #[serde(default, deserialize_with = "optional::clearable")]
    #[schema(value_type = Option<text::WebAddress>)]
    avatar_url: Option<String>,
}

/// Makes an account and signs it in.
///
/// The token is for programs: send it as `Authorization: Bearer …`. No cookie is set. The first account of a place
/// administers it.
#[utoipa::path(
    post, path = "/accounts", operation_id = "v1_create_account", tag = "v1 account", security(()),
    request_body = NewAccount,
    responses((status = 201, description = "The account, signed in.", body = SignedInAnswer))
)]
async fn create(
    State(state): State<AppState>,
    RequestDevice(device): RequestDevice,
    Json(new): Json<NewAccount>,
) -> Result<Created<SignedInAnswer>> {
    let form = SignUp {
        username: new.username,
        password: new.password,
        display_name: new.display_name,
        email: new.email,
        avatar_url: new.avatar_url,
    };
    Ok(Created(state.chat.sign_up(form, device).await?.into()))
}

/// Light, dark, or as the device says.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AccountTheme {
    System,
    Light,
    Dark,
}

/// One’s own account.
#[derive(Serialize, ToSchema)]
struct Account {
    #[schema(example = 7)]
    id: i64,
    #[schema(example = "ada")]
    username: String,
    #[schema(example = "Ada Lovelace")]
    display_name: String,
    #[schema(required = true)]
    avatar_url: Option<String>,
    /// Whether one administers the place.
    admin: bool,
    created_at: Time,
    /// Only its owner and administrators see it.
    #[schema(required = true, example = "ada@example.org")]
    email: Option<String>,
    theme: AccountTheme,
}

impl From<protocol::Account> for Account {
    fn from(account: protocol::Account) -> Self {
        Self {
            id: account.user.id.0,
            username: account.user.username,
            display_name: account.user.display_name,
            avatar_url: account.user.avatar_url,
            admin: account.user.admin,
            created_at: account.user.created_at.into(),
            email: account.email,
            theme: match account.theme {
                Theme::System => AccountTheme::System,
                Theme::Light => AccountTheme::Light,
                Theme::Dark => AccountTheme::Dark,
            },
        }
    }
}

/// One’s own account.
#[utoipa::path(
    get, path = "/account", operation_id = "v1_get_account", tag = "v1 account",
    responses((status = 200, description = "The account.", body = Account))
)]
async fn show(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<Json<Account>> {
    Ok(Json(state.chat.account(caller).await?.into()))
}

/// What is to change; what is not given stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = text::Username)]
    username: Option<String>,
    /// An empty one means the user name.
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = text::DisplayName)]
    display_name: Option<String>,
    /// `null` removes it.
    #[serde(default, deserialize_with = "optional::clearable")]
    #[schema(value_type = Option<text::Email>)]
    email: Option<String>,
    /// `null` removes it.
    #[serde(default, deserialize_with = "optional::clearable")]
    #[schema(value_type = Option<text::WebAddress>)]
    avatar_url: Option<String>,
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = AccountTheme)]
    theme: Option<AccountTheme>,
}

/// Changes one’s own account.
#[utoipa::path(
    patch, path = "/account", operation_id = "v1_update_account", tag = "v1 account", request_body = AccountChange,
    responses((status = 200, description = "The account as it is now.", body = Account))
)]
async fn change(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(change): Json<AccountChange>,
) -> Result<Json<Account>> {
    let theme = change.theme.map(|theme| match theme {
        AccountTheme::System => Theme::System,
        AccountTheme::Light => Theme::Light,
        AccountTheme::Dark => Theme::Dark,
    });
    let update = AccountUpdate {
        username: change.username,
        display_name: change.display_name,
        email: change.email,
        avatar_url: change.avatar_url,
        theme,
    };
    Ok(Json(state.chat.update_account(caller, update).await?.into()))
}

/// The password that one has, and the one to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// The password so far.
    #[schema(format = Password, example = "correct horse battery")]
    current: String,
    /// The new one: at least 8 characters.
    #[schema(value_type = text::NewPassword)]
    password: String,
}

/// Changes one’s password.
///
/// All other sign-ins end; access tokens stay.
#[utoipa::path(
    put, path = "/account/password", operation_id = "v1_set_password", tag = "v1 account",
    request_body = PasswordChange, responses((status = 204, description = "It is changed."))
)]
async fn change_password(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(change): Json<PasswordChange>,
) -> Result<StatusCode> {
    state.chat.change_password(caller, &change.current, &change.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What shows that it is really the account’s owner who asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// One’s password.
    #[schema(format = Password, example = "correct horse battery")]
    password: String,
}

/// Closes one’s own account.
///
/// What one wrote stays. Every sign-in and access token ends. The only administrator among others can’t go.
#[utoipa::path(
    post, path = "/account/deactivate", operation_id = "v1_deactivate_account", tag = "v1 account",
    request_body = Confirmation,
    responses(
        (status = 204, description = "It is closed."),
        (status = 409, description = "Nobody else administers the place.")
    )
)]
async fn deactivate(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(confirmation): Json<Confirmation>,
) -> Result<StatusCode> {
    state.chat.deactivate(caller, &confirmation.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How much room there is for files, in bytes. `null` is where nothing is limited.
#[derive(Serialize, ToSchema)]
struct Storage {
    /// The most that one file may have.
    #[schema(example = 100_000_000)]
    max_upload: u64,
    /// What one’s own files have together.
    #[schema(example = 48213)]
    person_used: u64,
    /// The most that they may have.
    #[schema(required = true, example = 1_000_000_000)]
    person_quota: Option<u64>,
    /// What is left for everyone’s files together.
    #[schema(required = true, example = 50_000_000_000_u64)]
    place_left: Option<u64>,
}

/// How much room there is for one’s files.
///
/// To be asked before an upload: one that doesn’t fit is refused with 413 or 507.
#[utoipa::path(
    get, path = "/account/storage", operation_id = "v1_get_storage", tag = "v1 account",
    responses((status = 200, description = "The room.", body = Storage))
)]
async fn storage(State(state): State<AppState>, SignedIn(caller): SignedIn) -> Result<Json<Storage>> {
    let storage = state.chat.storage(caller).await?;
    Ok(Json(Storage {
        max_upload: storage.max_upload,
        person_used: storage.person_used,
        person_quota: storage.person_quota,
        place_left: storage.place_left(),
    }))
}
