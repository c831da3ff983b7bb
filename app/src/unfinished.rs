//! Uploads that broke off, on the library's page: who chooses a file again goes on with its upload, and its row here becomes
//! that of the tray.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use crate::{browser, state::Tray, upload};

/// The part of the page that lists them; it is there only if there are any.
const PART: &str = "unfinished";
/// What stands before an upload's number in the id of its row.
const ROW: &str = "upload-";

/// Discards one without leaving the page, where that would break off those that are on their way.
pub fn watch(tray: Tray) {
    let Some(part) = browser::element(PART) else { return };
    browser::listen(&part, "submit", move |event: Event| {
        let form = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(row) = form.and_then(|form| form.closest("li").ok()?) else { return };
        if !tray.bringing.get_untracked() {
            return;
        }
        event.prevent_default();
        browser::spawn(async move {
            if upload::give_up(row.id().trim_start_matches(ROW)).await {
                take_out(&row);
            }
        });
    });
}

/// Lets a file that is brought to this place go on with its upload, if it has one.
pub fn go_on(place: &str, folder: &str, path: &str, name: &str, bytes: i64) {
    let row = match upload::known(place, path, name, bytes) {
        Some(id) => browser::element(&[ROW, &id].concat()).map(Element::from),
        // It was begun in another browser. A file that comes with folders of its own isn't told from others there.
        None => path.is_empty().then(|| row_of(folder, name, bytes)).flatten(),
    };
    if let Some(row) = row {
        upload::remember(place, path, name, bytes, row.id().trim_start_matches(ROW));
        take_out(&row);
    }
}

fn row_of(folder: &str, name: &str, bytes: i64) -> Option<Element> {
    let expected = [("data-folder", folder), ("data-name", name), ("data-size", &bytes.to_string())];
    let mut next = browser::element(PART)?.query_selector("li").ok()?;
    while let Some(row) = next {
        if expected.iter().all(|(attribute, value)| row.get_attribute(attribute).as_deref() == Some(value)) {
            return Some(row);
        }
        next = row.next_element_sibling();
    }
    None
}

/// Takes a row away, and the whole part with the last one.
fn take_out(row: &Element) {
    row.remove();
    if let Some(part) = browser::element(PART).filter(|part| matches!(part.query_selector("li"), Ok(None))) {
        part.remove();
    }
}
