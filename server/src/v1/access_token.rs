//! Access tokens: what programs that act for a person come in with.

use axum::{extract::State, http::StatusCode};
use protocol::SessionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    list::{self, List, Paging},
    model::Time,
    optional, text,
};
use crate::{
    AppState,
    error::Result,
    json::{Created, Json, Path, Query},
    routes::{Routes, routes},
    session::SignedIn,
};

pub fn router() -> Routes {
    routes!(all, create, revoke)
}

/// An access token, without the token itself.
#[derive(Serialize, ToSchema)]
struct AccessToken {
    #[schema(example = 31)]
    id: i64,
    /// What its owner calls it.
    #[schema(example = "backup script")]
    name: String,
    created_at: Time,
    /// When it was last used, exact to a minute.
    #[schema(required = true)]
    last_used_at: Option<Time>,
    /// When it ends by itself; `null` if it doesn’t.
    #[schema(required = true)]
    expires_at: Option<Time>,
}

impl From<protocol::AccessToken> for AccessToken {
    fn from(token: protocol::AccessToken) -> Self {
        Self {
            id: token.id.0,
            name: token.name,
            created_at: token.created_at.into(),
            last_used_at: token.last_used_at.map(Time::from),
            expires_at: token.expires_at.map(Time::from),
        }
    }
}

/// One’s access tokens that are good now, newest first.
#[utoipa::path(
    get, path = "/tokens", operation_id = "v1_list_tokens", tag = "v1 access token", params(Paging),
    responses((status = 200, description = "The tokens.", body = List<AccessToken>))
)]
async fn all(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Query(paging): Query<Paging>,
) -> Result<Json<List<AccessToken>>> {
    let tokens = state.chat.access_tokens(caller).await?;
    Ok(Json(list::newest_first("tokens", tokens, &paging, |token| token.id.0)?))
}

/// What a token is made of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewToken {
    /// What to call it.
    #[schema(value_type = text::Name)]
    name: String,
    /// For how many days it is good; without it, until it is revoked.
    #[serde(default, deserialize_with = "optional::given")]
    #[schema(value_type = i64, minimum = 1, maximum = 3650, example = 90)]
    days: Option<i64>,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
struct FreshToken {
    /// The token itself. It can’t be shown again.
    #[schema(example = "confab_5W1rZ0bJb4mG2p7d8sQxkT3vYc6nHfLaEuIoRyPwKjX")]
    token: String,
    access_token: AccessToken,
}

/// Makes an access token.
///
/// It can do all that its owner can, but make further tokens. At most 50 at a time.
#[utoipa::path(
    post, path = "/tokens", operation_id = "v1_create_token", tag = "v1 access token", request_body = NewToken,
    responses(
        (status = 201, description = "The token.", body = FreshToken),
        (status = 409, description = "One more than 50.")
    )
)]
async fn create(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Json(new): Json<NewToken>,
) -> Result<Created<FreshToken>> {
    let made = state.chat.create_access_token(caller, &new.name, new.days).await?;
    Ok(Created(FreshToken { token: made.token, access_token: made.access_token.into() }))
}

/// Revokes an access token and closes its sockets.
#[utoipa::path(
    delete, path = "/tokens/{id}", operation_id = "v1_delete_token", tag = "v1 access token",
    params(("id" = i64, Path, minimum = 1, example = 31)),
    responses((status = 204, description = "It is revoked."))
)]
async fn revoke(State(state): State<AppState>, SignedIn(caller): SignedIn, Path(id): Path<i64>) -> Result<StatusCode> {
    state.chat.revoke_access_token(caller, SessionId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
