//! Files on their way to the open conversation, for a message that isn't sent yet.

use leptos::prelude::*;
use protocol::{ConversationId, FileId, MAX_FILES};

use super::Store;
use crate::{browser::Picked, pages::size::size};

/// A file that is being brought.
#[derive(Clone)]
pub struct Upload {
    /// What names it on this page.
    pub key: usize,
    /// Where to.
    pub conversation_id: ConversationId,
    /// What it is called.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// How far it has come.
    pub step: ArcRwSignal<Step>,
    /// The bytes, as the browser has them.
    pub picked: StoredValue<Picked, LocalStorage>,
}

/// How far a file has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many of its bytes are on the server.
    Sent(u64),
    /// All of it is there, and this is its name.
    Up(FileId),
    /// It won't go there.
    Refused(String),
}

impl Store {
    /// The files that wait for the next message of the open conversation.
    pub fn tray_here(self) -> Vec<Upload> {
        let here = self.open_id.get();
        self.tray.with(|tray| tray.iter().filter(|upload| Some(upload.conversation_id) == here).cloned().collect())
    }

    /// What of them is on the server; none as long as one isn't.
    pub fn tray_up(self) -> Option<Vec<FileId>> {
        let up = |upload: Upload| match upload.step.get() {
            Step::Up(id) => Some(id),
            _ => None,
        };
        self.tray_here().into_iter().map(up).collect()
    }

    /// Puts a file into the tray of the open conversation. What can be seen to be too much is refused at once.
    pub fn put(self, name: String, size_in_bytes: u64, picked: Picked) {
        let Some(conversation_id) = self.open_id.get_untracked() else { return };
        if untrack(|| self.tray_here()).len() >= MAX_FILES {
            return self.tell(format!("A message takes at most {MAX_FILES} files."));
        }
        let step = if size_in_bytes > self.max_upload {
            Step::Refused(format!("Too large: a file has at most {}.", size(self.max_upload)))
        } else {
            Step::Sent(0)
        };
        self.tray.update(|tray| {
            tray.push(Upload {
                key: tray.last().map_or(0, |last| last.key + 1),
                conversation_id,
                name,
                size: size_in_bytes,
                step: ArcRwSignal::new(step),
                picked: StoredValue::new_local(picked),
            });
        });
    }

    /// Takes out what is sent.
    pub fn empty_tray(self) {
        let here = self.open_id.get_untracked();
        self.tray.update(|tray| tray.retain(|upload| Some(upload.conversation_id) != here));
    }

    /// Brings a file that was refused once more.
    pub fn bring_again(self, upload: &Upload) {
        upload.step.set(Step::Sent(0));
        self.tray.notify();
    }

    /// Takes a file out of the tray. Whoever brings it sees that and stops.
    pub fn take_out(self, key: usize) {
        self.tray.update(|tray| tray.retain(|upload| upload.key != key));
    }

    /// The next file that has to be brought.
    pub fn next_upload(self) -> Option<Upload> {
        let waits = |upload: &&Upload| matches!(*upload.step.read_untracked(), Step::Sent(_));
        self.tray.with_untracked(|tray| tray.iter().find(waits).cloned())
    }

    /// Whether a file is still wanted.
    pub fn is_wanted(self, key: usize) -> bool {
        self.tray.with_untracked(|tray| tray.iter().any(|upload| upload.key == key))
    }
}
