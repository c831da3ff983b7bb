//! How often someone may try to sign in or up: counted per account and per network address, so that neither many
//! guesses at one password nor one guess at many gets far.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock, clock::DefaultClock};
use protocol::{Error, Result};

/// Attempts on one account: a burst, refilled at so many a minute.
const PER_ACCOUNT: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Attempts from one address, where a whole office may sit behind one.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(60).expect("not zero");

/// Counts attempts.
pub(crate) struct Attempts {
    limiters: Option<Limiters>,
    clock: DefaultClock,
}

struct Limiters {
    account: DefaultKeyedRateLimiter<String>,
    address: DefaultKeyedRateLimiter<String>,
}

impl Attempts {
    pub(crate) fn new(limited: bool) -> Self {
        let limiters = limited.then(|| Limiters {
            account: DefaultKeyedRateLimiter::keyed(Quota::per_minute(PER_ACCOUNT)),
            address: DefaultKeyedRateLimiter::keyed(Quota::per_minute(PER_ADDRESS)),
        });
        Self { limiters, clock: DefaultClock::default() }
    }

    /// Counts an attempt from `address`, and on `account` where one is named.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the time to wait.
    pub(crate) fn count(&self, address: &str, account: Option<&str>) -> Result<()> {
        let Some(limiters) = &self.limiters else { return Ok(()) };
        self.check(&limiters.address, address)?;
        account.map_or(Ok(()), |account| self.check(&limiters.account, &account.to_lowercase()))
    }

    fn check(&self, limiter: &DefaultKeyedRateLimiter<String>, key: &str) -> Result<()> {
        // Forget those who are long back at a full allowance, so that made-up names don't pile up.
        if limiter.len() > 10_000 {
            limiter.retain_recent();
        }
        limiter
            .check_key(&key.chars().take(100).collect())
            .map_err(|wait| Error::TooMany { retry_after: wait.wait_time_from(self.clock.now()).as_secs() + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_guess_at_a_password_has_to_wait_whatever_its_case_or_address() {
        let attempts = Attempts::new(true);
        for n in 0..10 {
            attempts.count(&format!("10.0.0.{n}"), Some("Ada")).expect("allowed");
        }
        let refused = attempts.count("10.0.0.99", Some("ada"));
        assert!(matches!(refused, Err(Error::TooMany { retry_after: 1..=60 })), "{refused:?}");
        attempts.count("10.0.0.99", Some("grace")).expect("others go on");
    }
}
