//! One error for handlers, and one place where it becomes an answer: a page for someone who navigates, JSON for
//! everyone else. Handlers need not know who asked; [`dress`] does.

use std::sync::Arc;

use app::context::Visitor;
use axum::{
    Json,
    body::to_bytes,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde_json::Value;

use crate::{AppState, pages};

/// Why a handler has no answer: a refusal, or a fault that is yet to be logged.
#[derive(Debug)]
pub struct Error(chat::Error);

/// The result of a handler.
pub type Result<T> = std::result::Result<T, Error>;

impl From<chat::Error> for Error {
    fn from(error: chat::Error) -> Self {
        Self(error)
    }
}

impl From<protocol::Error> for Error {
    fn from(refusal: protocol::Error) -> Self {
        Self(refusal.into())
    }
}

impl Error {
    /// What a person is told; a fault is logged.
    pub fn report(self, request_id: &str) -> protocol::Error {
        self.0.report(request_id)
    }
}

/// An error on its way to [`dress`], which finds it among the response's extensions.
#[derive(Clone)]
struct Undressed(Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Undressed(Arc::new(self)));
        response
    }
}

/// What of a request decides how an error is told.
pub struct Asked {
    page: bool,
    /// Where to come back to after signing in.
    location: Option<String>,
}

impl Asked {
    /// By whom and how.
    pub fn by(request: &Request) -> Self {
        let path = request.uri().path();
        let programs = ["/ui/", "/ws", "/api/", "/pkg/", "/healthz", "/readyz", "/metrics"];
        let page = prefers_html(request.headers()) && !programs.iter().any(|start| path.starts_with(start));
        let location = request.uri().path_and_query().filter(|_| request.method() == Method::GET);
        Self { page, location: location.map(ToString::to_string) }
    }
}

/// Whether who asks would rather have a page than JSON. What doesn't say `text/html` is a program.
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let weight = |kind: &str| {
        let mut found = accept.split(',').map(|item| item.split(';').map(str::trim));
        let mut item = found.find_map(|mut parts| (parts.next() == Some(kind)).then_some(parts))?;
        let q = item.find_map(|part| part.strip_prefix("q="));
        Some(q.and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0))
    };
    let html = weight("text/html").unwrap_or(0.0);
    html > 0.0 && html >= weight("application/json").unwrap_or(0.0)
}

/// Turns an error into an answer that fits who asked. Bare refusals of the libraries below us (an unknown path, a wrong
/// method, a body that can't be read) become the same; pages and JSON that a handler wrote pass through.
pub async fn dress(state: &AppState, visitor: &Visitor, asked: &Asked, mut response: Response) -> Response {
    let (status, error) = match response.extensions_mut().remove::<Undressed>() {
        Some(Undressed(error)) => {
            let Some(error) = Arc::into_inner(error) else { return response };
            let error = error.report(&visitor.request_id);
            (StatusCode::from_u16(error.status()).unwrap_or_default(), error)
        }
        None if is_bare(&response) => {
            let (status, allow) = (response.status(), response.headers().get(header::ALLOW).cloned());
            let error = from_bare(response, &visitor.request_id).await;
            let mut response = tell(state, visitor, asked, status, &error).await;
            response.headers_mut().extend(allow.map(|allow| (header::ALLOW, allow)));
            return response;
        }
        None => return response,
    };
    tell(state, visitor, asked, status, &error).await
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
    let mut response = if !asked.page {
        (status, Json(json(error))).into_response()
    } else if *error == protocol::Error::SignedOut {
        let back = asked.location.as_deref().map(|location| format!("?return={}", percent_encoded(location)));
        Redirect::to(&format!("/sign-in{}", back.unwrap_or_default())).into_response()
    } else {
        (status, Html(pages::error_page(state, visitor, error).await)).into_response()
    };
    let wait = match error {
        protocol::Error::TooMany { retry_after } => Some(*retry_after),
        protocol::Error::Unavailable => Some(1),
        _ => None,
    };
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// `{"error": kind, "message": sentence, …}`, whatever the kind.
pub fn json(error: &protocol::Error) -> Value {
    let mut value = serde_json::to_value(error).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.entry("message").or_insert_with(|| error.to_string().into());
    }
    value
}

fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{json as told_as, *};

    fn prefers(accept: &'static str) -> bool {
        prefers_html(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]))
    }

    #[test]
    fn browsers_get_pages_and_programs_get_json() {
        assert!(prefers("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!prefers("*/*") && !prefers("application/json") && !prefers_html(&HeaderMap::new()));
        assert!(!prefers("application/json, text/html;q=0.5") && !prefers("text/html;q=0"));
    }

    #[test]
    fn every_error_has_a_kind_and_a_sentence() {
        let told = told_as(&protocol::Error::not_found("the room"));
        let expected = json!({"error": "not_found", "message": "We couldn’t find the room.", "what": "the room"});
        assert_eq!(told, expected);
        assert_eq!(told_as(&protocol::Error::invalid("name", "No."))["message"], "No.");
    }

    #[test]
    fn the_way_back_survives_as_one_parameter() {
        assert_eq!(percent_encoded("/c/1?at=2&x=é"), "/c/1%3Fat%3D2%26x%3D%C3%A9");
    }
}
