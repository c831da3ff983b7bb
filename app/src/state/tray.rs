//! Files on their way to the server: to a conversation, for a message that isn't sent yet, or into a library.

use leptos::prelude::*;
use protocol::FileId;

use super::Store;
use crate::pages::size::size;

/// A file that is being brought.
#[derive(Clone)]
pub struct Upload {
    /// What names it on this page.
    pub key: i64,
    /// Where to, in words and ids: `conversation 3`, or `project 4,folder 9`.
    pub place: String,
    /// The folders below that place that it lies in, with a slash between two of them.
    pub path: String,
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

/// The files that a page brings.
#[derive(Clone, Copy)]
pub struct Tray {
    /// The most bytes that one file may have.
    pub max_upload: u64,
    uploads: StoredValue<Vec<Upload>>,
    last_key: StoredValue<i64>,
    /// Counts up when a file comes or goes.
    changes: RwSignal<i64>,
    /// Whether they are being brought right now.
    pub bringing: RwSignal<bool>,
}

impl Tray {
    /// An empty one.
    pub fn new(max_upload: u64) -> Self {
        Self {
            max_upload,
            uploads: StoredValue::new(Vec::new()),
            last_key: StoredValue::new(0),
            changes: RwSignal::new(0),
            bringing: RwSignal::new(false),
        }
    }

    /// The files for a place.
    pub fn bound_for(self, place: &str) -> Vec<Upload> {
        self.changes.track();
        self.uploads.with_value(|uploads| uploads.iter().filter(|upload| upload.place == place).cloned().collect())
    }

    /// Puts a file in; its key. What can be seen to be too much is refused at once.
    pub fn put(self, place: String, path: String, name: String, bytes: i64) -> i64 {
        let most = self.max_upload;
        let refusal = (bytes.unsigned_abs() > most).then(|| format!("Too large: a file has at most {}.", size(most)));
        let key = self.last_key.get_value() + 1;
        self.last_key.set_value(key);
        let upload = Upload {
            key,
            place,
            path,
            name,
            size: bytes,
            sent: RwSignal::new(0),
            id: RwSignal::new(0),
            refusal: RwSignal::new(refusal),
        };
        self.uploads.update_value(|uploads| uploads.push(upload));
        self.changed();
        key
    }

    /// Takes out what isn't to be kept. Whoever brings such a file sees that and stops.
    pub fn keep(self, keep: impl Fn(&Upload) -> bool) {
        self.uploads.update_value(|uploads| uploads.retain(keep));
        self.changed();
    }

    /// Tries again to bring what waits.
    pub fn changed(self) {
        self.changes.update(|changes| *changes += 1);
    }

    /// Follows what comes and goes.
    #[cfg(feature = "hydrate")]
    pub fn track(self) {
        self.changes.track();
    }

    /// The next file that has to be brought.
    #[cfg(feature = "hydrate")]
    pub fn next(self) -> Option<Upload> {
        let waits = |upload: &&Upload| upload.id.get_untracked() == 0 && upload.refusal.with_untracked(Option::is_none);
        self.uploads.with_value(|uploads| uploads.iter().find(waits).cloned())
    }

    /// How many of its files are on the server.
    #[cfg(feature = "hydrate")]
    pub fn brought(self) -> usize {
        self.uploads.with_value(|uploads| uploads.iter().filter(|upload| upload.id.get_untracked() > 0).count())
    }

    /// Whether a file is still wanted.
    #[cfg(feature = "hydrate")]
    pub fn is_wanted(self, key: i64) -> bool {
        self.uploads.with_value(|uploads| uploads.iter().any(|upload| upload.key == key))
    }
}

impl Store {
    /// The open conversation as a place for files.
    pub fn place_here(self) -> String {
        self.open_id.get().map_or_else(String::new, |id| format!("conversation {id}"))
    }

    /// The files that are on the server and wait for the next message of the open conversation; none as long as one isn't.
    pub fn tray_up(self) -> Option<Vec<FileId>> {
        let files = self.tray.bound_for(&self.place_here());
        let ids: Vec<_> = files.iter().map(|upload| FileId(upload.id.get())).collect();
        (!ids.contains(&FileId(0))).then_some(ids)
    }

    /// Puts a file into the tray of the open conversation; its key, unless that is full.
    #[cfg(feature = "hydrate")]
    pub fn put(self, name: String, bytes: i64) -> Option<i64> {
        let place = untrack(|| self.place_here());
        if untrack(|| self.tray.bound_for(&place)).len() >= protocol::MAX_FILES {
            self.tell(format!("A message takes at most {} files.", protocol::MAX_FILES));
            return None;
        }
        Some(self.tray.put(place, String::new(), name, bytes))
    }
}
