//! What a client would rather have.

use axum::http::{HeaderMap, header};

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

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn prefers(accept: &'static str) -> bool {
        prefers_html(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]))
    }

    #[test]
    fn browsers_get_pages_and_programs_get_json() {
        assert!(prefers("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!prefers("*/*") && !prefers("application/json") && !prefers_html(&HeaderMap::new()));
        assert!(!prefers("application/json, text/html;q=0.5") && !prefers("text/html;q=0"));
    }
}
