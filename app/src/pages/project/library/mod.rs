//! A project's library: what lies in a folder, a file by itself, and what was thrown away.

mod about;
mod bin;
mod folder_row;
mod for_good;
mod page;
mod rename;
mod shelf;
mod tiles;
mod unfinished;
mod upload_form;
mod versions;

pub use about::{AboutFile, AboutFilePage, AboutFilePageProps};
pub use bin::{BINNED_SHOWN, BinPage, BinPageProps, Binned};
pub use page::{Contents, FILES_SHOWN, Library, LibraryProps};
pub use shelf::Shelf;
