//! How often the API may be asked: by a person, whatever the number of their programs and devices; by a network address
//! where nobody is signed in.
//!
//! The figures: a person who copies a conversation reads 100 messages with each request, so 50 requests a second are more
//! than the place writes, and a burst of 200 lets a program start up that asks for everything at once. Whoever has no
//! credential can do little but sign in, and a whole office may sit behind one address: 50 at once, then 10 a second. What
//! costs more than a request has stricter limits of its own: guessing passwords (`chat`) and speaking on sockets (`ws`).
//!
//! Answers say how one stands, as draft-ietf-httpapi-ratelimit-headers-06 has it: `RateLimit-Limit`, `RateLimit-Remaining`,
//! `RateLimit-Reset` (later drafts fold the three into one that few clients read yet). A refusal is 429 (RFC 6585, 4) with
//! `Retry-After` (RFC 9110, 10.2.3).

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::context::Visitor;
use axum::{
    Extension,
    extract::{ConnectInfo, Request},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use protocol::{Error, UserId};

use crate::{Settings, address, error, settings::Switch};

/// Requests of one person: a second, and at once.
const PERSON: (u32, u32) = (50, 200);
/// Requests from one address without a credential: a second, and at once.
const ADDRESS: (u32, u32) = (10, 50);

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// How one stands after a request.
struct Standing {
    limit: u32,
    remaining: u32,
    /// Until all is back, or with a refusal until the next request.
    reset: Duration,
    refused: bool,
}

/// Who asked how often; cheap to clone.
#[derive(Clone)]
pub struct RateLimits(Option<Arc<Limits>>);

struct Limits {
    people: Limit<UserId>,
    addresses: Limit<IpAddr>,
    trusted_proxies: usize,
}

impl RateLimits {
    /// Limits, or none where the settings switch them off.
    pub fn new(settings: &Settings) -> Self {
        let limits = || Limits {
            people: Limit::new(PERSON),
            addresses: Limit::new(ADDRESS),
            trusted_proxies: settings.trusted_proxies,
        };
        Self((settings.rate_limit == Switch::On).then(|| Arc::new(limits())))
    }
}

/// Counts a request, refuses it where there were too many, and tells how its sender stands.
pub async fn keep(Extension(RateLimits(limits)): Extension<RateLimits>, request: Request, next: Next) -> Response {
    let Some(limits) = limits else { return next.run(request).await };
    let standing = limits.count(&request);
    let mut response = if standing.refused {
        // Rounded up: who comes back at that second must not be early.
        error::Error::from(Error::TooMany { retry_after: whole_seconds(standing.reset).max(1) }).into_response()
    } else {
        next.run(request).await
    };
    response.headers_mut().extend([
        (LIMIT, HeaderValue::from(standing.limit)),
        (REMAINING, HeaderValue::from(standing.remaining)),
        (RESET, HeaderValue::from(whole_seconds(standing.reset))),
    ]);
    response
}

/// What an answer says of the limits, to be carried over to another one that takes its place.
pub fn headers(headers: &HeaderMap) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let found = |name: HeaderName| headers.get(&name).cloned().map(|value| (name, value));
    [LIMIT, REMAINING, RESET].map(found).into_iter().flatten()
}

impl Limits {
    fn count(&self, request: &Request) -> Standing {
        let caller = request.extensions().get::<Visitor>().and_then(|visitor| visitor.caller);
        if let Some(caller) = caller {
            return self.people.count(&caller.user_id);
        }
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
        let peer = peer.unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)));
        self.addresses.count(&network(address::client(peer, request.headers(), self.trusted_proxies)))
    }
}

/// Whom an address stands for. Who has one of IPv6 usually has 2⁶⁴ of them.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

/// One quota, and where each of those whom it holds for stands.
struct Limit<K: std::hash::Hash + Eq + Clone> {
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>,
    clock: DefaultClock,
    burst: u32,
    /// The time in which one request is made up for.
    interval: Duration,
    /// How many may be known before those are looked for who can be forgotten.
    sweep_at: AtomicUsize,
}

/// The least that is known before anyone is forgotten.
const KNOWN: usize = 10_000;

impl<K: std::hash::Hash + Eq + Clone> Limit<K> {
    fn new((a_second, burst): (u32, u32)) -> Self {
        let (rate, most) = (NonZeroU32::new(a_second).unwrap_or(NonZeroU32::MIN), NonZeroU32::new(burst));
        let quota = Quota::per_second(rate).allow_burst(most.unwrap_or(NonZeroU32::MIN));
        Self {
            limiter: RateLimiter::keyed(quota).with_middleware(),
            clock: DefaultClock::default(),
            burst,
            interval: quota.replenish_interval(),
            sweep_at: AtomicUsize::new(KNOWN),
        }
    }

    fn count(&self, key: &K) -> Standing {
        self.forget();
        match self.limiter.check_key(key) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let reset = self.interval * self.burst.saturating_sub(remaining);
                Standing { limit: self.burst, remaining, reset, refused: false }
            }
            Err(early) => {
                let reset = early.wait_time_from(self.clock.now());
                Standing { limit: self.burst, remaining: 0, reset, refused: true }
            }
        }
    }

    /// Forgets those who are back at a full allowance, which takes seconds: for them nothing changes. Done whenever as many
    /// have come anew as stayed the last time, so that it costs each request little however many there are.
    fn forget(&self) {
        let (known, limit) = (self.limiter.len(), self.sweep_at.load(Ordering::Relaxed));
        let due = known > limit
            && self.sweep_at.compare_exchange(limit, usize::MAX, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if due {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
            self.sweep_at.store(KNOWN.max(self.limiter.len() * 2), Ordering::Relaxed);
        }
    }
}

fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use chat::Caller;
    use protocol::SessionId;

    use super::*;

    /// So slow that nothing comes back while a test runs, however slow the machine.
    fn slow<K: std::hash::Hash + Eq + Clone>(burst: u32) -> Limit<K> {
        let (period, most) = (Duration::from_secs(1000), NonZeroU32::new(burst).expect("not zero"));
        let quota = Quota::with_period(period).expect("not zero").allow_burst(most);
        Limit { limiter: RateLimiter::keyed(quota).with_middleware(), interval: period, ..Limit::new((1, burst)) }
    }

    fn request(caller: Option<(i64, i64)>, forwarded: &str) -> Request {
        let mut request = Request::new(Body::empty());
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().expect("text"));
        let caller = caller.map(|(user, session)| Caller { user_id: UserId(user), session_id: SessionId(session) });
        request.extensions_mut().insert(Visitor { caller, request_id: String::new(), nonce: String::new() });
        request
    }

    #[test]
    fn a_person_has_one_count_on_all_devices_and_a_stranger_one_by_address() {
        let limits = Limits { people: slow(10), addresses: slow(5), trusted_proxies: 0 };
        let remaining = |request: Request| limits.count(&request).remaining;
        assert_eq!(remaining(request(Some((1, 1)), "10.0.0.1")), 9);
        assert_eq!(remaining(request(Some((1, 2)), "10.0.0.2")), 8);
        assert_eq!(remaining(request(Some((2, 3)), "10.0.0.1")), 9);
        assert_eq!(remaining(request(None, "10.0.0.1")), 4);
        assert_eq!(remaining(request(None, "10.0.0.2")), 3, "no proxy is trusted, so the header is an invention");
    }

    #[test]
    fn a_burst_is_counted_down_and_then_refused() {
        let limit = slow::<u8>(3);
        let counted: Vec<_> = (0..3).map(|_| limit.count(&1)).map(|it| (it.remaining, it.refused)).collect();
        assert_eq!(counted, [(2, false), (1, false), (0, false)]);
        let refused = limit.count(&1);
        assert!(refused.refused && (900..=1000).contains(&whole_seconds(refused.reset)));
        assert!(!limit.count(&2).refused, "others go on");
    }

    #[test]
    fn who_is_long_gone_is_forgotten() {
        let limit = Limit::<usize>::new((1_000_000, 1));
        for key in 0..5 * KNOWN {
            limit.count(&key);
        }
        assert!(limit.limiter.len() < 3 * KNOWN, "{}", limit.limiter.len());
    }

    #[test]
    fn one_network_of_ipv6_is_one_client() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:0:0:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn seconds_are_rounded_up() {
        assert_eq!([0, 1, 1000, 1001].map(|millis| whole_seconds(Duration::from_millis(millis))), [0, 1, 1, 2]);
    }
}
