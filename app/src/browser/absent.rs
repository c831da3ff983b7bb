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
pub fn lowercase(text: &str) -> String {
    text.to_lowercase()
}
pub const fn local_day(at: Timestamp) -> i64 {
    at.day()
}
/// "10:15", in UTC: the server doesn't know the reader's zone.
pub fn clock(at: Timestamp) -> String {
    let minutes = at.0.div_euclid(60_000).rem_euclid(24 * 60);
    format!("{}:{:02}", minutes / 60, minutes % 60)
}
/// "Tuesday, 17 November", in UTC.
pub fn day(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    // 1 January 1970 was a Thursday.
    let weekday = usize::try_from(at.day().rem_euclid(7)).ok().and_then(|day| DAYS.get(day)).unwrap_or(&"");
    let date = at.to_rfc3339();
    let part = |range| date.get(range).and_then(|digits: &str| digits.parse::<usize>().ok()).unwrap_or(1);
    let month = MONTHS.get(part(5..7) - 1).unwrap_or(&"");
    format!("{weekday}, {} {month}", part(8..10))
}
/// The moment in full, as RFC 3339.
pub fn moment(at: Timestamp) -> String {
    at.to_rfc3339()
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
pub fn is_dialog_open(_id: &str) -> bool {
    false
}
pub fn close_dialog(_id: &str) {}
pub fn read_field(_id: &str) -> String {
    String::new()
}
pub fn write_field(_id: &str, _text: &str) {}
pub fn grow(_id: &str) {}
pub fn caret_to_end(_id: &str) {}

/// A place in the timeline to come back to.
pub struct Held;
impl Held {
    #[expect(clippy::unused_self, reason = "the browser’s own has something to restore")]
    pub fn restore(self) {}
}
pub fn hold(_is_newest: bool) -> Option<Held> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_writes_days_and_times_in_utc() {
        let at = Timestamp(1_700_215_500_000);
        assert_eq!(day(at), "Friday, 17 November");
        assert_eq!(clock(at), "10:05");
    }
}
