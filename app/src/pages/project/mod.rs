//! Projects: one's own, a new one, and the pages of each.

mod conversation;
mod file_row;
mod frame;
mod library;
mod list;
mod members;
mod new;
mod overview;
mod settings;

pub use conversation::{NewConversation, NewConversationProps};
pub use file_row::{FileListing, sign_of};
pub use frame::Tab;
pub use library::{
    AboutFile, AboutFilePage, AboutFilePageProps, BINNED_SHOWN, BinPage, BinPageProps, Binned, Contents, FILES_SHOWN,
    Library, LibraryProps, Shelf,
};
pub use list::{Listing, Projects, ProjectsProps};
pub use members::{ProjectMembers, ProjectMembersProps};
pub use new::{NewProject, NewProjectProps, ProjectTyped};
pub use overview::{Overview, OverviewPage, OverviewPageProps};
pub use settings::{ProjectSettings, ProjectSettingsProps};
