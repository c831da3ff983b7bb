//! Coming back: what to ask for after a time without a socket, and whom to watch.

use leptos::prelude::*;
use protocol::{ClientFrame, ConversationId, Cursor, Position, Start, State, Stream, UserId};

use super::{Opened, Store};
use crate::api::conversation;

impl Store {
    /// The frame that asks for what one stream missed.
    pub fn resume(self, stream: Stream) -> ClientFrame {
        self.with_state(|state| {
            let rev = state.cursor(stream);
            match stream {
                Stream::Person => ClientFrame::Resume { person: rev, place: None, conversations: Vec::new() },
                Stream::Place => ClientFrame::Resume { person: None, place: rev, conversations: Vec::new() },
                Stream::Conversation { conversation_id } => {
                    let rows = state.windows.contains_key(&conversation_id);
                    let cursor = rev.map(|rev| Cursor { conversation_id, rev, rows });
                    ClientFrame::Resume { person: None, place: None, conversations: cursor.into_iter().collect() }
                }
            }
        })
    }

    /// Fetches one conversation afresh, at its newest messages. One that isn't open keeps none of them.
    pub async fn refetch(self, id: ConversationId) {
        match conversation::page(id, Position::Latest).await {
            Ok(page) => {
                let held = self.with_state(|state| state.windows.contains_key(&id));
                self.take_page(page);
                if !held {
                    self.drop_window(id);
                }
            }
            Err(failure) => self.tell(failure.to_string()),
        }
    }

    /// Forgets everything and begins with what was fetched now.
    pub fn begin_again(self, mut start: Start) {
        self.online.set(std::mem::take(&mut start.online));
        let open = self.open_id.get_untracked();
        let page = start.page.as_ref().filter(|page| Some(page.conversation.id) == open);
        let opened = page.map(|page| Opened { conversation: page.conversation.clone(), role: page.role });
        self.change(|held| held.state = State::new(start));
        self.settle_outbox();
        self.publish();
        if let Some(opened) = opened {
            self.show(opened);
        }
    }

    /// The people of one's direct and group chats, by the liveliest chat first.
    pub fn people_to_watch(self, most: usize) -> Vec<UserId> {
        let chats = self.direct.get_untracked();
        let mut people: Vec<UserId> = Vec::new();
        self.with_state(|state| {
            let people_of = |id| state.entries.get(id).map(|entry| entry.conversation.people.as_slice());
            for id in chats.iter().filter_map(people_of).flatten().filter(|id| **id != self.me) {
                if people.len() < most
                    && let Err(at) = people.binary_search(id)
                {
                    people.insert(at, *id);
                }
            }
        });
        people
    }
}
