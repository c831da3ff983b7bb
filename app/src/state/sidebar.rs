//! The order of the sidebar.

use std::cmp::Reverse;

use protocol::{ConversationId, Entry, Kind, State};

/// Where an entry stands in the sidebar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The public chat and the rooms, by name.
    Rooms,
    /// Direct and group chats, the liveliest first.
    Direct,
}

impl Section {
    const fn holds(self, kind: Kind) -> bool {
        kind.is_personal() == matches!(self, Self::Direct)
    }

    /// The conversations of this section, in their order.
    pub fn order(self, state: &State) -> Vec<ConversationId> {
        let mut entries: Vec<_> =
            state.entries.values().filter(|entry| self.holds(entry.conversation.kind)).collect();
        match self {
            Self::Rooms => entries.sort_by_cached_key(|entry| {
                (entry.conversation.kind != Kind::Public, entry.conversation.name.to_lowercase())
            }),
            Self::Direct => entries.sort_by_key(|entry| Reverse((entry.conversation.active_at, entry.conversation.id))),
        }
        entries.into_iter().map(|entry| entry.conversation.id).collect()
    }
}

/// How many unread messages the page's title tells of: those that speak to the person alone, and none that are read.
pub fn unread(state: &State) -> i64 {
    state.entries.values().filter(|entry| entry.conversation.kind.is_personal()).map(Entry::unread).sum()
}
