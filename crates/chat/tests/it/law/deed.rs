//! What people do in the histories that are tried.

use proptest::prelude::*;
use protocol::Role;

use super::PEOPLE;

/// Something that someone does. Numbers choose among the people, conversations and messages that there are.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    Say {
        room: usize,
    },
    /// Says something with files, or only sends those.
    Attach {
        room: usize,
        files: usize,
        silent: bool,
    },
    /// Deletes the first file of a message.
    DeleteFile {
        message: usize,
    },
    /// Records a file that is kept elsewhere for a message of the public chat.
    Record {
        message: usize,
    },
    /// Forgets the oldest record of one's own.
    ForgetRecord,
    /// Says something, and joins by it.
    DropIn {
        room: usize,
    },
    Edit {
        message: usize,
    },
    Delete {
        message: usize,
    },
    React {
        message: usize,
        emoji: usize,
        on: bool,
    },
    MarkRead {
        room: usize,
        back: i64,
    },
    Join {
        room: usize,
    },
    Leave {
        room: usize,
    },
    Add {
        room: usize,
        other: usize,
    },
    Remove {
        room: usize,
        other: usize,
    },
    SetRole {
        room: usize,
        other: usize,
        role: Role,
    },
    Rename {
        room: usize,
    },
    Describe {
        room: usize,
    },
    Close {
        room: usize,
        private: bool,
    },
    Archive {
        room: usize,
        archived: bool,
    },
    MakeRoom {
        private: bool,
    },
    MakeGroup {
        other: usize,
        third: usize,
    },
    MakeProject {
        other: usize,
    },
    /// A further conversation of one of the projects.
    MakeProjectGroup {
        project: usize,
        other: usize,
    },
    ChangeProject {
        project: usize,
        archived: Option<bool>,
    },
    OpenDirect {
        other: usize,
    },
    Rise {
        theme: usize,
    },
    /// The client that is now and then away goes or comes back.
    Flicker,
    /// Everyone opens a conversation afresh.
    Open {
        room: usize,
    },
}

pub(super) fn deed() -> impl Strategy<Value = (usize, Deed)> {
    let room = 0..8_usize;
    let other = 0..PEOPLE;
    let message = 0..64_usize;
    let role = prop_oneof![Just(Role::Member), Just(Role::Admin), Just(Role::Owner)];
    let deed = prop_oneof![
        8 => room.clone().prop_map(|room| Deed::Say { room }),
        2 => room.clone().prop_map(|room| Deed::DropIn { room }),
        3 => (room.clone(), 1..4_usize, any::<bool>())
            .prop_map(|(room, files, silent)| Deed::Attach { room, files, silent }),
        2 => message.clone().prop_map(|message| Deed::DeleteFile { message }),
        2 => message.clone().prop_map(|message| Deed::Record { message }),
        1 => Just(Deed::ForgetRecord),
        3 => message.clone().prop_map(|message| Deed::Edit { message }),
        2 => message.clone().prop_map(|message| Deed::Delete { message }),
        3 => (message, 0..3_usize, any::<bool>()).prop_map(|(message, emoji, on)| Deed::React { message, emoji, on }),
        2 => (room.clone(), 0..3_i64).prop_map(|(room, back)| Deed::MarkRead { room, back }),
        3 => room.clone().prop_map(|room| Deed::Join { room }),
        2 => room.clone().prop_map(|room| Deed::Leave { room }),
        3 => (room.clone(), other.clone()).prop_map(|(room, other)| Deed::Add { room, other }),
        2 => (room.clone(), other.clone()).prop_map(|(room, other)| Deed::Remove { room, other }),
        2 => (room.clone(), other.clone(), role).prop_map(|(room, other, role)| Deed::SetRole { room, other, role }),
        1 => room.clone().prop_map(|room| Deed::Rename { room }),
        1 => room.clone().prop_map(|room| Deed::Describe { room }),
        1 => (room.clone(), any::<bool>()).prop_map(|(room, private)| Deed::Close { room, private }),
        1 => (room.clone(), any::<bool>()).prop_map(|(room, archived)| Deed::Archive { room, archived }),
        2 => any::<bool>().prop_map(|private| Deed::MakeRoom { private }),
        1 => (other.clone(), other.clone()).prop_map(|(other, third)| Deed::MakeGroup { other, third }),
        1 => other.clone().prop_map(|other| Deed::MakeProject { other }),
        1 => (room.clone(), other.clone()).prop_map(|(project, other)| Deed::MakeProjectGroup { project, other }),
        2 => (room.clone(), any::<Option<bool>>())
            .prop_map(|(project, archived)| Deed::ChangeProject { project, archived }),
        1 => other.prop_map(|other| Deed::OpenDirect { other }),
        2 => (0..3_usize).prop_map(|theme| Deed::Rise { theme }),
        4 => Just(Deed::Flicker),
        3 => room.prop_map(|room| Deed::Open { room }),
    ];
    (0..PEOPLE, deed)
}
