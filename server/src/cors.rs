//! Which other sites' pages may use the API from a browser (cross-origin resource sharing). None, unless a setting lists
//! them. Pages, `/ui` and `/ws` are the place's own and are never shared.
//!
//! A listed origin may act with its visitors' cookies; `*` lets any page in, but only with a token of its own.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, Uri, header},
    middleware::Next,
    response::Response,
};
use tower::{Layer as _, ServiceExt as _};
use tower_http::cors::{AllowCredentials, AllowOrigin, CorsLayer};

use crate::{AppState, Settings, accept, tus, voice::Voice};

/// What scripts of another origin may read of an answer, beside what every browser lets them.
const EXPOSED: [HeaderName; 10] = [
    HeaderName::from_static("x-request-id"),
    header::RETRY_AFTER,
    HeaderName::from_static("ratelimit-limit"),
    HeaderName::from_static("ratelimit-remaining"),
    HeaderName::from_static("ratelimit-reset"),
    header::LOCATION,
    tus::RESUMABLE,
    tus::OFFSET,
    tus::LENGTH,
    tus::FILE,
];

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How long a browser may remember the answer to a preflight: so long a taken back permission may outlive its setting.
const REMEMBERED: Duration = Duration::from_mins(10);

/// The origins that a setting names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    listed: Vec<String>,
    any: bool,
}

impl Origins {
    /// Reads `https://a.example, http://localhost:3000`, or `*`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut origins = Self::default();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            if item == "*" {
                origins.any = true;
            } else {
                origins.listed.push(origin(item).ok_or_else(|| format!("“{item}” is no origin. {WRITTEN}"))?);
            }
        }
        Ok(origins)
    }

    /// All that either names.
    pub fn and(mut self, other: &Self) -> Self {
        self.listed.extend_from_slice(&other.listed);
        Self { any: self.any || other.any, ..self }
    }

    /// Whether it is named itself; `*` names nobody.
    pub fn lists(&self, origin: &str) -> bool {
        self.listed.iter().any(|listed| listed == origin)
    }

    fn is_empty(&self) -> bool {
        self.listed.is_empty() && !self.any
    }
}

const WRITTEN: &str =
    "Write each as https://chat.example.org, without a path, several with commas between them; or * alone for any";

/// An origin as browsers write it: in small letters, without the port that goes without saying, without a slash.
fn origin(text: &str) -> Option<String> {
    let uri: Uri = text.trim_end_matches('/').parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?.as_str().to_ascii_lowercase());
    let usual = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let bare = uri.path() == "/" && uri.query().is_none() && !authority.contains(['@', '*']);
    bare.then(|| format!("{scheme}://{}", authority.strip_suffix(usual).unwrap_or(&authority)))
}

/// Whether a setting lists this origin: then its pages may act with their visitors' cookies.
pub fn is_listed(state: &AppState, origin: &str) -> bool {
    state.settings.origins().lists(origin)
}

/// Whether a page of a listed origin sent this to the API.
pub fn admits(state: &AppState, request: &Request) -> bool {
    let origin = request.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    is_api(request) && origin.is_some_and(|origin| is_listed(state, origin))
}

/// What [`share`] adds to the API's answers, if any origin may use it.
pub fn layer(settings: &Settings) -> Option<CorsLayer> {
    let origins = settings.origins();
    if origins.is_empty() {
        return None;
    }
    let any = origins.any;
    let listed = move |origin: &HeaderValue| origin.to_str().is_ok_and(|origin| origins.lists(origin));
    let trusted = listed.clone();
    let methods = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| any || listed(origin)))
        .allow_credentials(AllowCredentials::predicate(move |origin, _| trusted(origin)))
        .allow_methods(methods)
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            IDEMPOTENCY_KEY,
            tus::RESUMABLE,
            tus::OFFSET,
            tus::LENGTH,
            tus::METADATA,
        ])
        .expose_headers(EXPOSED)
        .vary([header::ORIGIN])
        .max_age(REMEMBERED);
    Some(layer)
}

/// Tells browsers which pages may read the API's answers, refusals too, and answers their preflights.
pub async fn share(State(layer): State<Option<CorsLayer>>, request: Request, next: Next) -> Response {
    match layer.filter(|_| is_api(&request) && !is_question(&request)) {
        Some(layer) => layer.layer(next).oneshot(request).await.unwrap_or_else(|never: Infallible| match never {}),
        None => next.run(request).await,
    }
}

/// Whether this asks what an address takes without being a preflight, as clients of tus do.
fn is_question(request: &Request) -> bool {
    request.method() == Method::OPTIONS && !request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// `/` greets programs and is a page for people.
fn is_api(request: &Request) -> bool {
    let path = request.uri().path();
    let greeting = path == "/" && !accept::prefers_html(request.headers());
    Voice::at(path).is_some() || path.starts_with("/socket.io") || greeting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        let origins =
            Origins::parse("https://Chat.example.org/, http://localhost:3000,,http://a:80 ,https://[::1]:8443");
        let origins = origins.expect("origins");
        for origin in ["https://chat.example.org", "http://localhost:3000", "http://a", "https://[::1]:8443"] {
            assert!(origins.lists(origin), "{origin}");
        }
        assert!(!origins.lists("http://localhost") && !origins.lists("null") && !origins.any);
        assert!(Origins::parse(" ").expect("nothing").is_empty());
    }

    #[test]
    fn a_star_allows_but_lists_nobody() {
        let origins = Origins::parse("*").expect("any");
        assert!(origins.any && !origins.lists("*") && !origins.lists("https://a.example"));
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in ["chat.example.org", "https://", "https://a/b", "https://a?b", "https://*.a", "null", "ftp://a"] {
            let refusal = Origins::parse(text).expect_err(text);
            assert!(refusal.contains(text) && refusal.contains("https://chat.example.org"), "{refusal}");
        }
        assert!(Origins::parse("https://me@a").is_err());
    }
}
