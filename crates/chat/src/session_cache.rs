//! Sign-ins that were looked up a moment ago.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use protocol::{SessionId, Timestamp, UserId};

/// How long a cached sign-in is believed before the database is asked again: another node may have revoked it.
const BELIEVED_MS: i64 = 10_000;

/// Sign-ins known to be good, so that a request needs no query. Revocation takes them out at once.
#[derive(Default)]
pub(crate) struct SessionCache(Mutex<Cached>);

#[derive(Default)]
struct Cached {
    known: HashMap<SessionId, Known>,
    /// How often sign-ins were forgotten. What was read from the database before that may be what was revoked.
    forgotten: u64,
}

#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) user_id: UserId,
    pub(crate) checked_at: Timestamp,
    pub(crate) seen_at: Timestamp,
}

impl SessionCache {
    pub(crate) fn get(&self, id: SessionId, now: Timestamp) -> Option<Known> {
        self.lock().known.get(&id).copied().filter(|known| now.0 - known.checked_at.0 < BELIEVED_MS)
    }

    /// How often sign-ins were forgotten so far, to be asked before the database is.
    pub(crate) fn forgotten(&self) -> u64 {
        self.lock().forgotten
    }

    /// Keeps what the database said, unless a sign-in was forgotten since it was asked.
    pub(crate) fn put(&self, id: SessionId, known: Known, forgotten: u64) {
        let mut cache = self.lock();
        if cache.forgotten != forgotten {
            return;
        }
        if cache.known.len() > 50_000 {
            cache.known.retain(|_, old| known.checked_at.0 - old.checked_at.0 < BELIEVED_MS);
        }
        cache.known.insert(id, known);
    }

    /// Notes that a sign-in was used, if it is still known.
    pub(crate) fn note_seen(&self, id: SessionId, now: Timestamp) {
        if let Some(known) = self.lock().known.get_mut(&id) {
            known.seen_at = now;
        }
    }

    pub(crate) fn forget(&self, ids: &[SessionId]) {
        let mut cache = self.lock();
        cache.forgotten += 1;
        for id in ids {
            cache.known.remove(id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Cached> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
