//! The five documented chat APIs. Each is a thin translation of its own: it parses, calls [`chat`] and shapes the
//! answer as its document says (`docs/api.md`). No rule lives here, and none of them knows another.

mod account;
mod basic;
mod direct;
mod history;
mod messenger;
mod projects;
mod rooms;
mod shared;
mod stream;
mod text;

use crate::{routes::Routes, voice::Voice};

/// The routes of all five, with the voices in which they tell their errors.
pub fn routers() -> [(Routes, Voice); 6] {
    [
        (shared::router(), Voice::All),
        (basic::router(), Voice::Message),
        (direct::router(), Voice::Msg),
        (projects::router(), Voice::Error),
        (rooms::router(), Voice::Message),
        (messenger::router(), Voice::Message),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_answered_in_the_voice_of_its_document() {
        for (api, voice) in routers() {
            for path in api.describe().paths.paths.keys().filter(|path| *path != "/") {
                assert_eq!(Voice::at(path), Some(voice), "{path}");
            }
        }
    }
}
