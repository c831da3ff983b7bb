//! The pages as a browser without script sees them: forms posted over real HTTP, redirects followed by hand.

mod browser;
mod conversations;
mod entrance;
mod library;
mod lists;
mod mishaps;
mod projects;
mod settings;
mod unfinished;
