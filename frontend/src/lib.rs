//! The browser's entry point.

use wasm_bindgen::prelude::wasm_bindgen;

/// Brings the page to life; called by the document once the wasm is here.
#[wasm_bindgen]
pub fn hydrate() {
    app::hydrate();
}
