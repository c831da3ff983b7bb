//! Where an error becomes an answer: in the voice of the API that was asked, as a page for someone who navigates, and as
//! JSON for everyone else.

use std::sync::Arc;

use app::context::Visitor;
use axum::{
    Json,
    body::to_bytes,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse as _, Redirect, Response},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

use crate::{
    AppState, accept,
    error::Undressed,
    pages, rate_limit, tus,
    voice::{self, Voice},
};

/// What of a request decides how an error is told.
pub struct Asked {
    page: bool,
    /// The API whose error it would be.
    voice: Option<Voice>,
    /// Where to come back to after signing in.
    location: Option<String>,
}

impl Asked {
    /// By whom and how.
    pub fn by(request: &Request) -> Self {
        let path = request.uri().path();
        let programs = ["/ui/", "/ws", "/socket.io", "/api/", "/pkg/", "/healthz", "/readyz", "/metrics"];
        let page = accept::prefers_html(request.headers()) && !programs.iter().any(|start| path.starts_with(start));
        let location = request.uri().path_and_query().filter(|_| request.method() == Method::GET);
        Self { page, voice: Voice::at(path), location: location.map(ToString::to_string) }
    }
}

/// Turns an error into an answer that fits who asked. Bare refusals of the libraries below us (an unknown path, a wrong
/// method, a body that can't be read) become the same; pages and JSON that a handler wrote pass through.
pub async fn dress(state: &AppState, visitor: &Visitor, asked: &Asked, mut response: Response) -> Response {
    let undressed = response.extensions_mut().remove::<Undressed>();
    if undressed.is_none() && !is_bare(&response) {
        return response;
    }
    // What a refusal must name: the methods that are taken, how many bytes there are, or what is spoken here.
    let named = [header::ALLOW, header::CONTENT_RANGE, tus::RESUMABLE];
    let named = named.map(|name| response.headers().get(&name).cloned().map(|value| (name, value)));
    let limits: Vec<_> = rate_limit::headers(response.headers()).collect();
    let (status, error, words) = match undressed {
        Some(Undressed(error)) => {
            let Some(error) = Arc::into_inner(error) else { return response };
            let words = error.words();
            let error = error.report(&visitor.request_id);
            (StatusCode::from_u16(error.status()).unwrap_or_default(), error, words)
        }
        None => (response.status(), from_bare(response, &visitor.request_id).await, None),
    };
    let mut told = match asked.voice {
        Some(voice) => voice.tell(status, &error, words),
        None => tell(state, visitor, asked, status, &error).await,
    };
    told.headers_mut().extend(named.into_iter().flatten());
    told.headers_mut().extend(limits);
    if told.status() == StatusCode::UNAUTHORIZED {
        // Required by RFC 9110, 15.5.2; the scheme is that of RFC 6750.
        told.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    told.headers_mut().extend(retry_after(&error).map(|seconds| (header::RETRY_AFTER, HeaderValue::from(seconds))));
    told
}

/// When a request that is refused now is worth repeating, in seconds.
fn retry_after(error: &protocol::Error) -> Option<u64> {
    match error {
        protocol::Error::TooMany { retry_after } => Some(*retry_after),
        protocol::Error::Unavailable => Some(1),
        _ => None,
    }
}

/// Whether nothing of ours wrote this error: those have a type, and server functions their own header.
fn is_bare(response: &Response) -> bool {
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let kind = response.headers().get(header::CONTENT_TYPE);
    failed
        && kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
        && !response.headers().contains_key(leptos::server_fn::error::SERVER_FN_ERROR_HEADER)
}

async fn from_bare(response: Response, request_id: &str) -> protocol::Error {
    use protocol::Error;
    let status = response.status();
    let text = to_bytes(response.into_body(), 1024).await.unwrap_or_default();
    match status {
        StatusCode::UNAUTHORIZED => Error::SignedOut,
        StatusCode::FORBIDDEN => Error::forbidden("That is not allowed."),
        StatusCode::NOT_FOUND => Error::not_found("this page"),
        StatusCode::METHOD_NOT_ALLOWED => Error::invalid("method", "This address doesn’t take that method."),
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { limit: crate::body::LIMIT as u64 },
        StatusCode::RANGE_NOT_SATISFIABLE => Error::invalid("Range", "The file has no such bytes."),
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => Error::Unavailable,
        status if status.is_server_error() => Error::Fault { request_id: request_id.to_owned() },
        _ if text.is_empty() => Error::invalid("", "That can’t be understood."),
        _ => Error::invalid("body", String::from_utf8_lossy(&text)),
    }
}

async fn tell(
    state: &AppState,
    visitor: &Visitor,
    asked: &Asked,
    status: StatusCode,
    error: &protocol::Error,
) -> Response {
    if !asked.page {
        (status, Json(voice::json(error))).into_response()
    } else if *error == protocol::Error::SignedOut {
        let back = asked.location.as_deref().map(|location| format!("?return={}", as_parameter(location)));
        Redirect::to(&format!("/sign-in{}", back.unwrap_or_default())).into_response()
    } else {
        (status, Html(pages::error_page(state, visitor, error).await)).into_response()
    }
}

/// A path as one parameter of another address.
fn as_parameter(path: &str) -> PercentEncode<'_> {
    const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    utf8_percent_encode(path, &ENCODED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_survives_as_one_parameter() {
        assert_eq!(as_parameter("/c/1?at=2&x=é").to_string(), "/c/1%3Fat%3D2%26x%3D%C3%A9");
    }
}
