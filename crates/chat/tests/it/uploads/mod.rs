//! Files to upload, made for the tests: ordinary pictures, and what people with bad intentions bring. The server's tests
//! include this folder.

mod active;
mod bombs;
pub mod hostile;
mod names;
pub mod pictures;
