//! Clock and randomness, as parameters: tests decide what time it is and what comes up.

use std::time::{SystemTime, UNIX_EPOCH};

use protocol::Timestamp;

/// Where time and randomness come from.
#[derive(Clone, Copy)]
pub struct Environment {
    /// The time now.
    pub now: fn() -> Timestamp,
    /// Fills a buffer with unpredictable bytes.
    pub random: fn(&mut [u8]),
}

impl Environment {
    /// The machine's own clock and random source.
    pub const fn real() -> Self {
        Self { now: system_time, random: system_random }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
fn system_time() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system for randomness")]
#[expect(clippy::expect_used, reason = "without randomness no secret is safe: better to stop")]
fn system_random(buffer: &mut [u8]) {
    getrandom::fill(buffer).expect("the system's random source answers");
}
