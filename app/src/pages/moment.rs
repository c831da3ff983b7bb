//! A moment in words. The plain pages have no script that could tell it in the reader's own time zone.

use leptos::prelude::*;
use protocol::Timestamp;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `20 Nov 2026, 10:30 UTC`, and the same for machines.
#[component]
pub fn Moment(
    /// The moment.
    at: Timestamp,
) -> impl IntoView {
    view! { <time datetime=at.to_rfc3339()>{in_words(at)}</time> }
}

/// `20 Nov 2026, 10:30 UTC`.
pub fn in_words(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let month = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?)).unwrap_or(&"");
    let minutes = time.get(..5).unwrap_or("");
    format!("{} {month} {year}, {minutes} UTC", day.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_like_a_date() {
        assert_eq!(in_words(Timestamp(1_703_500_200_000)), "25 Dec 2023, 10:30 UTC");
        assert_eq!(in_words(Timestamp(0)), "1 Jan 1970, 00:00 UTC");
    }
}
