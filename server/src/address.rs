//! Where a request comes from: its network address and scheme, as far as they can be believed.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The client's address. Each proxy appends the address that it was asked from, so with so many `trusted_proxies` in front,
/// the entry that many from the end is the last one that someone trusted wrote; all before it may be invented.
pub fn client(peer: SocketAddr, headers: &HeaderMap, trusted_proxies: usize) -> IpAddr {
    let forwarded: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let entry = match trusted_proxies {
        0 => None,
        count => forwarded.get(forwarded.len().saturating_sub(count)),
    };
    entry.and_then(|entry| entry.trim().parse().ok()).unwrap_or_else(|| peer.ip()).to_canonical()
}

/// Whether the request came through some proxy that says so.
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED_FOR) || headers.contains_key("forwarded")
}

/// Whether a trusted proxy says that the browser's side of the connection is encrypted.
pub fn is_forwarded_https(headers: &HeaderMap, trusted_proxies: usize) -> bool {
    let scheme = headers.get(FORWARDED_PROTO).and_then(|value| value.to_str().ok());
    trusted_proxies > 0 && scheme.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client_of(forwarded: &[&'static str], trusted_proxies: usize) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(value));
        }
        client(SocketAddr::from(([10, 0, 0, 1], 4000)), &headers, trusted_proxies).to_string()
    }

    #[test]
    fn without_trusted_proxies_the_header_is_ignored() {
        assert_eq!(client_of(&["1.1.1.1"], 0), "10.0.0.1");
    }

    #[test]
    fn what_the_client_invented_before_the_proxys_entry_is_ignored() {
        assert_eq!(client_of(&["6.6.6.6, 1.1.1.1"], 1), "1.1.1.1");
        assert_eq!(client_of(&["6.6.6.6", "1.1.1.1, 10.0.0.9"], 2), "1.1.1.1");
    }

    #[test]
    fn an_entry_that_is_no_address_falls_back_to_the_peer() {
        assert_eq!(client_of(&["unknown"], 1), "10.0.0.1");
        assert_eq!(client_of(&[], 1), "10.0.0.1");
    }

    #[test]
    fn the_same_client_has_one_address_in_both_notations() {
        assert_eq!(client_of(&["::ffff:1.1.1.1"], 1), "1.1.1.1");
    }
}
