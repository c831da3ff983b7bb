//! How fast a client may speak. One that is faster is not refused but read more slowly, so nothing is lost: an outbox
//! that drains after a day offline takes a while.

use std::num::NonZeroU32;

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

/// Frames a second, in the long run.
const FRAMES: NonZeroU32 = NonZeroU32::new(20).expect("not zero");
/// Frames at once: a long outbox.
const BURST: NonZeroU32 = NonZeroU32::new(100).expect("not zero");

/// Counts the frames of one socket.
pub struct Pace(Option<(DefaultDirectRateLimiter, DefaultClock)>);

impl Pace {
    /// A pace to keep, or none.
    pub fn new(kept: bool) -> Self {
        let quota = Quota::per_second(FRAMES).allow_burst(BURST);
        Self(kept.then(|| (RateLimiter::direct(quota), DefaultClock::default())))
    }

    /// Waits until the next frame may be read.
    pub async fn keep(&self) {
        let Some((limiter, clock)) = &self.0 else { return };
        while let Err(early) = limiter.check() {
            // Boxed, so that the many sockets that say nothing don't keep room for it.
            Box::pin(tokio::time::sleep(early.wait_time_from(clock.now()))).await;
        }
    }
}
