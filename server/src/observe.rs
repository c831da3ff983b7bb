//! Every request gets an id, one line in the log, and a count. None of them holds a secret: the path is logged, the
//! query string, headers and bodies are not.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use crate::{AppState, metrics};

/// The name under which a request is logged; in `X-Request-Id` and in what a person is told of a fault.
#[derive(Clone)]
pub struct RequestId(pub String);

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Names, times, logs and counts a request.
pub async fn observe(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let mut random = [0; 8];
    (state.environment.random)(&mut random);
    // Ours even where the request brings one: what a stranger chose must not be mixed up with what we logged.
    let id = format!("{:016x}", u64::from_ne_bytes(random));
    request.extensions_mut().insert(RequestId(id.clone()));

    let span = tracing::info_span!("request", id);
    answer(id, request, next).instrument(span).await
}

async fn answer(id: String, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // The pattern, such as `/c/{id}`: a label by path would grow without end.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();

    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(HEADER, id);
    }
    let (status, took) = (response.status().as_u16(), started.elapsed());
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(%method, path, status, microseconds, "answered");
    metrics::count_request(known(&method), route, status, took);
    response
}

/// The method as a label: one of few, whatever a client makes up.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
