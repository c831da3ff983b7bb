//! Uploads that broke off, on the library's page: who chooses a file again goes on with its upload, and its row here becomes
//! that of the tray.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, File};

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

/// Takes away the row of the upload with which a file goes on, if there is one.
pub fn go_on(place: &str, path: &str, file: &File) {
    let row = upload::known(place, path, file).and_then(|id| browser::element(&[ROW, &id].concat()));
    if let Some(row) = row {
        take_out(&row);
    }
}

/// Takes a row away, and the whole part with the last one.
fn take_out(row: &Element) {
    row.remove();
    if let Some(part) = browser::element(PART).filter(|part| matches!(part.query_selector("li"), Ok(None))) {
        part.remove();
    }
}
