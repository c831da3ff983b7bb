//! Moments. The server doesn't know the reader's zone, so it writes UTC; the browser writes them as its reader does, and
//! after hydration writes those of the server over ([`browser::localize_times`]).

use leptos::prelude::*;
use protocol::Timestamp;

use crate::browser;

/// The time of day.
pub fn clock(at: Timestamp) -> AnyView {
    time(at, "clock", browser::clock(at))
}

/// The day.
pub fn day(at: Timestamp) -> AnyView {
    time(at, "day", browser::day(at))
}

fn time(at: Timestamp, shows: &'static str, text: String) -> AnyView {
    view! {
        <time datetime=at.to_rfc3339() data-shows=shows title=browser::moment(at)>
            {text}
        </time>
    }
    .into_any()
}
