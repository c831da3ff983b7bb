//! What stands in for the browser on the server, where no event handler and no effect ever runs.

use protocol::Timestamp;

pub fn now() -> i64 {
    0
}
pub fn after(_milliseconds: i64, _then: impl FnOnce() + 'static) {}
pub fn spawn(_task: impl Future<Output = ()> + 'static) {}
pub fn random_id() -> String {
    String::new()
}
pub const fn local_day(at: Timestamp) -> i64 {
    at.day()
}
pub fn clock(_at: Timestamp) -> String {
    String::new()
}
pub fn day(_at: Timestamp) -> String {
    String::new()
}
pub fn moment(_at: Timestamp) -> String {
    String::new()
}

pub fn visible() -> bool {
    false
}
pub fn has_pointer() -> bool {
    false
}
pub fn push(_path: &str) {}
pub fn leave_for(_path: &str) {}
pub fn origin() -> String {
    String::new()
}
pub fn copy(_text: &str) {}
pub fn focus(_id: &str) {}
pub fn open_dialog(_id: &str) {}
pub fn close_dialog(_id: &str) {}
pub fn grow(_id: &str) {}
pub fn caret_to_end(_id: &str) {}

/// A place in the timeline to come back to.
pub struct Held;
impl Held {
    pub fn restore(self) {}
}
pub fn hold() -> Option<Held> {
    None
}
pub fn settle() {}
pub fn to_bottom() {}
pub fn step(_down: bool) {}

/// How far the timeline is scrolled, in CSS pixels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Distances {
    pub to_top: f64,
    pub to_bottom: f64,
}
pub fn distances() -> Distances {
    Distances::default()
}

pub mod storage {
    pub fn get(_key: &str) -> Option<String> {
        None
    }
    pub fn set(_key: &str, _value: &str) {}
    pub fn remove(_key: &str) {}
    pub fn with_prefix(_prefix: &str) -> Vec<String> {
        Vec::new()
    }
}
