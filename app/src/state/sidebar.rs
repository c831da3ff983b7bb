//! The order of the sidebar.

use protocol::{Conversation, ConversationId, Entry, Kind, State};

use crate::browser;

/// Where an entry stands in the sidebar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The public chat and the rooms, by name.
    Rooms,
    /// Projects by name, each with its further conversations behind it.
    Projects,
    /// Direct and group chats, the liveliest first.
    Direct,
}

impl Section {
    /// The section that a conversation stands in.
    const fn of(conversation: &Conversation) -> Self {
        match (conversation.project_id, conversation.kind.is_personal()) {
            (Some(_), _) => Self::Projects,
            (None, true) => Self::Direct,
            (None, false) => Self::Rooms,
        }
    }

    /// The conversations of this section, in their order.
    pub fn order(self, state: &State) -> Vec<ConversationId> {
        let shown = state.entries.values().map(|entry| &entry.conversation).filter(|shown| Self::of(shown) == self);
        let mut order: Vec<_> = shown.map(|conversation| (self.key(state, conversation), conversation.id)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, id)| id).collect()
    }

    /// What the section is ordered by: the public chat first, then rooms by name; chats by their last message. Text for
    /// all, so that one sorting serves them.
    fn key(self, state: &State, conversation: &Conversation) -> String {
        match self {
            Self::Rooms if conversation.kind == Kind::Public => String::new(),
            Self::Rooms => browser::lowercase(&conversation.name),
            Self::Projects => {
                let further = if conversation.kind == Kind::Project { "" } else { conversation.name.as_str() };
                browser::lowercase(&[project_name(state, conversation), "\0", further].concat())
            }
            Self::Direct => format!("{:020}", i64::MAX - conversation.active_at.0),
        }
    }
}

/// What the project of a conversation is called; empty for who is in this conversation of it, but no longer in it.
fn project_name<'a>(state: &'a State, conversation: &Conversation) -> &'a str {
    let all = state.entries.values().map(|entry| &entry.conversation);
    let mut own = all.filter(|other| other.kind == Kind::Project && other.project_id == conversation.project_id);
    own.next().map_or("", |own| own.name.as_str())
}

/// How many unread messages the page's title tells of: those that speak to the person alone, and none that are read.
pub fn unread(state: &State) -> i64 {
    state.entries.values().filter(|entry| entry.conversation.kind.is_personal()).map(Entry::unread).sum()
}

#[cfg(test)]
mod tests {
    use protocol::{Account, ProjectId, Role, Start, Theme, Timestamp, User, UserId};

    use super::*;

    fn entry(id: i64, kind: Kind, name: &str, project: Option<i64>) -> Entry {
        let conversation = Conversation {
            id: ConversationId(id),
            kind,
            name: name.to_owned(),
            topic: String::new(),
            private: true,
            archived_at: None,
            creator_id: None,
            project_id: project.map(ProjectId),
            created_at: Timestamp(0),
            active_at: Timestamp(id),
            last_seq: 0,
            rev: 0,
            member_count: 1,
            people: Vec::new(),
        };
        Entry { conversation, role: Role::Member, read_seq: 0 }
    }

    fn state(entries: Vec<Entry>) -> State {
        let user = User {
            id: UserId(1),
            username: "ada".to_owned(),
            display_name: "Ada".to_owned(),
            avatar_url: None,
            admin: false,
            deactivated: false,
            created_at: Timestamp(0),
            rev: 0,
        };
        State::new(Start {
            place_name: String::new(),
            max_upload: 0,
            account: Account { user, email: None, theme: Theme::System },
            person_rev: 0,
            place_rev: 0,
            entries,
            users: Vec::new(),
            online: Vec::new(),
            page: None,
        })
    }

    #[test]
    fn each_section_has_an_order_of_its_own() {
        let state = state(vec![
            entry(1, Kind::Public, "general", None),
            entry(2, Kind::Room, "Slipway", None),
            entry(3, Kind::Room, "berths", None),
            entry(4, Kind::Direct, "", None),
            entry(5, Kind::Group, "Lunch", None),
        ]);
        let ids = |section: Section| section.order(&state).into_iter().map(|id| id.0).collect::<Vec<_>>();
        assert_eq!(ids(Section::Rooms), [1, 3, 2]);
        assert_eq!(ids(Section::Direct), [5, 4], "the liveliest first");
        assert_eq!(ids(Section::Projects), [] as [i64; 0]);
    }

    #[test]
    fn a_projects_conversations_stand_behind_its_own() {
        let state = state(vec![
            entry(1, Kind::Project, "Winter refit", Some(1)),
            entry(2, Kind::Project, "Night crossing", Some(2)),
            entry(3, Kind::Group, "Screens", Some(2)),
            entry(4, Kind::Group, "Paint", Some(1)),
            entry(5, Kind::Group, "Berths", Some(2)),
        ]);
        let ids: Vec<_> = Section::Projects.order(&state).into_iter().map(|id| id.0).collect();
        assert_eq!(ids, [2, 5, 3, 1, 4]);
    }
}
