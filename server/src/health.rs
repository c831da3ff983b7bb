//! What those who run the place ask: is it alive, is it ready, what does it do.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, header},
    response::IntoResponse,
};
use protocol::Error;

use crate::{AppState, address, error::Result, metrics as counts};

/// `/healthz`: the process answers. Restart it when this fails.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `/readyz`: requests can be served, since the database answers and we are not stopping. Send none while this fails.
pub async fn ready(State(state): State<AppState>) -> Result<&'static str> {
    if state.stopping.is_cancelled() || !state.chat.is_ready().await {
        return Err(Error::Unavailable.into());
    }
    Ok("ready\n")
}

/// `/metrics`, in the format of Prometheus. What it tells is no one's message, but not everyone's business either:
/// without a token it is for programs on this machine, and a proxy here must not make everyone one of those.
pub async fn metrics(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<impl IntoResponse> {
    let allowed = match &state.settings.metrics_token {
        Some(token) => has_token(&headers, token),
        None => peer.ip().to_canonical().is_loopback() && !address::is_forwarded(&headers),
    };
    if !allowed {
        return Err(
            Error::forbidden("Metrics need the token of CONFAB_METRICS_TOKEN, or a program on this machine.").into()
        );
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], counts::render(&state)))
}

/// Compares all bytes whatever the first difference, so that the time it takes tells nothing about the token.
fn has_token(headers: &HeaderMap, token: &str) -> bool {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    value.is_some_and(|given| {
        let differences = given.iter().zip(token.as_bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
        differences == 0 && given.len() == token.len()
    })
}
