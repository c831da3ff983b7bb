//! Who may do what. The server asks here before every change; the UI asks the same to show only what works.

use crate::{Conversation, Kind, Role};

/// Something that one may want to do in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Read its messages and see its members.
    Read,
    /// Become a member by oneself.
    Join,
    /// Cease to be a member by oneself.
    Leave,
    /// Post, react, edit and delete what is one's own.
    Post,
    /// Delete what others posted.
    Moderate,
    /// Make others members.
    AddMember,
    /// End others' membership.
    RemoveMember,
    /// Change name, topic and openness.
    Rename,
    /// Appoint admins and owners.
    ChangeRole,
    /// Close it for posting, and open it again.
    Archive,
}

/// What one is in a conversation: all that permission depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The conversation's kind.
    pub kind: Kind,
    /// Whether only members know of it.
    pub private: bool,
    /// Whether it is archived.
    pub archived: bool,
    /// One's role; none for those who are no members.
    pub role: Option<Role>,
    /// Whether one administers the place.
    pub place_admin: bool,
}

impl Standing {
    /// The standing of someone with `role` in `conversation`.
    pub const fn of(conversation: &Conversation, role: Option<Role>, place_admin: bool) -> Self {
        Self {
            kind: conversation.kind,
            private: conversation.private,
            archived: conversation.archived_at.is_some(),
            role,
            place_admin,
        }
    }

    /// Whether `action` is allowed.
    pub fn may(self, action: Action) -> bool {
        let member = self.role.is_some();
        let at_least = |role| self.role >= Some(role);
        let open_room = self.kind == Kind::Room && !self.private;
        // The place's admins keep order where everyone can look in, not in what is private.
        let warden = self.place_admin && (open_room || self.kind == Kind::Public);
        match action {
            Action::Read => member || open_room,
            Action::Join => !member && open_room && !self.archived,
            Action::Leave => member && matches!(self.kind, Kind::Room | Kind::Group | Kind::Project),
            Action::Post => member && !self.archived,
            Action::Moderate => at_least(Role::Admin) || warden,
            Action::AddMember => {
                !self.archived
                    && match self.kind {
                        Kind::Group => member,
                        Kind::Room if !self.private => member,
                        Kind::Room | Kind::Project => at_least(Role::Admin),
                        Kind::Public | Kind::Direct => false,
                    }
            }
            Action::RemoveMember => match self.kind {
                Kind::Room | Kind::Project => at_least(Role::Admin) || warden,
                Kind::Group => at_least(Role::Owner),
                Kind::Public | Kind::Direct => false,
            },
            Action::Rename => {
                !self.archived
                    && match self.kind {
                        Kind::Public => warden,
                        Kind::Room | Kind::Project => at_least(Role::Admin) || warden,
                        Kind::Group => member,
                        Kind::Direct => false,
                    }
            }
            Action::ChangeRole => match self.kind {
                Kind::Room | Kind::Project | Kind::Group => at_least(Role::Owner),
                Kind::Public | Kind::Direct => false,
            },
            Action::Archive => match self.kind {
                Kind::Room | Kind::Project => at_least(Role::Owner) || warden,
                Kind::Group => at_least(Role::Owner),
                Kind::Public | Kind::Direct => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(kind: Kind, private: bool) -> Standing {
        Standing { kind, private, archived: false, role: None, place_admin: false }
    }

    #[test]
    fn a_stranger_may_only_read_and_join_open_rooms() {
        use Action::*;
        let all = [Read, Join, Leave, Post, Moderate, AddMember, RemoveMember, Rename, ChangeRole, Archive];
        for kind in [Kind::Public, Kind::Room, Kind::Direct, Kind::Group, Kind::Project] {
            for private in [false, true] {
                for action in all {
                    let open_room = kind == Kind::Room && !private;
                    let expected = open_room && matches!(action, Read | Join);
                    assert_eq!(stranger(kind, private).may(action), expected, "{kind:?} {private} {action:?}");
                }
            }
        }
    }

    #[test]
    fn the_places_admin_has_no_way_into_what_is_private() {
        for kind in [Kind::Room, Kind::Direct, Kind::Group, Kind::Project] {
            let admin = Standing { place_admin: true, ..stranger(kind, true) };
            for action in [Action::Read, Action::Join, Action::Post, Action::Moderate, Action::AddMember] {
                assert!(!admin.may(action), "{kind:?} {action:?}");
            }
        }
    }

    #[test]
    fn nothing_is_posted_to_what_is_archived() {
        let owner = Standing { archived: true, role: Some(Role::Owner), ..stranger(Kind::Room, false) };
        assert!(!owner.may(Action::Post) && !owner.may(Action::AddMember) && owner.may(Action::Archive));
    }
}
