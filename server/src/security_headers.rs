//! What a browser may do with our answers: run only our scripts, be framed by no one, guess no types.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::AppState;

/// What scripts written into this one page must carry to be run.
#[derive(Clone)]
pub struct Nonce(pub String);

/// For everything that is not a page: should a browser ever show it as one, nothing in it runs or loads, and it has no part
/// in our origin. What people upload goes out with this.
const INERT: &str = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// A file that is shown may stand in a page of ours, beside its name.
const SHOWN: &str = "default-src 'none'; sandbox; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

/// The same for a PDF. What opens it is the browser's own viewer, outside of our origin; not every one starts in a sandbox.
const SHOWN_PDF: &str = "default-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

/// Makes the request's nonce, and sets the headers of its answer.
pub async fn set(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let mut random = [0; 16];
    (state.environment.random)(&mut random);
    let nonce = format!("{:032x}", u128::from_ne_bytes(random));
    let host = host(request.headers()).map(str::to_owned);
    request.extensions_mut().insert(Nonce(nonce.clone()));

    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let shown = headers.get(header::CONTENT_DISPOSITION).is_some_and(|manner| manner.as_bytes().starts_with(b"inline"));
    let policy = match kind {
        _ if kind.starts_with(b"text/html") => page_policy(&nonce, host.as_deref()),
        b"application/pdf" if shown => SHOWN_PDF.to_owned(),
        _ => if shown { SHOWN } else { INERT }.to_owned(),
    };
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

const FIXED: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
];

/// Pictures may come from anywhere, since people give the address of their own. Style attributes are allowed, since
/// no text of a person ever becomes one; style sheets and scripts are ours alone.
fn page_policy(nonce: &str, host: Option<&str>) -> String {
    // Safari before 15.4 doesn't count a socket to the same host as 'self'.
    let sockets = host.map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data: https: http:; connect-src 'self'{sockets}; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// The host that was asked for, if it is one and no attempt to write a policy of its own.
fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    (!host.is_empty() && host.bytes().all(plain)).then_some(host)
}
