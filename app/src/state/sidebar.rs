//! The order of the sidebar.

use protocol::{Conversation, ConversationId, Entry, Kind, State};

use crate::browser;

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
        let shown = state.entries.values().map(|entry| &entry.conversation).filter(|shown| self.holds(shown.kind));
        let mut order: Vec<_> = shown.map(|conversation| (self.key(conversation), conversation.id)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, id)| id).collect()
    }

    /// What the section is ordered by: the public chat first, then rooms by name; chats by their last message. Text for
    /// both, so that one sorting serves them.
    fn key(self, conversation: &Conversation) -> String {
        match self {
            Self::Rooms if conversation.kind == Kind::Public => String::new(),
            Self::Rooms => browser::lowercase(&conversation.name),
            Self::Direct => format!("{:020}", i64::MAX - conversation.active_at.0),
        }
    }
}

/// How many unread messages the page's title tells of: those that speak to the person alone, and none that are read.
pub fn unread(state: &State) -> i64 {
    state.entries.values().filter(|entry| entry.conversation.kind.is_personal()).map(Entry::unread).sum()
}
