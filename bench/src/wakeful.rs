//! A generator that doesn't sleep. To wake a sleeper costs whoever wakes it, since another core must be interrupted for it. A
//! client on another machine takes none of that time from the server. So while a server's time counts, what measures it looks
//! for news without a pause, on the core that it has for itself.

use tokio::task::{JoinHandle, spawn_local, yield_now};

/// Keeps this program awake until it is dropped.
pub struct Wakeful(JoinHandle<()>);

impl Wakeful {
    /// From now on.
    pub fn stay() -> Self {
        Self(spawn_local(async {
            loop {
                yield_now().await;
            }
        }))
    }
}

impl Drop for Wakeful {
    fn drop(&mut self) {
        self.0.abort();
    }
}
