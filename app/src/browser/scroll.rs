//! The timeline's position. Its scroller is laid out from the bottom (`column-reverse`): without any script it starts
//! at the newest message and stays there, and `scrollTop` is zero there and negative above.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::element;

/// Within so many pixels of the newest message one counts as being there.
const AT_BOTTOM: f64 = 8.0;

/// How far the timeline is scrolled, in CSS pixels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Distances {
    /// From the upper edge of what is seen to the oldest row held.
    pub to_top: f64,
    /// From the lower edge of what is seen to the newest row held.
    pub to_bottom: f64,
}

fn scroller() -> Option<HtmlElement> {
    element("timeline")
}

/// How far it is to both ends.
pub fn distances() -> Distances {
    let Some(scroller) = scroller() else { return Distances::default() };
    let to_bottom = f64::from(-scroller.scroll_top());
    let to_top = f64::from(scroller.scroll_height() - scroller.client_height()) - to_bottom;
    Distances { to_top, to_bottom }
}

/// Goes to the newest row.
pub fn to_bottom() {
    if let Some(scroller) = scroller() {
        scroller.set_scroll_top(0);
    }
}

/// A row and where it was seen, to be seen there again after rows came or went.
pub struct Held {
    row: Element,
    top: f64,
}

/// Remembers the row in the middle of what is seen. Nothing to remember at the bottom where that `is_newest`: the layout
/// stays there, and is meant to.
pub fn hold(is_newest: bool) -> Option<Held> {
    let scroller = scroller()?;
    if is_newest && distances().to_bottom < AT_BOTTOM {
        return None;
    }
    let seen = scroller.get_bounding_client_rect();
    let middle = seen.top() + seen.height() / 2.0;
    let rows = scroller.query_selector_all("[data-row]").ok()?;
    (0..rows.length())
        .filter_map(|at| rows.item(at)?.dyn_into::<Element>().ok())
        .map(|row| (row.get_bounding_client_rect(), row))
        .find(|(place, _)| place.bottom() > middle)
        .map(|(place, row)| Held { row, top: place.top() })
}

impl Held {
    /// Scrolls so that the row is where it was. If it is gone there is no place to come back to.
    pub fn restore(self) {
        if let Some(scroller) = scroller().filter(|_| self.row.is_connected()) {
            let moved = self.row.get_bounding_client_rect().top() - self.top;
            if moved.abs() >= 1.0 {
                #[expect(clippy::cast_possible_truncation, reason = "pixels")]
                scroller.set_scroll_top(scroller.scroll_top() + moved.round() as i32);
            }
        }
    }
}

/// Goes to where one wants to begin: the linked message, else the first new one, else the newest.
pub fn settle() {
    let Some(scroller) = scroller() else { return };
    let begin = [".msg.linked", ".new"].into_iter().find_map(|row| scroller.query_selector(row).ok()?);
    match begin {
        Some(row) => {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Center);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
        None => scroller.set_scroll_top(0),
    }
}

/// Moves the focus from one message to the next, down or up; to the newest if none has it.
pub fn step(down: bool) {
    let Some(rows) = scroller().and_then(|scroller| scroller.query_selector_all("article[data-row]").ok()) else {
        return;
    };
    let focused = super::document().active_element().and_then(|element| element.closest("article[data-row]").ok()?);
    let at = focused
        .and_then(|row| (0..rows.length()).find(|at| rows.item(*at).is_some_and(|r| row.is_same_node(Some(&r)))));
    let next = match (at, down) {
        (None, _) => rows.length().checked_sub(1),
        (Some(at), true) => Some((at + 1).min(rows.length().saturating_sub(1))),
        (Some(at), false) => Some(at.saturating_sub(1)),
    };
    let row = next.and_then(|at| rows.item(at)).and_then(|row| row.dyn_into::<HtmlElement>().ok());
    if let Some(row) = row {
        let _ = row.focus();
    }
}
