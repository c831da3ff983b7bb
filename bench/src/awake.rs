//! Listeners that never fall asleep.
//!
//! The people of a real place sit at machines of their own: a server's write doesn't wake them, their network card does. Here
//! they are one program on the same machine, and whoever writes to it while it sleeps pays for waking it, on the
//! server's account. How often it sleeps depends on which of the two is a little faster, so that a server that is slower by a
//! third would seem slower by half.

use std::time::Instant;

use tokio::task::{JoinHandle, spawn_local, yield_now};

/// Keeps this program's thread from sleeping, until it is dropped.
pub struct Awake(JoinHandle<()>);

impl Awake {
    /// From now on.
    pub fn begin() -> Self {
        Self(spawn_local(async {
            loop {
                yield_now().await;
            }
        }))
    }

    /// Waits until then to the microsecond; the runtime's timers are late by a millisecond or less.
    pub async fn until(&self, then: Instant) {
        while Instant::now() < then {
            yield_now().await;
        }
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        self.0.abort();
    }
}
