//! Moments. The server doesn't know the reader's zone, so it writes UTC; the browser writes it over with the reader's.

use leptos::prelude::*;
use protocol::Timestamp;

use crate::{browser, state::Store};

/// The time of day.
#[component]
pub fn Clock(at: Timestamp) -> impl IntoView {
    let store = Store::of_page();
    let text = move || if store.local.get() { browser::clock(at) } else { utc_clock(at) };
    let title = move || store.local.get().then(|| browser::moment(at));
    view! {
        <time datetime=at.to_rfc3339() title=title>
            {text}
        </time>
    }
}

/// The day.
#[component]
pub fn Day(at: Timestamp) -> impl IntoView {
    let store = Store::of_page();
    let text = move || if store.local.get() { browser::day(at) } else { utc_day(at) };
    view! { <time datetime=at.to_rfc3339()>{text}</time> }
}

/// "10:15".
fn utc_clock(at: Timestamp) -> String {
    let minutes = at.0.div_euclid(60_000).rem_euclid(24 * 60);
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// "Tuesday, 17 November".
fn utc_day(at: Timestamp) -> String {
    const DAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
    const MONTHS: [&str; 12] = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ];
    // 1 January 1970 was a Thursday.
    let weekday = usize::try_from(at.day().rem_euclid(7)).ok().and_then(|day| DAYS.get(day)).unwrap_or(&"");
    let date = at.to_rfc3339();
    let part = |range| date.get(range).and_then(|digits: &str| digits.parse::<usize>().ok()).unwrap_or(1);
    let month = MONTHS.get(part(5..7) - 1).unwrap_or(&"");
    format!("{weekday}, {} {month}", part(8..10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_writes_days_and_times_in_utc() {
        let at = Timestamp(1_700_215_500_000);
        assert_eq!(utc_day(at), "Friday, 17 November");
        assert_eq!(utc_clock(at), "10:05");
    }
}
