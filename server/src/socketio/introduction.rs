//! What the request that opens a session tells of who it is for.

use std::sync::Arc;

use app::context::Visitor;
use axum::{
    extract::{Query, Request},
    http::header,
};
use chat::Authenticated;
use serde::Deserialize;

use crate::{AppState, cors, same_origin, session::bearer};

/// What the request that opens a session tells of who it is for.
pub struct Introduction {
    /// The token in its address.
    pub token: Option<String>,
    /// Who its header or cookie stands for.
    pub found: Option<Authenticated>,
    /// Its id; faults are logged under it.
    pub request_id: Arc<str>,
}

#[derive(Deserialize)]
struct Asked {
    token: Option<String>,
}

impl Introduction {
    /// What this one tells.
    pub fn of(state: &AppState, request: &Request) -> Self {
        let asked = Query::<Asked>::try_from_uri(request.uri());
        let visitor = request.extensions().get::<Visitor>();
        let found = request.extensions().get::<Authenticated>().copied();
        Self {
            token: asked.ok().and_then(|Query(asked)| asked.token).filter(|token| !token.is_empty()),
            found: found.filter(|_| is_trusted(state, request)),
            request_id: visitor.map(|visitor| visitor.request_id.as_str()).unwrap_or_default().into(),
        }
    }
}

/// Whether the request's own credential counts. A cookie is sent by whatever page asks, so the page must be ours or of
/// an origin that a setting lists; a token is sent only by those who know it.
fn is_trusted(state: &AppState, request: &Request) -> bool {
    let origin = request.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    bearer(request.headers()).is_some()
        || same_origin::origin_is_own(state, request.headers(), request.uri())
        || origin.is_some_and(|origin| cors::is_listed(state, origin))
}
