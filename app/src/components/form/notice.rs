//! What was done, told on the page that follows. The address carries a word, never the sentence: what stands in a
//! link that someone sends must not be able to speak in our name.

use leptos::prelude::*;

/// Something that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Saved,
    PasswordChanged,
    SessionEnded,
    OthersEnded,
    TokenRevoked,
    Added,
    Removed,
    RoleChanged,
    Archived,
    Restored,
    Left,
    FileUploaded,
    FilesUploaded,
    UploadDiscarded,
    FolderMade,
    ThrownAway,
    BroughtBack,
    DeletedForGood,
    BinEmptied,
    OthersLeft,
    VersionRestored,
    LeftProject,
    SignedOut,
    Deactivated,
}

impl Done {
    const ALL: [Self; 24] = [
        Self::Saved,
        Self::PasswordChanged,
        Self::SessionEnded,
        Self::OthersEnded,
        Self::TokenRevoked,
        Self::Added,
        Self::Removed,
        Self::RoleChanged,
        Self::Archived,
        Self::Restored,
        Self::Left,
        Self::FileUploaded,
        Self::FilesUploaded,
        Self::UploadDiscarded,
        Self::FolderMade,
        Self::ThrownAway,
        Self::BroughtBack,
        Self::DeletedForGood,
        Self::BinEmptied,
        Self::OthersLeft,
        Self::VersionRestored,
        Self::LeftProject,
        Self::SignedOut,
        Self::Deactivated,
    ];

    /// The word in the address: `?done=saved`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::PasswordChanged => "password",
            Self::SessionEnded => "session",
            Self::OthersEnded => "others",
            Self::TokenRevoked => "token",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::RoleChanged => "role",
            Self::Archived => "archived",
            Self::Restored => "restored",
            Self::Left => "left",
            Self::FileUploaded => "uploaded",
            Self::FilesUploaded => "uploads",
            Self::UploadDiscarded => "discarded",
            Self::FolderMade => "folder",
            Self::ThrownAway => "thrown-away",
            Self::BroughtBack => "brought-back",
            Self::DeletedForGood => "deleted",
            Self::BinEmptied => "emptied",
            Self::OthersLeft => "others-left",
            Self::VersionRestored => "version",
            Self::LeftProject => "left-project",
            Self::SignedOut => "signed-out",
            Self::Deactivated => "deactivated",
        }
    }

    /// The deed of that word; a word that isn't ours says nothing.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.as_str() == word)
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Saved => "Your changes are saved.",
            Self::PasswordChanged => "Your password is changed. Your other devices are signed out.",
            Self::SessionEnded => "That device is signed out.",
            Self::OthersEnded => "All your other devices are signed out.",
            Self::TokenRevoked => "That token is revoked.",
            Self::Added => "They’re in.",
            Self::Removed => "They’re no longer a member.",
            Self::RoleChanged => "Their role is changed.",
            Self::Archived => "It’s archived: it can be read, but nothing more can be posted.",
            Self::Restored => "It’s open again.",
            Self::Left => "You left the conversation.",
            Self::FileUploaded => "It’s in the library.",
            Self::FilesUploaded => "They’re in the library.",
            Self::UploadDiscarded => "What had arrived of it is discarded.",
            Self::FolderMade => "The folder is there.",
            Self::ThrownAway => "It’s thrown away. It can be restored for thirty days.",
            Self::BroughtBack => "It’s back.",
            Self::DeletedForGood => "It’s deleted for good.",
            Self::BinEmptied => "All of it is deleted for good.",
            Self::OthersLeft => "What was yours to delete is deleted for good. The rest belongs to others.",
            Self::VersionRestored => "That version is the newest again.",
            Self::LeftProject => "You left the project.",
            Self::SignedOut => "You’re signed out.",
            Self::Deactivated => "Your account is deactivated. What you wrote stays.",
        }
    }
}

/// The sentence that tells what was done.
#[component]
pub fn Notice(
    /// What was done; nothing is drawn without it.
    done: Option<Done>,
) -> impl IntoView {
    done.map(|done| view! { <p class="notice" role="status">{done.sentence()}</p> })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_names_its_own_deed_and_no_other_word_does() {
        for done in Done::ALL {
            assert_eq!(Done::from_word(done.as_str()), Some(done));
        }
        assert_eq!(Done::from_word("<b>hello</b>"), None);
    }
}
