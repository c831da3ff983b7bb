//! Files on their way to a conversation, for a message that isn't sent yet.

use leptos::prelude::*;
use protocol::{ConversationId, FileId, MAX_FILES};

use super::Store;
use crate::pages::size::size;

/// A file that is being brought.
#[derive(Clone)]
pub struct Upload {
    /// What names it on this page.
    pub key: i64,
    /// Where to.
    pub conversation_id: ConversationId,
    /// What it is called.
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
    /// How many of them are on the server.
    pub sent: RwSignal<i64>,
    /// Its id, once all of them are there; 0 before.
    pub id: RwSignal<i64>,
    /// Why the server won't have it.
    pub refusal: RwSignal<Option<String>>,
}

impl Store {
    /// The files that wait for the next message of the open conversation.
    pub fn tray_here(self) -> Vec<Upload> {
        self.tray_changes.track();
        let here = self.open_id.get();
        self.change(|held| held.tray.iter().filter(|upload| Some(upload.conversation_id) == here).cloned().collect())
    }

    /// Those of them that are on the server; none as long as one isn't.
    pub fn tray_up(self) -> Option<Vec<FileId>> {
        let ids: Vec<_> = self.tray_here().iter().map(|upload| FileId(upload.id.get())).collect();
        (!ids.contains(&FileId(0))).then_some(ids)
    }

    /// Puts a file into the tray of the open conversation; its key. What can be seen to be too much is refused at once.
    pub fn put(self, name: String, bytes: i64) -> Option<i64> {
        let conversation_id = self.open_id.get_untracked()?;
        if untrack(|| self.tray_here()).len() >= MAX_FILES {
            self.tell(format!("A message takes at most {MAX_FILES} files."));
            return None;
        }
        let most = self.max_upload;
        let refusal = (bytes.unsigned_abs() > most).then(|| format!("Too large: a file has at most {}.", size(most)));
        let key = self.change(|held| {
            held.last_upload += 1;
            held.tray.push(Upload {
                key: held.last_upload,
                conversation_id,
                name,
                size: bytes,
                sent: RwSignal::new(0),
                id: RwSignal::new(0),
                refusal: RwSignal::new(refusal),
            });
            held.last_upload
        });
        self.tray_changed();
        Some(key)
    }

    /// Takes out of the tray what isn't to be kept. Whoever brings such a file sees that and stops.
    pub fn keep_in_tray(self, keep: impl Fn(&Upload) -> bool) {
        self.change(|held| held.tray.retain(keep));
        self.tray_changed();
    }

    /// Tries again to bring what is in the tray.
    pub fn tray_changed(self) {
        self.tray_changes.update(|changes| *changes += 1);
    }

    /// The next file that has to be brought.
    #[cfg(feature = "hydrate")]
    pub fn next_upload(self) -> Option<Upload> {
        let waits = |upload: &&Upload| upload.id.get_untracked() == 0 && upload.refusal.with_untracked(Option::is_none);
        self.change(|held| held.tray.iter().find(waits).cloned())
    }

    /// Whether a file is still wanted.
    #[cfg(feature = "hydrate")]
    pub fn is_wanted(self, key: i64) -> bool {
        self.change(|held| held.tray.iter().any(|upload| upload.key == key))
    }
}
