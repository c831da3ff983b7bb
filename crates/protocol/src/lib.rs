//! What crosses any wire of Confab: ids, models, events, frames, errors, permissions, and the one
//! reducer ([`State::apply`]) that the browser runs and the tests hold against a fresh fetch.
//!
//! No I/O, no clock, no randomness: the same code runs natively and in the browser.
#![warn(missing_docs)]

mod access_token;
mod conversation;
mod error;
mod event;
mod file;
mod file_record;
mod frame;
mod id;
mod library;
mod member;
mod message;
mod name;
mod page;
mod permission;
mod preview;
mod project;
mod rich_text;
mod session;
mod state;
mod time;
mod user;

pub use access_token::{AccessToken, MAX_TOKEN_DAYS};
pub use conversation::{Conversation, ConversationId, Kind};
pub use error::{Error, Result};
pub use event::{ConversationChange, Event, PersonChange, Stream};
pub use file::{Attachment, File, FileId, FileName, FilePlace, FileVersion, Folder, FolderId, Medium, Pixels};
pub use file_record::{FileRecord, FileRecordId};
pub use frame::{CLOSE_RESTARTING, CLOSE_SIGNED_OUT, CLOSE_TOO_SLOW, ClientFrame, Cursor, ServerFrame};
pub use library::{FileKey, FileMark, FileOrder, FileSort, MAX_FOLDER_DEPTH};
pub use member::{Entry, Member, Role};
pub use message::{Body, ClientId, MAX_BODY_BYTES, MAX_EMOJI_BYTES, MAX_FILES, Message, MessageId, Reaction};
pub use name::{
    DisplayName, Email, MAX_NAME_CHARACTERS, MAX_TOPIC_CHARACTERS, MIN_PASSWORD_CHARACTERS, Password,
    RESERVED_USERNAMES, RoomName, TokenName, Topic, Url, Username, given,
};
pub use page::{History, PAGE_SIZE, Page, Position, Start};
pub use permission::{Action, Standing};
pub use preview::PreviewSize;
pub use project::{Description, MAX_DESCRIPTION_CHARACTERS, Project, ProjectId};
pub use rich_text::{Block, Inline, ListItem};
pub use session::{Session, SessionId};
pub use state::{Applied, State, WINDOW_LIMIT, Window};
pub use time::Timestamp;
pub use user::{Account, Theme, User, UserId};
