//! Whether the reader looks at the newest message.

use leptos::prelude::*;

use super::Store;
use crate::browser;

/// Within so many CSS pixels of the newest message it counts as seen.
const SEEN_WITHIN: f64 = 40.0;

impl Store {
    /// Settles whether the newest message is being looked at.
    pub fn attend(self) {
        let there = !self.loading.get_untracked() && self.failure.with_untracked(Option::is_none);
        let at_end = self.at_newest.get_untracked() && browser::distances().to_bottom < SEEN_WITHIN;
        let attending = browser::visible() && there && at_end;
        if self.attending.get_untracked() != attending {
            self.attending.set(attending);
        }
    }
}
