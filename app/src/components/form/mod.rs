//! What the plain pages are made of: forms that post without script, with their errors beside the field.

mod confirm;
mod field;
mod notice;
mod problem;
mod search;
mod text_area;

pub use confirm::Confirm;
pub use field::Field;
pub use notice::{Done, Notice};
pub use problem::{Alert, Problem};
pub use search::SearchBox;
pub use text_area::TextArea;
